// Names that decide what other programs run: no rule and no session grant lets the agent write them unasked.
import { foldName, namesWithin, pathNames } from './lexical-path.ts';

/** Those that a repository is likely to have as links: what they lead to is protected as well. */
export const protectedFolders: readonly string[] = [
  '.git',
  '.vscode',
  '.idea',
  '.claude',
  '.capstan',
  '.husky',
  '.devcontainer',
];

/** Of version control, editors, build tools and agents (this one's and others'), whatever lies in them. */
export const guardedFolders: ReadonlySet<string> = new Set([
  ...protectedFolders,
  '.cargo',
  '.yarn',
  '.mvn',
  '.cursor',
  '.codex',
  '.gemini',
  '.windsurf',
  '.kiro',
]);

const FILES = new Set([
  '.mcp.json',
  '.claude.json',
  '.gitconfig',
  '.gitmodules',
  '.npmrc',
  '.envrc',
  '.pre-commit-config.yaml',
  'gradle-wrapper.properties',
  'maven-wrapper.properties',
]);

/** By how they begin: `.yarnrc.yml`, `lefthook-local.yml`. */
const FILE_STARTS = ['.yarnrc', '.huskyrc', '.lefthook', 'lefthook.', 'lefthook-local.'];

const HOME_FILES = new Set(
  (
    '.bashrc .bash_profile .bash_login .bash_logout .bash_aliases .profile .inputrc .zshrc .zshenv .zprofile .zlogin .zlogout .cshrc ' +
    '.tcshrc .login .logout .kshrc .mkshrc .xprofile .xinitrc .xsessionrc .pam_environment .netrc .hgrc .vimrc .gdbinit .pythonrc.py'
  ).split(' '),
);

const HOME_FOLDERS = ['.config/fish', '.config/powershell', '.ssh', '.gnupg', '.config/autostart'];

/** Whether a write to `path` (absolute) needs the person whatever the rules say. Case and Unicode forms do not matter. */
export function isProtectedPath(path: string, home: string): boolean {
  const names = pathNames(path).map(foldName);
  const last = names.at(-1) ?? '';
  if (names.some((name) => guardedFolders.has(name))) return true;
  if (FILES.has(last) || FILE_STARTS.some((start) => last.startsWith(start))) return true;
  if (last.endsWith('.code-workspace') || last.endsWith('profile.ps1')) return true;
  // Wherever it lies: XDG_CONFIG_HOME moves it.
  if (/(?:^|\/)\.config\/git(?:\/|$)/.test(names.join('/'))) return true;
  const inHome = namesWithin(path, home, true)?.map(foldName);
  if (inHome === undefined) return false;
  if (inHome.length === 1 && HOME_FILES.has(last)) return true;
  const rest = `${inHome.join('/')}/`;
  return HOME_FOLDERS.some((folder) => rest.startsWith(`${folder}/`));
}

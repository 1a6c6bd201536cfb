// Names that decide what other programs run: no rule and no session grant lets the agent write them unasked.
import { foldName, namesWithin, pathNames } from './lexical-path.ts';

const FOLDERS = new Set([
  '.git',
  '.vscode',
  '.idea',
  '.claude',
  '.capstan',
  '.husky',
  '.devcontainer',
  '.cargo',
  '.yarn',
  '.mvn',
]);

const FILES = new Set(['.mcp.json', '.claude.json', '.gitconfig', '.gitmodules', '.npmrc', '.envrc']);

const HOME_FILES = new Set([
  '.bashrc',
  '.bash_profile',
  '.bash_login',
  '.bash_logout',
  '.bash_aliases',
  '.profile',
  '.inputrc',
  '.zshrc',
  '.zshenv',
  '.zprofile',
  '.zlogin',
  '.zlogout',
  '.cshrc',
  '.tcshrc',
  '.kshrc',
  '.xprofile',
]);

const HOME_FOLDERS = ['.config/fish', '.config/git', '.config/powershell', '.ssh', '.gnupg', '.config/autostart'];

/** Whether a write to `path` (absolute) needs the person whatever the rules say. Case and Unicode forms do not matter. */
export function isProtectedPath(path: string, home: string): boolean {
  const names = pathNames(path).map(foldName);
  const last = names.at(-1) ?? '';
  if (names.some((name) => FOLDERS.has(name))) return true;
  if (FILES.has(last) || last.startsWith('.yarnrc') || last.endsWith('.code-workspace')) return true;
  const inHome = namesWithin(path, home, true)?.map(foldName);
  if (inHome === undefined) return false;
  if (inHome.length === 1 && HOME_FILES.has(last)) return true;
  const rest = `${inHome.join('/')}/`;
  return HOME_FOLDERS.some((folder) => rest.startsWith(`${folder}/`));
}

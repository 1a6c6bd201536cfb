// What a sandboxed command may touch: whether there is a sandbox at all, hosts, secrets, and names that stay read-only before they exist.
import { joinPath, namesWithin, resolvePath } from './lexical-path.ts';
import { guardedFolders } from './protected-paths.ts';

/** `on`: where it can start, and said where it cannot. `required`: what cannot be sandboxed is not run, and nothing leaves it. */
export const sandboxModes = ['off', 'on', 'required'] as const;
export type SandboxMode = (typeof sandboxModes)[number];

/** The `sandbox` of the machine's policy. */
export interface ManagedSandbox {
  /** True: on, whatever the person set. False: off. */
  readonly enabled?: boolean | undefined;
  readonly required?: boolean | undefined;
}

export interface SandboxPolicy {
  readonly mode: 'on' | 'required';
  /** Folders that commands may write to, absolute. */
  readonly workspace: readonly string[];
  readonly home: string;
  /** That may be reached: `example.com`, `*.example.com`, either with `:443`. Default: none. */
  readonly hosts?: readonly string[];
  /** Beside `secretPlaces`: files and folders that cannot be read, absolute or below `~/`. */
  readonly denyRead?: readonly string[];
}

/** The machine's policy is above what the person set. */
export function effectiveSandboxMode(set: SandboxMode, managed: ManagedSandbox = {}): SandboxMode {
  if (managed.required === true || (set === 'required' && managed.enabled !== false)) return 'required';
  if (managed.enabled === false) return 'off';
  return managed.enabled === true ? 'on' : set;
}

const SECRETS = (
  '.ssh .gnupg .aws .azure .kube .netrc .git-credentials .pypirc .password-store .docker/config.json .config/gcloud .config/gh ' +
  '.config/op .local/share/keyrings .cargo/credentials .cargo/credentials.toml .gem/credentials .terraform.d/credentials.tfrc.json ' +
  '.config/capstan .capstan Library/Keychains .mozilla .config/google-chrome .config/chromium'
).split(' ');

/** What no command needs to read, below `home` and as `denyRead` says; absolute, whether it is there or not. */
export function secretPlaces({ home, denyRead = [] }: Pick<SandboxPolicy, 'home' | 'denyRead'>): readonly string[] {
  const own = denyRead.map((place) => (/^~(?:[/\\]|$)/.test(place) ? resolvePath(home, `.${place.slice(1)}`) : place));
  return [...new Set([...below(home, SECRETS), ...own])];
}

/**
 * Files that `isProtectedPath` knows and that editors, agents and package managers obey as soon as they are there. Few: each stands in the
 * workspace as an empty file while a command runs.
 */
const FILES = '.mcp.json .claude.json .gitmodules .npmrc .envrc .pre-commit-config.yaml .yarnrc .yarnrc.yml'.split(' ');

const HOME_FILES = (
  '.bashrc .bash_profile .bash_login .bash_logout .bash_aliases .profile .inputrc .zshrc .zshenv .zprofile .zlogin .zlogout .cshrc ' +
  '.tcshrc .login .logout .kshrc .xprofile .xinitrc .xsessionrc .pam_environment .netrc .hgrc .vimrc .gdbinit .pythonrc.py'
).split(' ');

const HOME_FOLDERS = ['.config/fish', '.config/powershell', '.config/git', '.config/autostart', '.ssh', '.gnupg'];

export interface ProtectedNames {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/** Absolute paths that stay as they are, or stay absent, in a workspace at `root`. */
export function protectedNamesOf(root: string, home: string): ProtectedNames {
  const holdsHome = namesWithin(home, root, true) !== undefined;
  return {
    // All of them: none is in anybody's way while it is empty.
    folders: [...below(root, [...guardedFolders]), ...(holdsHome ? below(home, HOME_FOLDERS) : [])],
    files: [...below(root, FILES), ...(holdsHome ? below(home, HOME_FILES) : [])],
  };
}

function below(folder: string, names: readonly string[]): string[] {
  return names.map((name) => joinPath(folder, name));
}

/** What is wrong with an entry of `hosts`, as one sentence; undefined where nothing is. */
export function hostProblem(host: string): string | undefined {
  const wanted = 'Write a name such as packages.example.com, *.example.com or example.com:443.';
  const match = /^(?:\*\.)?([a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(?::(\d{1,5}))?$/i.exec(host);
  if (!match?.[1]) return `“${shown(host)}” is not a host that the sandbox could allow. ${wanted}`;
  if (host.startsWith('*.') && !match[1].includes('.')) {
    return `“${shown(host)}” would allow a whole top-level domain. ${wanted}`;
  }
  return match[2] !== undefined && Number(match[2]) > 65_535
    ? `“${shown(host)}” has no such port. ${wanted}`
    : undefined;
}

function shown(host: string): string {
  return host.replace(/[^\x20-\x7e]/g, '\ufffd').slice(0, 80);
}

// The environment of child processes: what programs need to run, chosen by name, so that no key or token is handed on.
import path from 'node:path';

// SSH_AUTH_SOCK is no secret, and git over ssh needs it; who holds it can sign with the person's keys, so a sandbox takes it away.
const KEPT = new Set(
  (
    'PATH HOME USER LOGNAME SHELL LANG LANGUAGE TZ TMPDIR TEMP TMP HOSTNAME SSH_AUTH_SOCK SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS ' +
    'HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY NVM_DIR NVM_BIN VOLTA_HOME FNM_DIR FNM_MULTISHELL_PATH PNPM_HOME BUN_INSTALL DENO_DIR ' +
    'JAVA_HOME GRADLE_USER_HOME MAVEN_HOME M2_HOME GOPATH GOROOT GOBIN CARGO_HOME RUSTUP_HOME RUSTUP_TOOLCHAIN PYENV_ROOT VIRTUAL_ENV ' +
    'CONDA_PREFIX CONDA_DEFAULT_ENV RBENV_ROOT GEM_HOME GEM_PATH DOTNET_ROOT ANDROID_HOME ANDROID_SDK_ROOT HOMEBREW_PREFIX ' +
    // Windows
    'SYSTEMROOT WINDIR COMSPEC PATHEXT APPDATA LOCALAPPDATA PROGRAMDATA PROGRAMFILES PROGRAMFILES(X86) PROGRAMW6432 COMMONPROGRAMFILES ' +
    'USERPROFILE USERNAME USERDOMAIN HOMEDRIVE HOMEPATH SYSTEMDRIVE NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE OS PSMODULEPATH'
  ).split(' '),
);

function isKept(name: string): boolean {
  const upper = name.toUpperCase();
  return KEPT.has(upper) || upper.startsWith('LC_') || upper.startsWith('XDG_');
}

/** No value may ask for a terminal, open a pager or an editor, or prompt. */
const SET = {
  TERM: 'dumb',
  NO_COLOR: '1',
  PAGER: 'cat',
  GIT_PAGER: 'cat',
  MANPAGER: 'cat',
  GIT_TERMINAL_PROMPT: '0',
  GIT_EDITOR: 'true',
};

/** Without the folders that depend on where the command stands: a repository must not bring its own `git`. */
function fixedPath(value: string): string {
  const folders = value.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return folders.join(path.delimiter);
}

/** A new object; `from` is usually `process.env`. */
export function childEnvironment(from: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(from)) {
    if (value !== undefined && isKept(name)) kept[name] = name.toUpperCase() === 'PATH' ? fixedPath(value) : value;
  }
  return { ...kept, ...SET };
}

// Decides which of a person's environment variables a development process may see.

const NEEDED =
  /^(PATH|LANG|LC_.+|LANGUAGE|TZ|TERM|COLORTERM|TMPDIR|TMP|TEMP|SHELL|USER|LOGNAME|DISPLAY|WAYLAND_DISPLAY|XDG_RUNTIME_DIR|SystemRoot|ComSpec|PATHEXT|windir)$/i;
const SECRET = /(KEY|TOKEN|SECRET|PASSW(OR)?D|CREDENTIALS?)$|^(ANTHROPIC|CLAUDE|OPENAI|AWS|AZURE|GOOGLE)_/i;
const OURS = /^(npm_|INIT_CWD$|NODE_OPTIONS$|NODE_ENV$|VSCODE_|ELECTRON_|CAPSTAN_)/i;

/**
 * The environment of a test's child: what any program needs, and `extra`. No keys, no home, nothing of the person's.
 */
export function cleanEnvironment(
  extra: Readonly<Record<string, string>> = {},
  source = process.env,
): Record<string, string> {
  return { ...pick(source, (name) => NEEDED.test(name)), ...extra };
}

/**
 * The environment of a child that works for the person: theirs, without keys and npm's own variables, and `extra`.
 */
export function personalEnvironment(
  extra: Readonly<Record<string, string>> = {},
  source = process.env,
): Record<string, string> {
  return { ...pick(source, (name) => !SECRET.test(name) && !OURS.test(name)), ...extra };
}

function pick(source: NodeJS.ProcessEnv, wanted: (name: string) => boolean): Record<string, string> {
  const entries = Object.entries(source).filter(([name, value]) => value !== undefined && wanted(name));
  return Object.fromEntries(entries) as Record<string, string>;
}

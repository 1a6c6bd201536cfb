// Where the command line keeps what it keeps: one folder, moved as a whole by CAPSTAN_HOME.
import { readFile, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

/** Absolute; it need not exist. */
export function homeFolder(env: Readonly<Record<string, string | undefined>>): string {
  const named = env['CAPSTAN_HOME']?.trim();
  return named ? path.resolve(named) : path.join(homedir(), '.capstan');
}

export function sessionsFolder(home: string): string {
  return path.join(home, 'sessions');
}

export function resultsFolder(home: string): string {
  return path.join(home, 'results');
}

const TRUSTED = 'trusted-folders.json';

/**
 * Whether the person has trusted the folder, or one above it: `trusted-folders.json` holds a list of absolute paths. A file that
 * cannot be read trusts nothing.
 */
export async function isTrustedFolder(home: string, folder: string): Promise<boolean> {
  try {
    const trusted: unknown = JSON.parse(await readFile(path.join(home, TRUSTED), 'utf8'));
    if (!Array.isArray(trusted)) return false;
    const here = await realpath(folder);
    const roots = await Promise.all(
      trusted
        .filter((root): root is string => typeof root === 'string' && path.isAbsolute(root))
        .map((root) => realpath(root).catch(() => undefined)),
    );
    return roots.some((root) => root !== undefined && contains(root, here));
  } catch {
    return false;
  }
}

function contains(root: string, folder: string): boolean {
  const relative = path.relative(root, folder);
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}

// One writer a session: a lock file that names its owner.
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, readFile, stat, unlink, type open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { SessionLockedError } from '../core/sessions/session-log.ts';

/**
 * Takes the session at `path`, an exclusive file that names its owner; one whose owner is gone is taken over. Returns what lets it go.
 * Throws `SessionLockedError`.
 */
export async function lockSession(
  path: string,
  sessionId: string,
  openFile: typeof open,
): Promise<() => Promise<void>> {
  const token = randomUUID();
  const own = `${path}.${token}`;
  try {
    await writeName(own, token, openFile);
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        await takeName(own, path);
        return () => release(path, token);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        if (await ownerLives(path)) throw new SessionLockedError(sessionId);
        await unlink(path).catch(() => undefined);
      }
    }
  } finally {
    await unlink(own).catch(() => undefined);
  }
  throw new SessionLockedError(sessionId);
}

async function writeName(path: string, token: string, openFile: typeof open): Promise<void> {
  const file = await openFile(path, 'wx', 0o600);
  try {
    await file.writeFile(JSON.stringify({ pid: process.pid, host: hostname(), token }));
  } finally {
    await file.close();
  }
}

/** At once with what is in it, so that whoever dies here leaves no lock without a name. Throws `EEXIST` where there is one. */
async function takeName(own: string, path: string): Promise<void> {
  try {
    await link(own, path);
  } catch (error) {
    if (!NO_LINKS.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await copyFile(own, path, constants.COPYFILE_EXCL);
  }
}

/** Said by file systems that have no hard links. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV']);

/** Removes the lock only if it is still ours. */
async function release(path: string, token: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '');
  if (text.includes(token)) await unlink(path).catch(() => undefined);
}

async function ownerLives(path: string): Promise<boolean> {
  try {
    const owner = JSON.parse(await readFile(path, 'utf8')) as { pid?: number; host?: string };
    // Another machine's process cannot be asked: believe the lock.
    if (owner.host !== hostname()) return true;
    if (typeof owner.pid !== 'number' || owner.pid === process.pid) return owner.pid === process.pid;
    process.kill(owner.pid, 0);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return isYoung(path);
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A lock without a name in it is being made just now, or was left so by a crash. */
async function isYoung(path: string): Promise<boolean> {
  const made = await stat(path).catch(() => undefined);
  return made !== undefined && Date.now() - made.mtimeMs < 5_000;
}

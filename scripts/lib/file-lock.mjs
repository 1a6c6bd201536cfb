// A lock between processes: a file created exclusively, holding its owner's id, kept fresh while it is held.
import { link, mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const STALE_MS = 60_000;
const REFRESH_MS = 10_000;

/**
 * Runs `action` while holding the lock `file`. Waits for a living holder; takes over from a dead one.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} action
 * @param {{ onWait?: (holder: string) => void, pollMs?: number }} [options] `onWait` is called once, on the first wait
 * @returns {Promise<T>}
 */
export async function withFileLock(file, action, options = {}) {
  await mkdir(path.dirname(file), { recursive: true });
  let waited = false;
  while (!(await tryTake(file))) {
    if (await removeIfStale(file)) continue;
    if (!waited) options.onWait?.((await readFile(file, 'utf8').catch(() => '')).trim());
    waited = true;
    await sleep(options.pollMs ?? 300);
  }
  const refresh = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => {}), REFRESH_MS);
  refresh.unref();
  try {
    return await action();
  } finally {
    clearInterval(refresh);
    await rm(file, { force: true });
  }
}

/** @param {string} file */
async function tryTake(file) {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(`${process.pid}\n`);
    await handle.close();
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} file */
async function removeIfStale(file) {
  const seen = await readFile(file, 'utf8').catch(() => undefined);
  if (seen === undefined) return true;
  const age = Date.now() - ((await stat(file).catch(() => undefined))?.mtimeMs ?? Date.now());
  // An empty file is a holder between creating and writing, unless it stays that way.
  const dead = seen.trim() === '' ? age > 5000 : !isAlive(Number(seen)) || age > STALE_MS;
  if (!dead) return false;
  const aside = `${file}.stale-${process.pid}`;
  try {
    await rename(file, aside);
  } catch {
    return true;
  }
  // Between reading and renaming, another process may have taken the lock anew: then give it back.
  if ((await readFile(aside, 'utf8')) !== seen) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
  return true;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

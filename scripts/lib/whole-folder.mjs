// Builds a folder completely or not at all, so that a killed or failed build never looks finished.
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { explainSystemError } from './failure.mjs';
import { withFileLock } from './file-lock.mjs';

const STAMP_FILE = '.capstan-whole';

/**
 * Makes sure that `folder` exists as `build` made it for this `stamp`. The build goes into a sibling folder that
 * is renamed into place last; what a killed build left is removed by the next one. Safe when two processes ask at once.
 * @param {object} request
 * @param {string} request.folder absolute path
 * @param {string} request.stamp says what a whole folder was built from; another stamp means build again
 * @param {(temporary: string) => Promise<void>} request.build fills an existing empty folder; throws when it cannot
 * @param {(holder: string) => void} [request.onWait] called when another process is building it
 * @returns {Promise<'reused' | 'built'>}
 */
export async function provideWholeFolder({ folder, stamp, build, onWait }) {
  if (await isWhole(folder, stamp)) return 'reused';
  try {
    return await withFileLock(
      `${folder}.lock`,
      async () => {
        if (await isWhole(folder, stamp)) return 'reused';
        await removeLeftovers(folder);
        const temporary = `${folder}.new-${process.pid}`;
        await mkdir(temporary, { recursive: true });
        try {
          await build(temporary);
          await writeFile(path.join(temporary, STAMP_FILE), stamp);
          await replaceFolder(temporary, folder);
        } finally {
          await removeFolder(temporary);
        }
        return 'built';
      },
      onWait ? { onWait } : {},
    );
  } catch (error) {
    throw explainSystemError(`prepare ${folder}`, error);
  }
}

/** @param {string} folder @param {string} stamp */
async function isWhole(folder, stamp) {
  return (await readFile(path.join(folder, STAMP_FILE), 'utf8').catch(() => undefined)) === stamp;
}

/** @param {string} folder */
async function removeLeftovers(folder) {
  const { dir, base } = path.parse(folder);
  for (const name of await readdir(dir)) {
    if (name.startsWith(`${base}.new-`) || name.startsWith(`${base}.old-`)) await removeFolder(path.join(dir, name));
  }
}

/** @param {string} from @param {string} to */
async function replaceFolder(from, to) {
  const old = `${to}.old-${process.pid}`;
  if (await stat(to).catch(() => undefined)) await rename(to, old);
  await rename(from, to);
  await removeFolder(old);
}

/** @param {string} folder */
async function removeFolder(folder) {
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

/**
 * Bytes of all files below `folder`; links are not followed.
 * @param {string} folder
 * @returns {Promise<number>}
 */
export async function folderBytes(folder) {
  let total = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) total += await folderBytes(file);
    else if (entry.isFile()) total += (await stat(file)).size;
  }
  return total;
}

/** @param {number} bytes @returns {string} for example `42 MB` */
export function megabytes(bytes) {
  return `${Math.round(bytes / 1e6)} MB`;
}

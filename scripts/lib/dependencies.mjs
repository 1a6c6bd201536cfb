// Keeps the project's own dependencies as package-lock.json says.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withFileLock } from './file-lock.mjs';
import { runNpm } from './npm.mjs';
import { withStep } from './progress.mjs';
import { folderBytes, megabytes } from './whole-folder.mjs';

/**
 * Runs `npm ci --ignore-scripts` when node_modules is missing, torn or older than package-lock.json; else does nothing.
 * @param {object} request
 * @param {string} request.folder the folder of package.json
 * @param {string} request.lockFile where the lock between two such runs lies
 * @returns {Promise<'kept' | 'installed'>}
 */
export async function installDependencies({ folder, lockFile }) {
  if (await isInstalled(folder)) return 'kept';
  return withFileLock(
    lockFile,
    async () => {
      if (await isInstalled(folder)) return 'kept';
      await withStep('Installing dependencies (about 60 MB to download the first time)', async (step) => {
        await runNpm({ what: 'the dependencies', args: ['ci'], folder });
        const modules = path.join(folder, 'node_modules');
        await writeFile(stampFile(folder), await lockDigest(folder));
        step.done(`${megabytes(await folderBytes(modules))} in node_modules`);
      });
      return 'installed';
    },
    { onWait: (holder) => process.stderr.write(`Waiting for process ${holder}, which is installing dependencies …\n`) },
  );
}

/** @param {string} folder */
async function isInstalled(folder) {
  const digest = await lockDigest(folder);
  if ((await readFile(stampFile(folder), 'utf8').catch(() => undefined)) === digest) return true;
  if (!(await matchesInstalledTree(folder))) return false;
  await writeFile(stampFile(folder), digest);
  return true;
}

/**
 * Whether a tree that npm installed by hand is what the lock file asks for.
 * npm writes node_modules/.package-lock.json last, so its presence means the tree is whole.
 * @param {string} folder
 */
async function matchesInstalledTree(folder) {
  try {
    const wanted = JSON.parse(await readFile(path.join(folder, 'package-lock.json'), 'utf8')).packages;
    const present = JSON.parse(
      await readFile(path.join(folder, 'node_modules', '.package-lock.json'), 'utf8'),
    ).packages;
    return Object.entries(wanted).every(([place, entry]) => {
      if (place === '') return true;
      if (!present[place]) return Boolean(entry.optional || entry.peer);
      return present[place].version === entry.version;
    });
  } catch {
    return false;
  }
}

/** @param {string} folder */
const stampFile = (folder) => path.join(folder, 'node_modules', '.capstan-lock-digest');

/** @param {string} folder */
async function lockDigest(folder) {
  return createHash('sha256')
    .update(await readFile(path.join(folder, 'package-lock.json')))
    .digest('hex');
}

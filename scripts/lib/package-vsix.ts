// Packs the extension as a VSIX.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { buildBundles } from './build-bundles.ts';
import { DevFailure } from './failure.mjs';
import { runCommand } from './run-command.ts';
import { repositoryFolder } from './tooling-folder.mjs';

/** Builds and packs into `file` (absolute; default out/capstan.vsix) and returns it. `build: false` packs dist/ as it is. */
export async function packageVsix({
  file = path.join(repositoryFolder, 'out', 'capstan.vsix'),
  build = true,
} = {}): Promise<string> {
  if (build) await buildBundles();
  await mkdir(path.dirname(file), { recursive: true });
  const lines: string[] = [];
  const vsce = path.join(repositoryFolder, 'node_modules', '@vscode', 'vsce', 'vsce');
  const args = [
    vsce,
    'package',
    '--no-dependencies',
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
    '--out',
    file,
  ];
  const { exitCode } = await runCommand(process.execPath, args, {
    cwd: repositoryFolder,
    onLine: (line) => lines.push(line),
  });
  if (exitCode !== 0)
    throw new DevFailure(`Packing the VSIX failed. Correct this and run the command again:\n${lines.join('\n')}`);
  return file;
}

// Packs the extension as a VSIX.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buildBundles } from './build-bundles.ts';
import { DevFailure } from './failure.mjs';
import { runCommand } from './run-command.ts';
import { repositoryFolder } from './tooling-folder.mjs';

export interface PackageOptions {
  /** Absolute; default out/capstan.vsix, with the target's name where there is one. */
  readonly file?: string;
  /** False packs dist/ as it is. */
  readonly build?: boolean;
  /** For this system alone: on Linux with the sandbox's helper, which no other needs. Default: for all. */
  readonly target?: 'linux-x64' | 'linux-arm64';
}

/** Builds, packs, and returns the file. */
export async function packageVsix({ target, build = true, ...rest }: PackageOptions = {}): Promise<string> {
  const { file = path.join(repositoryFolder, 'out', target ? `capstan-${target}.vsix` : 'capstan.vsix') } = rest;
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
    ...(target ? ['--target', target, '--ignoreFile', await ignoreFileFor(target)] : []),
  ];
  const { exitCode } = await runCommand(process.execPath, args, {
    cwd: repositoryFolder,
    onLine: (line) => lines.push(line),
  });
  if (exitCode !== 0)
    throw new DevFailure(`Packing the VSIX failed. Correct this and run the command again:\n${lines.join('\n')}`);
  return file;
}

async function ignoreFileFor(target: NonNullable<PackageOptions['target']>): Promise<string> {
  const common = await readFile(path.join(repositoryFolder, '.vscodeignore'), 'utf8');
  const file = path.join(repositoryFolder, '.tsbuild', `vscodeignore-${target}`);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${common.trimEnd()}\n!dist/sandbox/${target.replace('linux-', '')}/**\n`);
  return file;
}

// Builds the bundles that an editor loads.
import { DevFailure } from './failure.mjs';
import { withStep } from './progress.mjs';
import { runCommand } from './run-command.ts';
import { repositoryFolder } from './tooling-folder.mjs';

/** Builds what ships, and with `tests` what runs inside the editor for tests. Rejects with the builder's words. */
export async function buildBundles({ tests = false }: { tests?: boolean } = {}): Promise<void> {
  await withStep('Building', async () => {
    await runBuild([]);
    if (tests) await runBuild(['--tests']);
  });
}

async function runBuild(args: readonly string[]): Promise<void> {
  const lines: string[] = [];
  const { exitCode } = await runCommand(process.execPath, ['esbuild.mjs', ...args], {
    cwd: repositoryFolder,
    onLine: (line) => lines.push(line),
  });
  if (exitCode !== 0)
    throw new DevFailure(`The build failed. Correct this and run the command again:\n${lines.join('\n')}`);
}

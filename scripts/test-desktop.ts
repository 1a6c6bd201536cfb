// `npm run test:desktop`: the integration suite in the desktop VS Code, which is downloaded. Option: a version, as in 1.106.3.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { buildBundles } from './lib/build-bundles.ts';
import { DevFailure, reportFailure } from './lib/failure.mjs';
import { repositoryFolder, toolingFolder } from './lib/tooling-folder.mjs';

async function main([version = 'stable']: readonly string[]): Promise<void> {
  await buildBundles({ tests: true });
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'capstan-desktop-'));
  const workspace = path.join(scratch, 'workspace');
  try {
    await cp(path.join(repositoryFolder, 'test', 'fixtures', 'sample'), workspace, { recursive: true });
    process.exitCode = await runTests({
      version,
      cachePath: toolingFolder(),
      extensionDevelopmentPath: repositoryFolder,
      extensionTestsPath: path.join(repositoryFolder, 'dist-test', 'integration', 'index.js'),
      extensionTestsEnv: {
        ANTHROPIC_API_KEY: undefined,
        ANTHROPIC_AUTH_TOKEN: undefined,
        ANTHROPIC_BASE_URL: undefined,
        HOME: scratch,
      },
      launchArgs: [workspace, '--disable-workspace-trust', '--user-data-dir', path.join(scratch, 'data')],
    });
  } catch (error) {
    throw explain(error);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function explain(error: unknown): unknown {
  const text = String(error instanceof Error ? (error.stack ?? error) : error);
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET|Failed to (download|fetch|get)|Error while resolving|\b40[37]\b/i.test(
      text,
    )
  ) {
    return new DevFailure(
      'The desktop VS Code could not be downloaded: this network refuses it. Run this lane where the network is open; `npm run test:integration` runs the same suite in an editor from npm.',
      { cause: error },
    );
  }
  if (/Test run (failed|terminated)|error while loading shared libraries|Missing X server/i.test(text)) {
    return new DevFailure(
      `The tests failed in the desktop VS Code: ${text.split('\n')[0]}. On Linux without a display, run it under xvfb-run.`,
    );
  }
  return error;
}

await main(process.argv.slice(2)).catch(reportFailure);

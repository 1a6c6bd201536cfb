// A process of a mocha lane: runs the test files named on its command line. Several may have the same ones: each takes the next that none has.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers';
import { endLane } from '../../test/support/editor-run/lane-end.ts';
import { countsLine, runMocha } from '../../test/support/editor-run/mocha-entry.ts';

const LEFT_OPEN_MS = 5000;

// Leaving by exit ends the editors that tests have started; a bare signal would not.
process.on('SIGTERM', () => process.exit(143)).on('SIGINT', () => process.exit(130));

const [timeout, ...files] = process.argv.slice(2);
const claims = process.env['CAPSTAN_LANE_CLAIMS'];
process.exitCode = 0;
if (claims === undefined) await run(files);
else await runInTurn(claims);
await endLane();

async function run(some: readonly string[]): Promise<void> {
  const { failed } = await runMocha({
    timeoutMs: Number(timeout),
    // Only where several take turns: there the machine is as busy as it gets.
    onceMore: claims !== undefined,
    async define(mocha) {
      for (const file of some) mocha.addFile(path.resolve(file));
      await mocha.loadFilesAsync();
    },
  });
  if (failed > 0) process.exitCode = 1;
}

async function runInTurn(folder: string): Promise<void> {
  // Also said where the others were quicker and left nothing.
  console.log(countsLine({ passed: 0, failed: 0, skipped: 0 }));
  for (const file of files) if (await isOurs(folder, file)) await run([file]);
}

/** The first to make the folder has the file. */
async function isOurs(folder: string, file: string): Promise<boolean> {
  return mkdir(path.join(folder, file.replaceAll(/[\\/]/g, '+'))).then(
    () => true,
    () => false,
  );
}

// Fires only when something keeps this process alive: a leak in a test, which must not pass unseen.
delay(() => {
  const kinds = process.getActiveResourcesInfo().join(', ');
  console.error(`The tests have ended, but something is still open: ${kinds}. Close what the tests open.`);
  process.exit(3);
}, LEFT_OPEN_MS).unref();

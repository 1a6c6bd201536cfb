// The process of one mocha lane: loads the test files named on its command line and runs them.
import path from 'node:path';
import { setTimeout as delay } from 'node:timers';
import { runMocha } from '../../test/support/editor-run/mocha-entry.ts';

const LEFT_OPEN_MS = 5000;

// Leaving by exit ends the editors that tests have started; a bare signal would not.
process.on('SIGTERM', () => process.exit(143)).on('SIGINT', () => process.exit(130));

const [timeout, ...files] = process.argv.slice(2);
const { failed } = await runMocha({
  timeoutMs: Number(timeout),
  async define(mocha) {
    for (const file of files) mocha.addFile(path.resolve(file));
    await mocha.loadFilesAsync();
  },
});
process.exitCode = failed > 0 ? 1 : 0;

// Fires only when something keeps this process alive: a leak in a test, which must not pass unseen.
delay(() => {
  const kinds = process.getActiveResourcesInfo().join(', ');
  console.error(`The tests have ended, but something is still open: ${kinds}. Close what the tests open.`);
  process.exit(3);
}, LEFT_OPEN_MS).unref();

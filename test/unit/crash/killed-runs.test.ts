// The real command line, killed at random moments of real runs: its log is a whole prefix, no call runs twice, the conversation goes on.
import assert from 'node:assert/strict';
import path from 'node:path';
import { build } from 'esbuild';
import { describe, it } from 'mocha';
import { temporaryFolders } from '../../support/temporary-folder.ts';
import { openCrashLane, type CrashLane } from './crash-lane.ts';
import { seededRandom } from './seeded-random.ts';

const KILLS = 200;
const LANES = 3;
/** A session grows with every run: after so many a new one is begun. */
const RUNS_A_SESSION = 12;

describe('a run that is killed', function () {
  this.timeout(300_000);
  const makeFolder = temporaryFolders();

  it(`leaves a log to go on from, ${KILLS} times`, async () => {
    const seed = Number(process.env['CAPSTAN_CRASH_SEED'] ?? Date.now() % 1_000_000);
    console.log(`      seed ${seed} (set CAPSTAN_CRASH_SEED to repeat it)`);
    const folder = await makeFolder();
    const cli = await bundle(folder);
    await using first = await openCrashLane(cli, folder, 'session-0');
    await first.finish();
    let killed = 0;
    let cut = 0;
    let sessions = 0;
    let failed = false;
    async function runLane(lane: number): Promise<void> {
      const random = seededRandom(seed + lane);
      while (killed < KILLS && !failed) {
        await using one = await openCrashLane(cli, folder, `session-${++sessions}`);
        for (let run = 0; run < RUNS_A_SESSION && killed < KILLS && !failed; run++) {
          const before: Pick<CrashLane, 'killed' | 'cut'> = { killed: one.killed, cut: one.cut };
          await one.crash(random);
          killed += one.killed - before.killed;
          cut += one.cut - before.cut;
        }
        await one.finish();
      }
    }
    const fail = (error: unknown): never => {
      failed = true;
      throw error;
    };
    const ends = await Promise.allSettled(Array.from({ length: LANES }, (_, lane) => runLane(lane).catch(fail)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    console.log(`      ${killed} kills, ${cut} of them in the middle of a turn`);
    assert.ok(cut > KILLS / 3, `only ${cut} kills hit a turn`);
  });
});

/** As it ships, so that it starts as fast. */
async function bundle(folder: string): Promise<string> {
  const out = path.join(folder, 'dist');
  await build({
    entryPoints: { cli: path.join(import.meta.dirname, '../../../src/headless/cli.ts') },
    outdir: out,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    outExtension: { '.js': '.mjs' },
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  return path.join(out, 'cli.mjs');
}

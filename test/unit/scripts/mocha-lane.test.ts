// The process of a lane: the files that it is given, and those that several take in turn.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { repositoryFolder } from '../../../scripts/lib/tooling-folder.mjs';
import { parseCountsLine } from '../../support/editor-run/mocha-entry.ts';

const exec = promisify(execFile);

describe('the process of a lane', () => {
  let folder: string;
  let log: string;
  let files: string[];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'capstan-lane-test-'));
    log = path.join(folder, 'log');
    await mkdir(path.join(folder, 'claims'));
    files = await Promise.all(
      ['one', 'two', 'three'].map(async (name) => {
        const file = path.join(folder, `${name}.test.mjs`);
        const body = `appendFileSync(${JSON.stringify(log)}, '${name} ')`;
        await writeFile(file, `import { appendFileSync } from 'node:fs';\nit('${name}', () => ${body});\n`);
        return file;
      }),
    );
  });
  afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

  async function lane(env: Record<string, string> = {}) {
    const { stdout } = await exec(process.execPath, ['scripts/lib/mocha-lane.ts', '5000', ...files], {
      cwd: repositoryFolder,
      env: { ...process.env, ...env },
    });
    const counts = stdout.split('\n').flatMap((line) => parseCountsLine(line) ?? []);
    return counts.reduce((sum, { passed }) => sum + passed, 0);
  }

  const ran = async () => (await readFile(log, 'utf8')).trim().split(' ').toSorted();

  it('runs all that it is given, by itself', async () => {
    assert.equal(await lane(), 3);
    assert.deepEqual(await ran(), ['one', 'three', 'two']);
  });

  it('runs one that fails once more where several take turns, and says so; alone it does not', async () => {
    const file = path.join(folder, 'flaky.test.mjs');
    const count = path.join(folder, 'count');
    await writeFile(
      file,
      `import { appendFileSync, readFileSync } from 'node:fs';
it('comes round', () => {
  appendFileSync(${JSON.stringify(count)}, 'x');
  if (readFileSync(${JSON.stringify(count)}, 'utf8').length % 2 === 1) throw new Error('Not yet.');
});\n`,
    );
    const run = async (env: Record<string, string>) => {
      const lane = exec(process.execPath, ['scripts/lib/mocha-lane.ts', '5000', file], {
        cwd: repositoryFolder,
        env: { ...process.env, ...env },
      });
      const { stdout } = await lane.catch((error: unknown) => error as { stdout: string });
      return stdout
        .split('\n')
        .flatMap((line) => parseCountsLine(line) ?? [])
        .at(-1);
    };
    const inTurn = await run({ CAPSTAN_LANE_CLAIMS: path.join(folder, 'claims') });
    assert.deepEqual(inTurn, { passed: 1, failed: 0, skipped: 0, repeated: ['comes round: Not yet.'] });
    const alone = await run({});
    assert.deepEqual(alone, { passed: 0, failed: 1, skipped: 0, failures: ['comes round: Not yet.'] });
  });

  it('runs each once where several take the same ones in turn, and says so where nothing is left', async () => {
    const claims = { CAPSTAN_LANE_CLAIMS: path.join(folder, 'claims') };
    const [first, second] = await Promise.all([lane(claims), lane(claims)]);
    assert.equal(first + second, 3);
    assert.equal(await lane(claims), 0);
    assert.deepEqual(await ran(), ['one', 'three', 'two']);
  });
});

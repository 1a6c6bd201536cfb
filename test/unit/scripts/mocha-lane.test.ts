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

  it('runs each once where several take the same ones in turn, and says so where nothing is left', async () => {
    const claims = { CAPSTAN_LANE_CLAIMS: path.join(folder, 'claims') };
    const [first, second] = await Promise.all([lane(claims), lane(claims)]);
    assert.equal(first + second, 3);
    assert.equal(await lane(claims), 0);
    assert.deepEqual(await ran(), ['one', 'three', 'two']);
  });
});

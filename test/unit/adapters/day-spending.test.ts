// The day's sum: several writers, torn lines, a clock that moves, a disk that fails.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createDaySpendingFile } from '../../../src/adapters/day-spending-file.ts';

const NOON = new Date(2026, 10, 21, 12).getTime();
const DAY = 86_400_000;
const source = path.resolve(import.meta.dirname, '../../../src/adapters/day-spending-file.ts');

describe("the day's spending", () => {
  let folder: string;
  let warnings: string[];
  let now: number;
  const begin = (where = folder) =>
    createDaySpendingFile({ folder: where, now: () => now, onWarning: (message) => warnings.push(message) });
  const file = () => path.join(folder, '2026-11-21.txt');

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'capstan-day-'));
    warnings = [];
    now = NOON;
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('counts what every window adds, once', async () => {
    const [one, other] = [begin(), begin()];
    one.add(0.25);
    other.add(0.5);
    assert.equal(one.today(), 0.25, 'known at once');
    await Promise.all([one.flush(), other.flush()]);
    await Promise.all([one.refresh(), other.refresh()]);
    assert.deepEqual([one.today(), other.today(), warnings], [0.75, 0.75, []]);
    const third = begin();
    await third.refresh();
    assert.equal(third.today(), 0.75);
    if (process.platform !== 'win32') assert.equal((await stat(file())).mode & 0o777, 0o600);
  });

  it('loses nothing when processes write at the same time', async () => {
    const script = `import { createDaySpendingFile } from ${JSON.stringify(source)};
      const day = createDaySpendingFile({ folder: ${JSON.stringify(folder)}, now: () => ${NOON}, onWarning: console.error });
      for (let at = 0; at < 200; at++) { day.add(0.01); if (at % 7 === 0) await day.flush(); }
      await day.flush();`;
    const writers = Array.from({ length: 3 }, () =>
      spawn(process.execPath, ['--input-type=module-typescript', '-e', script], { stdio: 'inherit' }),
    );
    await Promise.all(writers.map((writer) => once(writer, 'exit')));
    const day = begin();
    await day.refresh();
    assert.equal(day.today().toFixed(6), '6.000000');
  });

  it('leaves out what is no amount, in the file and when it is added', async () => {
    await writeFile(file(), '1\nNaN\n-4\n1e9\nInfinity\n\u0000\u0000\n0.5\n0.2');
    const day = begin();
    for (const odd of [Number.NaN, -1, 0, Infinity, 1e-12]) day.add(odd);
    await day.refresh();
    assert.equal(day.today(), 1.5, 'a line without its end is not read yet');
    day.add(0.1);
    await day.flush();
    assert.equal(day.today().toFixed(3), '1.800', 'the torn line ends where the next begins');
  });

  it('belongs to the day of the clock, also when that is set back', async () => {
    const day = begin();
    day.add(1);
    now = NOON + DAY;
    assert.equal(day.today(), 0);
    day.add(2);
    assert.equal(day.today(), 2);
    now = NOON;
    await day.refresh();
    assert.equal(day.today(), 1);
    now = Number.NaN;
    assert.equal(day.today(), 0);
    await day.flush();
  });

  it('begins anew with a file that was emptied', async () => {
    const day = begin();
    day.add(1);
    await day.flush();
    await writeFile(file(), '0.25\n');
    await day.refresh();
    assert.equal(day.today(), 0.25);
  });

  it('lets old days go, and nothing else', async () => {
    for (const name of ['2026-11-01.txt', '2026-11-18.txt', 'notes.txt'])
      await appendFile(path.join(folder, name), '1\n');
    await begin().refresh();
    assert.deepEqual((await readdir(folder)).toSorted(), ['2026-11-18.txt', 'notes.txt']);
  });

  it('goes on in memory where the disk fails, and says so once', async () => {
    await writeFile(path.join(folder, 'taken'), '');
    const day = begin(path.join(folder, 'taken', 'below'));
    day.add(1);
    day.add(1);
    await day.refresh();
    assert.equal(day.today(), 2);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /counts this window alone/);
  });
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createSessionFiles, parseLog } from '../../../src/adapters/session-files.ts';
import type { DurableEvent } from '../../../src/core/events.ts';
import { SessionLockedError } from '../../../src/core/sessions/session-log.ts';

const titled = (title: string): DurableEvent & { at: number } => ({ type: 'session_titled', title, at: 1 });
const opened: DurableEvent & { at: number } = {
  type: 'session_started',
  sessionId: 's',
  cwd: '/w',
  product: 'test',
  createdAt: 1,
  at: 1,
};

describe('session files', () => {
  let folder: string;
  let words: string[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'capstan-sessions-'));
    words = [];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const store = (path = folder) =>
    createSessionFiles({
      folder: path,
      onFailure: (message) => words.push(message),
      onWarning: (message) => words.push(message),
    });
  const file = () => join(folder, 's.jsonl');
  const titles = async () => {
    const log = await store().open('s');
    await log.close();
    return log.entries.flatMap((entry) => (entry.type === 'session_titled' ? [entry.title] : []));
  };

  it('keeps events in order, private to the person, and leaves no file for a session that said nothing', async () => {
    const log = await store().open('s');
    await log.flush();
    await assert.rejects(stat(file()));
    for (let i = 0; i < 100; i++) log.append(titled(`${i}`));
    await log.close();
    assert.deepEqual(
      await titles(),
      Array.from({ length: 100 }, (_, i) => `${i}`),
    );
    if (process.platform !== 'win32') assert.equal((await stat(file())).mode & 0o777, 0o600);
    const { entries } = parseLog(await readFile(file()));
    assert.deepEqual(entries.map((entry) => [entry.seq, entry.parent]).slice(0, 3), [
      [0, null],
      [1, 0],
      [2, 1],
    ]);
  });

  it('reads a whole prefix wherever the last write was torn, and writes on behind it', async () => {
    const log = await store().open('s');
    ['one', 'two — with ünïcode', 'three'].forEach((title) => log.append(titled(title)));
    await log.close();
    const whole = await readFile(file());
    for (let length = 0; length <= whole.length; length++) {
      await writeFile(file(), whole.subarray(0, length));
      const again = await store().open('s');
      again.append(titled('after'));
      await again.close();
      const found = await titles();
      assert.equal(found.at(-1), 'after', `cut at ${length}`);
      assert.deepEqual(found.slice(0, -1), ['one', 'two — with ünïcode', 'three'].slice(0, found.length - 1));
    }
  });

  it('skips bad lines and runs of NUL bytes, loads the rest, and says so', async () => {
    const log = await store().open('s');
    log.append(titled('one'));
    await log.close();
    await appendFile(file(), `not json\n${'\0'.repeat(50)}\n{"type":"session_titled"}\n[]\nnull\n`);
    const again = await store().open('s');
    again.append(titled('two'));
    await again.close();
    assert.deepEqual(await titles(), ['one', 'two']);
    assert.match(words[0]!, /unreadable lines were skipped/);
  });

  it('has one writer: a second one is refused in words, and a dead one is succeeded', async () => {
    const log = await store().open('s');
    await assert.rejects(store().open('s'), SessionLockedError);
    await log.close();

    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    const { hostname } = await import('node:os');
    await writeFile(join(folder, 's.lock'), JSON.stringify({ pid: child.pid, host: hostname(), token: 'x' }));
    await (await store().open('s')).close();
  });

  it('goes on in memory when the disk refuses, and writes everything once it does not', async () => {
    if (process.platform === 'win32') return;
    const log = await store().open('s');
    // A folder in the file's place: every write fails.
    const { mkdir } = await import('node:fs/promises');
    await mkdir(file());
    log.append(titled('kept'));
    await log.flush();
    log.append(titled('kept too'));
    await log.flush();
    assert.equal(words.length, 1, 'told once');
    await rm(file(), { recursive: true });
    await log.close();
    assert.deepEqual(await titles(), ['kept', 'kept too']);
  });

  it('lists sessions of a folder, newest first, and leaves out what it cannot read', async () => {
    for (const [id, cwd] of [
      ['a', '/w'],
      ['b', '/other'],
    ] as const) {
      const log = await store().open(id);
      log.append({ ...opened, sessionId: id, cwd });
      log.append(titled(`title ${id}`));
      await log.close();
    }
    await writeFile(join(folder, 'broken.jsonl'), 'nonsense');
    assert.deepEqual((await store().list()).map((summary) => summary.title).toSorted(), ['title a', 'title b']);
    assert.deepEqual(
      (await store().list('/w')).map((summary) => summary.id),
      ['a'],
    );
    assert.deepEqual(await store(join(folder, 'missing')).list(), []);
  });

  it('refuses an id that would leave its folder', async () => {
    await assert.rejects(store().open('../evil'), /not a session id/);
  });
});

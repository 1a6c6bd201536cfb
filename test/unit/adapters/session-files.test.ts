import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createSessionFiles, parseLog } from '../../../src/adapters/session-files.ts';
import type { DurableEvent } from '../../../src/core/events.ts';
import { SessionLockedError } from '../../../src/core/sessions/session-log.ts';
import { verifyLog } from '../../../src/headless/sessions/verify-log.ts';

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
  afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

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

  describe('on the shelf', () => {
    const turn = (id: string, words: string): (DurableEvent & { at: number })[] => [
      { type: 'turn_started', turnId: id, input: { id, text: words, attachments: [] }, at: 5 },
      { type: 'message_started', turnId: id, messageId: `m${id}`, model: 'claude-haiku-4-5', at: 5 },
      {
        type: 'message_completed',
        turnId: id,
        messageId: `m${id}`,
        stopReason: 'end_turn',
        usage: { inputTokens: 10, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 0 },
        complete: true,
        model: 'claude-haiku-4-5',
        at: 6,
      },
    ];
    const ended = (id: string, outcome: 'done' | 'failed' = 'done'): DurableEvent & { at: number } => ({
      type: 'turn_completed',
      turnId: id,
      outcome,
      reason: '',
      usage: { inputTokens: 10, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 0 },
      model: 'claude-haiku-4-5',
      durationMs: 1,
      at: 7,
    });
    const write = async (id: string, ...events: (DurableEvent & { at: number })[]) => {
      const log = await store().open(id);
      for (const event of events) log.append(event);
      await log.close();
    };
    const begun = (id: string) => ({ ...opened, sessionId: id });
    const only = async (shelf = store()) => {
      const [summary] = await shelf.list('/w');
      assert.ok(summary);
      return summary;
    };

    it('sums up a session from its whole log: the newest title, the first words, the end, what it used', async () => {
      const filler = Array.from({ length: 700 }, (_, i): DurableEvent & { at: number } => ({
        type: 'context_added',
        turnId: '1',
        text: `"type":"session_titled" ${'x'.repeat(1000)} ${i}`,
        at: 4,
      }));
      const shelf = store();
      await write('s', begun('s'), titled('Old'), ...turn('1', 'First words'), titled('New'), ...filler, ended('1'));
      const expected = {
        id: 's',
        title: 'New',
        cwd: '/w',
        createdAt: 1,
        updatedAt: 7,
        firstMessage: 'First words',
        outcome: 'done',
        spent: [
          {
            model: 'claude-haiku-4-5',
            usage: { inputTokens: 10, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 0 },
          },
        ],
        archived: false,
      };
      assert.deepEqual(await only(shelf), expected);
      assert.deepEqual(await only(shelf), expected, 'nothing is counted twice');
      await write('s', ...turn('2', 'More words'));
      const grown = await only(shelf);
      assert.deepEqual([grown.outcome, grown.firstMessage], ['cut', 'First words']);
      assert.equal(grown.spent[0]?.usage.inputTokens, 20);
      const lists = await Promise.all([shelf.list('/w'), shelf.list(), shelf.list('/w')]);
      assert.deepEqual(lists, [[grown], [grown], [grown]]);
    });

    it('reads a line that is longer than any buffer, and leaves out one that is torn', async () => {
      await write('s', begun('s'), ...turn('1', 'y'.repeat(900_000)), ended('1', 'failed'));
      await appendFile(file(), '{"type":"session_titled","title":"Torn","seq":9');
      const { firstMessage, outcome, title } = await only();
      assert.deepEqual([firstMessage.length, outcome, title], [200, 'failed', '']);
    });

    it('renames a session without making it newer, unless somebody has it open', async () => {
      await write('s', begun('s'), titled('Old'), ...turn('1', 'Words'), ended('1'));
      await store().rename('s', 'New');
      const { title, updatedAt } = await only();
      assert.deepEqual([title, updatedAt], ['New', 7]);
      const log = await store().open('s');
      await assert.rejects(store().rename('s', 'Other'), SessionLockedError);
      await log.close();
      await assert.rejects(store().rename('missing', 'Other'), /ENOENT/);
      await assert.rejects(stat(join(folder, 'missing.jsonl')));
    });

    it('archives and takes out again, as often as it is told', async () => {
      await write('s', begun('s'), ...turn('1', 'Words'), ended('1'));
      await store().setArchived('s', true);
      await store().setArchived('s', true);
      assert.equal((await only()).archived, true);
      await store().setArchived('s', false);
      await store().setArchived('s', false);
      assert.equal((await only()).archived, false);
    });

    it('copies a session that another window writes, up to its last whole line, and closes what runs', async () => {
      const log = await store().open('s');
      const queued = { id: 'q', text: 'Later', attachments: [] };
      const events = [begun('s'), titled('Task'), ...turn('1', 'Words'), ended('1'), ...turn('2', 'More')];
      for (const event of events) log.append(event);
      log.append({ type: 'queue_changed', queue: [queued], at: 8 });
      await log.flush();
      await appendFile(file(), '{"type":"turn_com');
      const before = await readFile(file());
      await store().fork('s', 'copy');
      assert.deepEqual(await readFile(file()), before, 'the original is untouched');
      await log.close();
      assert.deepEqual(verifyLog(await readFile(join(folder, 'copy.jsonl')), 'copy'), {
        whole: true,
        entries: events.length + 4,
        open: false,
      });
      const copy = await store().open('copy');
      const [start] = copy.entries;
      assert.ok(start?.type === 'session_started');
      assert.deepEqual([start.sessionId, start.forkedFrom], ['copy', 's']);
      assert.deepEqual(copy.entries.findLast((entry) => entry.type === 'queue_changed')?.queue, []);
      assert.equal(copy.entries.findLast((entry) => entry.type === 'session_titled')?.title, 'Task (copy)');
      await copy.close();
      const left = await readdir(folder);
      assert.deepEqual(left.toSorted(), ['copy.jsonl', 's.jsonl']);
    });

    it('copies what came before a turn, with nothing of it', async () => {
      await write('s', begun('s'), titled('Task'), ...turn('1', 'Words'), ended('1'), ...turn('2', 'More'), ended('2'));
      await store().fork('s', 'copy', '2');
      const copy = await store().open('copy');
      const turns = copy.entries.flatMap((entry) => (entry.type === 'turn_started' ? [entry.turnId] : []));
      assert.deepEqual([turns, copy.entries.at(-1)?.type], [['1'], 'session_titled']);
      assert.ok(!JSON.stringify(copy.entries).includes('More'));
      await copy.close();
      await assert.rejects(store().fork('s', 'other', '1'), /nothing to copy/);
      await assert.rejects(store().fork('s', 'other', 'unknown'), /not in the log/);
    });

    it('copies nothing that is empty, and over nothing that is there', async () => {
      await write('s', begun('s'), ...turn('1', 'Words'), ended('1'));
      await write('empty', begun('empty'));
      await assert.rejects(store().fork('empty', 'copy'), /nothing to copy/);
      await assert.rejects(store().fork('missing', 'copy'), /ENOENT/);
      const before = await readFile(file());
      await assert.rejects(store().fork('empty', 's'), /nothing to copy/);
      await write('other', begun('other'), ...turn('1', 'Other'), ended('1'));
      await assert.rejects(store().fork('other', 's'), /already/);
      assert.deepEqual(await readFile(file()), before);
    });

    it('deletes whole: brought back it is the same, and only a purge ends it', async () => {
      await write('s', begun('s'), ...turn('1', 'Words'), ended('1'));
      await store().setArchived('s', true);
      const before = await readFile(file());
      await store().remove('s');
      assert.deepEqual(await store().list(), []);
      assert.deepEqual(await readFile(join(folder, 'deleted', 's.jsonl')), before);
      await store().restore('s');
      assert.deepEqual(await readFile(file()), before);
      assert.equal((await only()).archived, true);
      await store().purge('s');
      assert.deepEqual(await readFile(file()), before, 'what was brought back is not purged');
      await store().remove('s');
      await store().purge('s');
      await assert.rejects(store().restore('s'), /ENOENT/);
      assert.deepEqual(await readdir(join(folder, 'deleted')), []);
      assert.deepEqual((await readdir(folder)).toSorted(), ['deleted']);
    });

    it('deletes nothing that is open, and brings nothing back over what is there', async () => {
      const log = await store().open('s');
      log.append(begun('s'));
      await assert.rejects(store().remove('s'), SessionLockedError);
      await log.close();
      await store().remove('s');
      await write('s', begun('s'), titled('Another'));
      await assert.rejects(store().restore('s'), /already/);
      assert.deepEqual((await only()).title, 'Another');
    });
  });
});

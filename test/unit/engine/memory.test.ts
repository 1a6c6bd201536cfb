import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { open, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';
import { createSessionFiles } from '../../../src/adapters/session-files.ts';
import { SessionRecall } from '../../../src/core/engine/session-recall.ts';
import { LOG_VERSION, type DurableEvent, type LogEntry } from '../../../src/core/events.ts';
import { NewestBySize } from '../../../src/core/newest-by-size.ts';
import type { ToolItem } from '../../../src/shared/view-model.ts';
import { inputOf, startEngine } from '../../support/engine/engine-harness.ts';
import { MemoryLog } from '../../support/engine/memory-log.ts';
import { text } from '../../support/model/answer.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 } as const;

function callOf(id: string, chars: number, diff?: string): DurableEvent[] {
  const block = { type: 'tool_use', id, name: 'Look', input: { value: 'x'.repeat(chars) } };
  const said = { type: 'block_completed', turnId: 't1', messageId: `m-${id}`, index: 0, block, durationMs: 0 };
  return [
    said as unknown as DurableEvent,
    {
      type: 'tool_completed',
      turnId: 't1',
      toolUseId: id,
      name: 'Look',
      outcome: 'done',
      content: `${id} ${'y'.repeat(chars)}`,
      details: diff === undefined ? {} : { diff },
      durationMs: 1,
    },
  ];
}

function entriesOf(events: readonly DurableEvent[]): LogEntry[] {
  return events.map((event, seq) => ({ v: LOG_VERSION, seq, parent: seq === 0 ? null : seq - 1, at: 1, ...event }));
}

const BEGIN: DurableEvent[] = [
  { type: 'session_started', sessionId: 's', cwd: '/workspace', product: 'test', createdAt: 1 },
  { type: 'turn_started', turnId: 't1', input: inputOf('Go', 'in-1') },
];
const END: DurableEvent = {
  type: 'turn_completed',
  turnId: 't1',
  outcome: 'done',
  reason: '',
  usage,
  model: 'test-model',
  durationMs: 1,
};

describe('the memory of a long session', () => {
  const folders = temporaryFolders();

  it('does not grow with what lies behind its compactions: inputs, results and images', async function () {
    this.timeout(120_000);
    const script = path.join(import.meta.dirname, 'long-session.main.ts');
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ['--expose-gc', '--no-warnings', script, await folders()]);
    const told = JSON.parse(stdout) as Record<string, number> & { heap: number[] };
    const { compactions, heap, passed, messagesSent, messagesHeld, inLastRequest, firstResult } = told;
    assert.ok(compactions! >= heap.length, 'every turn was shortened');
    assert.ok(messagesSent! > 10 * inLastRequest!, 'the model has seen far more than one request');
    assert.ok(messagesHeld! <= inLastRequest!, `${messagesHeld} messages are held`);
    // What comes late counts: code and pools are in place by then.
    const from = 3;
    const grown = heap.at(-1)! - heap[from]!;
    const passedSince = (passed! * (heap.length - 1 - from)) / heap.length;
    // The rows of the panel keep the head and the tail of what went in and out.
    assert.ok(grown < passedSince / 4, `${grown} bytes are held of ${passedSince} that passed`);
    assert.equal(firstResult, 90_000, 'and the first result can still be opened');
  });

  it('is not that of the log it was opened from', async () => {
    const log = new MemoryLog(entriesOf([...BEGIN, ...callOf('one', 100), END]));
    await using engine = await startEngine([{ blocks: [text('Fine.')] }], { log });
    assert.equal(log.entries.length, 0);
    assert.equal(engine.session.view.turns[0]?.items.length, 1);
    assert.equal((await engine.session.toolResult('one'))?.text, `one ${'y'.repeat(100)}`);
  });

  it('is bounded for the rows that are shown: old ones keep beginnings, and can be opened as a whole', async () => {
    const count = 1_200;
    const calls = Array.from({ length: count }, (_, n) =>
      callOf(`call-${n}`, 9_000, n === 1 ? '@'.repeat(9_000) : undefined),
    );
    const log = new MemoryLog(entriesOf([...BEGIN, ...calls.flat(), END]));
    await using engine = await startEngine([], { log });
    const rows = engine.session.view.turns[0]!.items as ToolItem[];
    assert.equal(rows.length, count);
    const chars = rows.reduce(
      (sum, { input, output, diff = '' }) => sum + input.length + output.length + diff.length,
      0,
    );
    assert.ok(chars < 17_000_000, `${chars}`);
    const [first, second] = rows;
    assert.ok(first!.output.length < 600 && first!.input.length < 600 && first!.outputCapped);
    assert.ok(second!.diff!.length < 600, 'still the row of an edit');
    assert.ok(rows.at(-1)!.output.length > 7_000);
    assert.equal((await engine.session.toolResult('call-0'))?.text.length, 9_007);
    assert.equal((await engine.session.toolResult('call-1'))?.diff?.length, 9_000);
  });

  it('does not hold what the model read of attachments in the view', async () => {
    await using engine = await startEngine([{ blocks: [text('Fine.')] }]);
    const attachment = { kind: 'file' as const, label: 'a.ts', path: '/workspace/a.ts', text: 'much '.repeat(1_000) };
    engine.session.submit({ ...inputOf('Look'), attachments: [attachment] });
    await engine.session.whenIdle();
    assert.deepEqual(engine.session.view.turns[0]!.attachments, [{ ...attachment, text: '' }]);
    assert.ok(JSON.stringify(engine.server.requests[0]!.body).includes('much much'), 'the model reads it');
  });

  it('lets the message of an old turn be sent again from the log', async () => {
    const long = Array.from({ length: 30 }, (_, n): DurableEvent[] => [
      { type: 'turn_started', turnId: `t${n}`, input: inputOf(`${n} ${'long '.repeat(20_000)}`, `in-${n}`) },
      { ...END, turnId: `t${n}` },
    ]);
    const log = new MemoryLog(entriesOf([BEGIN[0]!, ...long.flat()]));
    await using engine = await startEngine([{ blocks: [text('Again.')] }], { log });
    engine.session.retry('t0');
    await new Promise((resolve) => setImmediate(resolve));
    await engine.session.whenIdle();
    assert.ok(engine.session.view.turns.at(-1)!.text.startsWith('0 long'));
    assert.equal(engine.session.view.turns.length, 31);
  });
});

describe('what a session can recall', () => {
  const folders = temporaryFolders();
  const told: string[] = [];
  const openLog = (folder: string) =>
    createSessionFiles({ folder, onFailure: (words) => told.push(words), onWarning: (words) => told.push(words) }).open(
      's',
    );

  it('is read from the log where it is old: written, about to be written, and with odd ids', async () => {
    const folder = await folders();
    const log = await openLog(folder);
    const ids = ['a', 'b"\\ü\n', 'c'];
    for (const id of ids) for (const event of callOf(id, 1_500_000)) log.append({ ...event, at: 1 });
    const recall = new SessionRecall(log);
    for (const id of ids) assert.equal((await recall.result(id))?.text, `${id} ${'y'.repeat(1_500_000)}`);
    await log.flush();
    for (const id of ids) assert.equal((await recall.result(id))?.text.length, id.length + 1_500_001);
    await log.close();
    const again = await openLog(folder);
    again.letGo();
    assert.equal((await new SessionRecall(again).result('b"\\ü\n'))?.text.length, 1_500_006);
    await again.close();
  });

  it('is nothing where the log is torn, damaged, gone or has never held it', async () => {
    const folder = await folders();
    const log = await openLog(folder);
    for (const id of ['a', 'b']) for (const event of callOf(id, 100)) log.append({ ...event, at: 1 });
    await log.flush();
    const recall = new SessionRecall(log);
    assert.equal(await recall.result('other'), undefined);
    const file = path.join(folder, 's.jsonl');
    const whole = await readFile(file, 'utf8');
    const lines = whole.split('\n');
    lines[1] = lines[1]!.replace('"outcome"', '"outcom');
    await writeFile(file, lines.join('\n').slice(0, -5));
    assert.equal(await recall.result('a'), undefined, 'damaged');
    assert.equal(await recall.result('b'), undefined, 'torn');
    await writeFile(file, '');
    assert.equal(await recall.result('b'), undefined, 'gone');
    await log.close();
  });

  it('is at hand for the newest, up to a size', async () => {
    let reads = 0;
    const log = Object.assign(new MemoryLog(), { find: async () => void (reads += 1) });
    const recall = new SessionRecall(log);
    const all = Array.from({ length: 40 }, (_, n) => callOf(`call-${n}`, 100_000)).flat();
    for (const entry of entriesOf(all)) recall.take(entry);
    assert.equal((await recall.result('call-39'))?.text.length, 100_008);
    assert.equal(reads, 0);
    assert.equal(await recall.result('call-0'), undefined);
    assert.equal(reads, 1);
  });
});

describe('a log in a long turn', () => {
  const folders = temporaryFolders();

  it('holds no more than some megabytes of what it has written, as it puts them on the disk in between', async () => {
    let syncs = 0;
    const openFile = (async (...given: Parameters<typeof open>) => {
      const file = await open(...given);
      const sync = file.sync.bind(file);
      file.sync = async () => {
        syncs += 1;
        return sync();
      };
      return file;
    }) as typeof open;
    const nothing = (): void => {};
    const files = createSessionFiles({ folder: await folders(), onFailure: nothing, onWarning: nothing, openFile });
    const log = await files.open('s');
    const write = async (chars: number): Promise<void> => {
      for (const event of callOf('a', chars / 2)) log.append({ ...event, at: 1 });
      // Everything that is under way is written before anything is read.
      await log.find('nobody', () => false);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await log.find('nobody', () => false);
    };
    await write(1_000_000);
    assert.equal(syncs, 0, 'a command would wait for it');
    await write(4_000_000);
    assert.equal(syncs, 1);
    await log.close();
  });
});

describe('the newest by size', () => {
  it('holds what fits, the newest in any case, and counts what was replaced once', () => {
    const held = new NewestBySize<string>({ size: 10, sizeOf: (value) => value.length, count: 3 });
    held.set('a', 'aaaa');
    held.set('b', 'bbbb');
    held.set('a', 'aa');
    assert.deepEqual([held.count, held.size], [2, 6]);
    held.set('c', 'cccc');
    held.set('d', 'd');
    assert.deepEqual([held.get('b'), held.get('a'), held.count], [undefined, 'aa', 3]);
    held.set('e', 'e'.repeat(50));
    assert.deepEqual([held.count, held.size, held.get('e')?.length], [1, 50, 50]);
    held.delete('e');
    assert.deepEqual([held.count, held.size], [0, 0]);
  });
});

// A session log of a given length, such as a long working day leaves behind.
import { writeFile } from 'node:fs/promises';
import type { DurableEvent } from '../src/core/events.ts';

const USAGE = { inputTokens: 1_200, outputTokens: 90, cacheReadTokens: 40_000, cacheWriteTokens: 900 };
const REQUESTS_A_TURN = 12;
const OUTPUT = 'export function total(values) { return values.reduce((sum, value) => sum + value, 0); }\n'.repeat(12);

/** `cwd`: the folder that the session belongs to. Its turns ask to go on with part 1, part 2… */
export async function writeSampleLog(file: string, sessionId: string, count: number, cwd = '/project'): Promise<void> {
  const lines: string[] = [];
  for (const event of events(sessionId, cwd)) {
    const seq = lines.length;
    lines.push(
      JSON.stringify({ v: 1, seq, parent: seq === 0 ? null : seq - 1, ...event, at: 1_760_000_000_000 + seq }),
    );
    if (lines.length === count) break;
  }
  await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600 });
}

function* events(sessionId: string, cwd: string): Generator<DurableEvent> {
  const model = 'claude-sonnet-4-5';
  yield { type: 'session_started', sessionId, cwd, product: 'capstan', createdAt: 1_760_000_000_000 };
  yield { type: 'session_titled', title: 'A long day' };
  for (let turn = 0; ; turn++) {
    const turnId = `turn-${turn}`;
    yield {
      type: 'turn_started',
      turnId,
      input: { id: `input-${turn}`, text: `Go on with part ${turn + 1}.`, attachments: [] },
    };
    for (let request = 0; request < REQUESTS_A_TURN; request++) yield* answer(turnId, `${turn}-${request}`, model);
    yield { type: 'turn_completed', turnId, outcome: 'done', reason: '', usage: USAGE, model, durationMs: 9_000 };
  }
}

function* answer(turnId: string, key: string, model: string): Generator<DurableEvent> {
  const messageId = `message-${key}`;
  const toolUseId = `toolu_${key}`;
  const path = `/project/src/module-${key}.js`;
  const summary = { verb: 'Read', activeVerb: 'Reading', object: path, path, quiet: true };
  const text = {
    type: 'text' as const,
    text: 'Now I look at the next module, and then change it. '.repeat(3),
    citations: null,
  };
  const call = { type: 'tool_use' as const, id: toolUseId, name: 'Read', input: { file_path: path } };
  yield { type: 'message_started', turnId, messageId, model };
  yield { type: 'block_completed', turnId, messageId, index: 0, block: text, durationMs: 800 };
  yield { type: 'block_completed', turnId, messageId, index: 1, block: call, durationMs: 300 };
  yield { type: 'tool_started', turnId, toolUseId, name: 'Read', summary };
  const details = { path };
  yield {
    type: 'tool_completed',
    turnId,
    toolUseId,
    name: 'Read',
    outcome: 'done',
    content: OUTPUT,
    details,
    durationMs: 2,
  };
  yield { type: 'message_completed', turnId, messageId, stopReason: 'tool_use', usage: USAGE, complete: true };
}

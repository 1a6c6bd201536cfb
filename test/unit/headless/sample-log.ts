// A small session log as a writer leaves it.
import { LOG_VERSION, type DurableEvent } from '../../../src/core/events.ts';

const USAGE = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 2, cacheWriteTokens: 1 };

const TURN: DurableEvent[] = [
  { type: 'turn_started', turnId: 't1', input: { id: 'i1', text: 'Please <b>look</b> & see', attachments: [] } },
  { type: 'message_started', turnId: 't1', messageId: 'm1', model: 'claude-haiku-4-5' },
  {
    type: 'block_completed',
    turnId: 't1',
    messageId: 'm1',
    index: 0,
    block: { type: 'text', text: 'I see <script>alert(1)</script> and ``` fences — ünïcode', citations: null },
    durationMs: 3,
  },
  {
    type: 'block_completed',
    turnId: 't1',
    messageId: 'm1',
    index: 1,
    block: { type: 'tool_use', id: 'c1', name: 'Bash', input: { command: 'echo "<i>"' } },
    durationMs: 3,
  },
  { type: 'message_completed', turnId: 't1', messageId: 'm1', stopReason: 'tool_use', usage: USAGE, complete: true },
  {
    type: 'tool_started',
    turnId: 't1',
    toolUseId: 'c1',
    name: 'Bash',
    summary: { verb: 'Ran', activeVerb: 'Running', object: 'echo "<i>"', quiet: false },
  },
  {
    type: 'tool_completed',
    turnId: 't1',
    toolUseId: 'c1',
    name: 'Bash',
    outcome: 'done',
    content: '<i>\u001B[31m\n```\n</pre><img src=x onerror=alert(1)>',
    details: {},
    durationMs: 8,
  },
  {
    type: 'turn_completed',
    turnId: 't1',
    outcome: 'done',
    reason: '',
    usage: USAGE,
    model: 'claude-haiku-4-5',
    durationMs: 20,
  },
];

export function sampleLines(id: string, cwd = '/w', title = 'A <title>'): string[] {
  const events: DurableEvent[] = [
    { type: 'session_started', sessionId: id, cwd, product: 'test', createdAt: 1 },
    { type: 'session_titled', title },
    ...TURN,
  ];
  return events.map((event, seq) =>
    JSON.stringify({ v: LOG_VERSION, seq, parent: seq === 0 ? null : seq - 1, ...event, at: 1000 + seq }),
  );
}

export function sampleLog(id: string, cwd?: string, title?: string): string {
  return `${sampleLines(id, cwd, title).join('\n')}\n`;
}

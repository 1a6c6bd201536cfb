// Turns a scripted turn into the bytes of a Messages API stream, in as few writes as its pauses allow.
import type { AnswerBlock, ToolName, Turn } from './bench-types.ts';

export interface Piece {
  readonly bytes: Buffer;
  readonly pauseAfterMs: number;
  /** A tool call's block ends with this piece. */
  readonly endsCall: boolean;
}

/** What the agent calls a tool, and how it names the arguments. */
export interface Alias {
  readonly name: string;
  readonly args: Readonly<Record<string, string>>;
}

export type Aliases = Readonly<Record<ToolName, Alias>>;

const TEXT_CHARS = 32;

export function encodeAnswer(turn: Turn, index: number, aliases: Aliases): Piece[] {
  const pieces: Piece[] = [];
  let pending = event('message_start', {
    message: {
      id: `msg_${index}`,
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 10, output_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
    },
  });
  turn.blocks.forEach((block, at) => {
    pending += encodeBlock(block, at, `toolu_${index}_${at}`, aliases);
    const called = 'tool' in block;
    if (!called && block.pauseAfterMs === undefined) return;
    if (called && block.pauseInInputMs !== undefined) {
      const last = pending.lastIndexOf('event: content_block_delta');
      pieces.push({ bytes: Buffer.from(pending.slice(0, last)), pauseAfterMs: block.pauseInInputMs, endsCall: false });
      pending = pending.slice(last);
    }
    pieces.push({ bytes: Buffer.from(pending), pauseAfterMs: block.pauseAfterMs ?? 0, endsCall: called });
    pending = '';
  });
  const stopReason = turn.blocks.some((block) => 'tool' in block) ? 'tool_use' : 'end_turn';
  pending += event('message_delta', {
    delta: { stop_reason: stopReason, stop_sequence: null },
    usage: { output_tokens: 20 },
  });
  pending += event('message_stop', {});
  pieces.push({ bytes: Buffer.from(pending), pauseAfterMs: 0, endsCall: false });
  return pieces;
}

function encodeBlock(block: AnswerBlock, index: number, id: string, aliases: Aliases): string {
  const stop = event('content_block_stop', { index });
  if (!('tool' in block)) {
    const start = event('content_block_start', { index, content_block: { type: 'text', text: '' } });
    const deltas = cut(block.text, TEXT_CHARS).map((text) =>
      event('content_block_delta', { index, delta: { type: 'text_delta', text } }),
    );
    return start + deltas.join('') + stop;
  }
  const alias = aliases[block.tool];
  const input = Object.fromEntries(
    Object.entries(block.args).map(([name, value]) => [alias.args[name] ?? name, value]),
  );
  const start = event('content_block_start', {
    index,
    content_block: { type: 'tool_use', id, name: alias.name, input: {} },
  });
  const deltas = cut(JSON.stringify(input), block.deltaChars ?? TEXT_CHARS).map((json) =>
    event('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: json } }),
  );
  return start + deltas.join('') + stop;
}

function event(type: string, fields: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

function cut(text: string, chars: number): string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += chars) parts.push(text.slice(at, at + chars));
  return parts;
}

/** Turns a scripted answer into the API's message and into the steps that stream it. */
import type { Answer, Block, BlockPace, ToolCallBlock } from './answer.ts';
import { estimateTokens, type InputUsage } from './prompt-cache.ts';
import { signatureOf } from './thinking-ledger.ts';
import type { WireBlock } from './wire-body.ts';

/** One thing to do while streaming: send an event of the answer, or wait. `block` and `delta` locate named fault places. */
export type Step =
  | { kind: 'event'; event: WireBlock; block?: number; delta?: true }
  | { kind: 'wait'; ms: number }
  | { kind: 'gate'; name: string };

export interface ComposedAnswer {
  /** The whole message, as a request without `stream` gets it. */
  message: Record<string, unknown> & { content: WireBlock[] };
  steps: Step[];
}

export interface AnswerContext {
  messageId: string;
  /** The model asked for. */
  model: string;
  input: InputUsage;
  nextToolId(prefix: 'toolu' | 'srvtoolu'): string;
}

/** A block with its final content, and the same content cut into what its deltas carry. */
interface ComposedBlock {
  content: WireBlock;
  start: WireBlock;
  deltas: WireBlock[];
  characters: number;
  pace: BlockPace;
}

const defaultCharsPerDelta = 24;

export function composeAnswer(answer: Answer, context: AnswerContext): ComposedAnswer {
  const charsPerDelta = answer.pace?.charsPerDelta ?? defaultCharsPerDelta;
  const blocks = (answer.blocks ?? []).map((block) => composeBlock(block, charsPerDelta, context));
  const characters = blocks.reduce((sum, block) => sum + block.characters, 0);
  const usage = { ...context.input, output_tokens: Math.max(1, estimateTokens(characters)), ...answer.usage };
  const stop = { stop_reason: answer.stopReason ?? defaultStopReason(answer), stop_sequence: null };
  const head = {
    id: context.messageId,
    type: 'message',
    role: 'assistant',
    model: answer.model ?? context.model,
  };
  const startUsage = { ...usage, output_tokens: 1, ...answer.startUsage };
  const start = { ...head, content: [], stop_reason: null, stop_sequence: null, usage: startUsage };
  return {
    message: { ...head, content: blocks.map((block) => block.content), ...stop, usage },
    steps: [
      ...(answer.pace?.ttftMs ? [{ kind: 'wait' as const, ms: answer.pace.ttftMs }] : []),
      { kind: 'event', event: { type: 'message_start', message: start } },
      ...blocks.flatMap((block, index) => blockSteps(block, index, answer.pace?.deltaMs ?? 0)),
      ...(answer.pace?.endGate ? [{ kind: 'gate' as const, name: answer.pace.endGate }] : []),
      { kind: 'event', event: { type: 'message_delta', delta: stop, usage } },
      { kind: 'event', event: { type: 'message_stop' } },
    ],
  };
}

function defaultStopReason(answer: Answer): string {
  const calls = (answer.blocks ?? []).filter((block): block is ToolCallBlock => block.kind === 'tool-use');
  if (calls.some((call) => call.cutAt !== undefined)) {
    return 'max_tokens';
  }
  return calls.length > 0 ? 'tool_use' : 'end_turn';
}

function composeBlock(block: Block, charsPerDelta: number, context: AnswerContext): ComposedBlock {
  switch (block.kind) {
    case 'text': {
      const start = { type: 'text', text: '' };
      const deltas = pieces(block.text, charsPerDelta).map((text) => ({ type: 'text_delta', text }));
      return { content: { type: 'text', text: block.text }, start, deltas, characters: block.text.length, pace: block };
    }
    case 'thinking': {
      const signature = block.signature ?? signatureOf(block.thinking);
      const deltas = pieces(block.thinking, charsPerDelta).map((thinking) => ({ type: 'thinking_delta', thinking }));
      return {
        content: { type: 'thinking', thinking: block.thinking, signature },
        start: { type: 'thinking', thinking: '', signature: '' },
        deltas: [...deltas, { type: 'signature_delta', signature }],
        characters: block.thinking.length,
        pace: block,
      };
    }
    case 'redacted-thinking': {
      const content = { type: 'redacted_thinking', data: block.data };
      return { content, start: content, deltas: [], characters: block.data.length, pace: block };
    }
    case 'unknown':
      return { content: block.block, start: block.block, deltas: block.deltas, characters: 0, pace: block };
    case 'tool-use':
    case 'server-tool-use':
      break;
  }
  return composeToolCall(block, charsPerDelta, context);
}

function composeToolCall(block: ToolCallBlock, charsPerDelta: number, context: AnswerContext): ComposedBlock {
  const isServer = block.kind === 'server-tool-use';
  const type = isServer ? 'server_tool_use' : 'tool_use';
  const id = block.id ?? context.nextToolId(isServer ? 'srvtoolu' : 'toolu');
  const json = (block.rawInput ?? JSON.stringify(block.input)).slice(0, block.cutAt);
  return {
    content: { type, id, name: block.name, input: block.input },
    start: { type, id, name: block.name, input: {} },
    deltas: pieces(json, block.deltaChars ?? charsPerDelta).map((part) => ({
      type: 'input_json_delta',
      partial_json: part,
    })),
    characters: json.length,
    pace: block,
  };
}

function blockSteps(block: ComposedBlock, index: number, deltaMs: number): Step[] {
  const { pauseBeforeMs, pauseAfterMs, gate, gateAt } = block.pace;
  const steps: Step[] = [];
  let sent = 0;
  let gateIsDue = gate !== undefined;
  const passGate = (): void => {
    if (gate !== undefined && gateIsDue && sent >= (gateAt ?? 0)) {
      steps.push({ kind: 'gate', name: gate });
      gateIsDue = false;
    }
  };
  const send = (event: WireBlock, delta?: true): void => {
    steps.push({ kind: 'event', event: { ...event, index }, block: index, ...(delta ? { delta } : {}) });
  };
  if (pauseBeforeMs) {
    steps.push({ kind: 'wait', ms: pauseBeforeMs });
  }
  passGate();
  send({ type: 'content_block_start', content_block: block.start });
  for (const delta of block.deltas) {
    if (deltaMs > 0) {
      steps.push({ kind: 'wait', ms: deltaMs });
    }
    send({ type: 'content_block_delta', delta }, true);
    sent += charactersIn(delta);
    passGate();
  }
  send({ type: 'content_block_stop' });
  if (pauseAfterMs) {
    steps.push({ kind: 'wait', ms: pauseAfterMs });
  }
  return steps;
}

function charactersIn(delta: WireBlock): number {
  const carried = delta.text ?? delta.thinking ?? delta.partial_json;
  return typeof carried === 'string' ? carried.length : 0;
}

/** Pieces of whole characters, so that no delta holds half of one. */
function pieces(content: string, size: number): string[] {
  const characters = Array.from(content);
  const result: string[] = [];
  for (let at = 0; at < characters.length; at += size) {
    result.push(characters.slice(at, at + size).join(''));
  }
  return result;
}

/** What a script says the model answers: content blocks, their pace, and what goes wrong on the way. */
import type { Fault } from './fault.ts';
import type { WireBlock } from './wire-body.ts';

/** Waits around one block. Times in milliseconds. */
export interface BlockPace {
  pauseBeforeMs?: number;
  pauseAfterMs?: number;
  /** Stops until the test calls `server.release(gate)`; released once means open for good. */
  gate?: string;
  /** How many characters of the block are sent before its gate; default: the gate stands before the block. */
  gateAt?: number;
}

export interface TextBlock extends BlockPace {
  kind: 'text';
  text: string;
}

export interface ThinkingBlock extends BlockPace {
  kind: 'thinking';
  thinking: string;
  signature?: string;
}

export interface RedactedThinkingBlock extends BlockPace {
  kind: 'redacted-thinking';
  data: string;
}

export interface ToolCallBlock extends BlockPace {
  kind: 'tool-use' | 'server-tool-use';
  name: string;
  input: unknown;
  /** Default: the server's next deterministic id, `toolu_0001`, `toolu_0002` and so on. */
  id?: string;
  /** Characters of input JSON in one delta; default: the answer's `charsPerDelta`. */
  deltaChars?: number;
  /** Sent in place of the JSON of `input`, exactly as it stands. */
  rawInput?: string;
  /** Sends only so many characters of the input JSON; the answer then stops with `max_tokens`. */
  cutAt?: number;
}

export interface UnknownBlock extends BlockPace {
  kind: 'unknown';
  block: WireBlock;
  /** Sent as `content_block_delta` payloads, each as it stands. */
  deltas: WireBlock[];
}

export type Block = TextBlock | ThinkingBlock | RedactedThinkingBlock | ToolCallBlock | UnknownBlock;

export type StopReason =
  | 'end_turn'
  | 'max_tokens'
  | 'stop_sequence'
  | 'tool_use'
  | 'pause_turn'
  | 'refusal'
  | 'model_context_window_exceeded';

/** Usage fields to send in place of the simulated ones; null is sent as null. */
export type UsageOverride = Record<string, unknown>;

export interface Pace {
  /** Silence between the headers and the first event. Default 0. */
  ttftMs?: number;
  /** Silence before each delta. Default 0: everything up to the next wait goes out in one write. */
  deltaMs?: number;
  /** Default 24. */
  charsPerDelta?: number;
  /** A gate before the headers. */
  headersGate?: string;
  /** A gate between the last block and the end of the message. */
  endGate?: string;
}

/** How the same events look on the wire. All of it is legal and means nothing to a correct reader. */
export interface WireShape {
  crlf?: boolean;
  /** Comment lines between events. */
  comments?: boolean;
  /** Each event's JSON spread over several `data:` lines. */
  multilineData?: boolean;
  /** A `ping` after every so many events. */
  pingEvery?: number;
  /** Event types no client knows, between the others. */
  unknownEvents?: boolean;
  /** Chunks of exactly so many bytes, wherever that cuts. */
  splitBytes?: number;
}

export interface Answer {
  blocks?: Block[];
  /** Default `tool_use` when there is a tool call, `max_tokens` when one is cut, else `end_turn`. */
  stopReason?: StopReason | (string & {});
  /** In `message_start` and `message_delta`. */
  usage?: UsageOverride;
  /** In `message_start` alone, over `usage`. */
  startUsage?: UsageOverride;
  /** The model named in the answer; default: the one asked for. */
  model?: string;
  fault?: Fault;
  pace?: Pace;
  wire?: WireShape;
}

export function text(content: string, pace: BlockPace = {}): TextBlock {
  return { kind: 'text', text: content, ...pace };
}

/** Without a signature the server makes one that any later server accepts with the same text. */
export function thinking(content: string, signature?: string, pace: BlockPace = {}): ThinkingBlock {
  return { kind: 'thinking', thinking: content, ...(signature === undefined ? {} : { signature }), ...pace };
}

export function redactedThinking(data = 'redacted-0001', pace: BlockPace = {}): RedactedThinkingBlock {
  return { kind: 'redacted-thinking', data, ...pace };
}

type ToolCallOptions = Omit<ToolCallBlock, 'kind' | 'name' | 'input'>;

export function toolUse(name: string, input: unknown, options: ToolCallOptions = {}): ToolCallBlock {
  return { kind: 'tool-use', name, input, ...options };
}

export function serverToolUse(name: string, input: unknown, options: ToolCallOptions = {}): ToolCallBlock {
  return { kind: 'server-tool-use', name, input, ...options };
}

/** Any block by its wire form: a server tool's result, or a type that does not exist yet. */
export function unknownBlock(block: WireBlock, deltas: WireBlock[] = [], pace: BlockPace = {}): UnknownBlock {
  return { kind: 'unknown', block, deltas, ...pace };
}

// Reads a session log strictly, byte by byte: everything that a writer of this version promises is checked.
import { TextDecoder } from 'node:util';
import { isDurableType, LOG_VERSION, type DurableEvent } from '../../core/events.ts';

export type Verdict =
  | { readonly whole: true; readonly entries: number; /** A turn has begun and not ended. */ readonly open: boolean }
  /** `line` is 1-based, `byte` the offset of its first byte; what stands before it is whole. */
  | {
      readonly whole: false;
      readonly entries: number;
      readonly line: number;
      readonly byte: number;
      readonly problem: string;
    };

const NEWLINE = 0x0a;

export function verifyLog(bytes: Buffer, sessionId: string): Verdict {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const reader = new StrictReader(sessionId);
  let byte = 0;
  for (let line = 1; byte < bytes.length; line++) {
    const end = bytes.indexOf(NEWLINE, byte);
    const problem =
      end < 0
        ? 'The last line has no end: it was cut off while it was written.'
        : reader.take(bytes.subarray(byte, end), decoder);
    if (problem !== undefined) return { whole: false, entries: reader.count, line, byte, problem };
    byte = end + 1;
  }
  if (reader.count === 0) return { whole: false, entries: 0, line: 1, byte: 0, problem: 'The file is empty.' };
  return { whole: true, entries: reader.count, open: reader.turn !== undefined };
}

/** The fields that a later reader relies on, by their JavaScript types. */
const FIELDS: Readonly<
  Record<DurableEvent['type'], Readonly<Record<string, 'string' | 'number' | 'boolean' | 'object'>>>
> = {
  session_started: { sessionId: 'string', cwd: 'string', product: 'string', createdAt: 'number' },
  session_titled: { title: 'string' },
  model_selected: { model: 'string' },
  effort_selected: { effort: 'string' },
  budget_selected: { scope: 'string' },
  turn_started: { turnId: 'string', input: 'object' },
  input_added: { turnId: 'string', input: 'object' },
  queue_changed: { queue: 'object' },
  compacted: { turnId: 'string', trigger: 'string', text: 'string', summary: 'string', replaced: 'number' },
  context_added: { turnId: 'string', text: 'string' },
  message_started: { turnId: 'string', messageId: 'string', model: 'string' },
  text_arrived: { turnId: 'string', messageId: 'string', index: 'number', text: 'string' },
  block_completed: { turnId: 'string', messageId: 'string', index: 'number', block: 'object', durationMs: 'number' },
  message_completed: { turnId: 'string', messageId: 'string', usage: 'object', complete: 'boolean' },
  tool_started: { turnId: 'string', toolUseId: 'string', name: 'string', summary: 'object' },
  tool_completed: { turnId: 'string', toolUseId: 'string', name: 'string', outcome: 'string', details: 'object' },
  permission_decided: { turnId: 'string', toolUseId: 'string', decision: 'string', by: 'string', reason: 'string' },
  side_request: { turnId: 'string', purpose: 'string', usage: 'object', model: 'string' },
  todos_changed: { turnId: 'string', todos: 'object' },
  mode_changed: { mode: 'string' },
  agent_event: { turnId: 'string', toolUseId: 'string', event: 'object' },
  failed: { turnId: 'string', failure: 'object' },
  notice: { turnId: 'string', level: 'string', title: 'string', body: 'string' },
  turn_completed: { turnId: 'string', outcome: 'string', usage: 'object', model: 'string', durationMs: 'number' },
};

/** What may belong to a turn that has ended: what goes on beside the conversation. */
const AFTERWARDS: ReadonlySet<DurableEvent['type']> = new Set(['agent_event', 'compacted', 'notice']);

class StrictReader {
  count = 0;
  /** The turn that has begun and not ended. */
  turn: string | undefined;
  private readonly sessionId: string;
  private readonly turns = new Set<string>();
  private readonly answered = new Set<string>();

  constructor(sessionId: string) {
    this.sessionId = sessionId;
  }

  /** What is wrong with the line; undefined when it follows the ones before it. */
  take(line: Buffer, decoder: TextDecoder): string | undefined {
    let entry: unknown;
    try {
      entry = JSON.parse(decoder.decode(line));
    } catch (error) {
      return error instanceof SyntaxError ? 'The line is not valid JSON.' : 'The line is not valid UTF-8.';
    }
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return 'The line is not an object.';
    const fields = entry as Record<string, unknown>;
    const problem = this.envelopeProblem(fields) ?? fieldProblem(fields) ?? this.orderProblem(fields);
    if (problem === undefined) this.count++;
    return problem;
  }

  private envelopeProblem({ type, v, seq, parent, at }: Record<string, unknown>): string | undefined {
    if (typeof v !== 'number') return 'The entry has no version.';
    if (v > LOG_VERSION)
      return `The entry is of version ${v}, and this program knows ${LOG_VERSION}: a later one wrote it.`;
    if (typeof type !== 'string' || !isDurableType(type))
      return `The entry's type ${JSON.stringify(type)} is not known.`;
    if (seq !== this.count) return `The entry has the number ${JSON.stringify(seq)}, where ${this.count} follows.`;
    const before = this.count === 0 ? null : this.count - 1;
    if (parent !== before) return `The entry follows ${JSON.stringify(parent)}, where ${before} stands before it.`;
    return typeof at === 'number' ? undefined : 'The entry has no time.';
  }

  private orderProblem(entry: Record<string, unknown>): string | undefined {
    const { type, turnId } = entry;
    if (this.count === 0 && type !== 'session_started') return 'The log does not begin with the start of a session.';
    if (type === 'session_started') {
      if (this.count > 0) return 'A session starts inside another.';
      if (entry['sessionId'] !== this.sessionId)
        return `The session's id is ${JSON.stringify(entry['sessionId'])}, not the file's.`;
    }
    if (type === 'turn_started') {
      if (this.turn !== undefined) return 'A turn begins before the one before it has ended.';
      this.turn = turnId as string;
      this.turns.add(this.turn);
      return undefined;
    }
    if (turnId === undefined) return undefined;
    if (turnId !== this.turn && AFTERWARDS.has(type as DurableEvent['type']) && this.turns.has(turnId as string))
      return undefined;
    if (turnId !== this.turn)
      return `The entry belongs to the turn ${JSON.stringify(turnId)}, which is not the running one.`;
    if (type === 'turn_completed') this.turn = undefined;
    if (type !== 'tool_completed') return undefined;
    const call = entry['toolUseId'] as string;
    if (this.answered.has(call)) return `The tool call ${call} has two results.`;
    this.answered.add(call);
    return undefined;
  }
}

function fieldProblem(entry: Record<string, unknown>): string | undefined {
  const type = entry['type'] as DurableEvent['type'];
  for (const [name, kind] of Object.entries(FIELDS[type])) {
    const value = entry[name];
    if (typeof value !== kind || value === null) return `The entry ${type} has no ${name}, or it is not a ${kind}.`;
  }
  return undefined;
}

// A session's log as the beginning of another one: what stands in it, closed where work still goes on.
import type { DurableEvent, LogEntry } from '../events.ts';
import { NO_USAGE } from '../usage/usage.ts';

export interface ForkOptions {
  readonly sessionId: string;
  readonly forkedFrom: string;
  /** The turn that the copy ends before. Default: it ends where the original does. */
  readonly before?: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Throws, in words, when there is nothing to copy. */
export function forkEntries(
  all: readonly LogEntry[],
  { sessionId, forkedFrom, before, now }: ForkOptions,
): (DurableEvent & { at: number })[] {
  const entries = before === undefined ? all : entriesBefore(all, before);
  if (!entries.some((entry) => entry.type === 'turn_started')) {
    throw new Error('Nothing was said in this conversation yet, so there is nothing to copy.');
  }
  const copied = entries.map(({ v: _, seq: __, parent: ___, ...event }): DurableEvent & { at: number } =>
    event.type === 'session_started' ? { ...event, sessionId, forkedFrom } : event,
  );
  return [...copied, ...endings(entries).map((event) => ({ ...event, at: now }))];
}

function entriesBefore(entries: readonly LogEntry[], turnId: string): readonly LogEntry[] {
  const end = entries.findIndex((entry) => entry.type === 'turn_started' && entry.turnId === turnId);
  if (end < 0) throw new Error('This message is not in the log of the conversation.');
  return entries.slice(0, end);
}

/** What runs or waits goes on in the original alone. */
function endings(entries: readonly LogEntry[]): DurableEvent[] {
  const title = entries.findLast((entry) => entry.type === 'session_titled')?.title ?? 'Conversation';
  const queue = entries.findLast((entry) => entry.type === 'queue_changed')?.queue ?? [];
  const last = entries.findLast((entry) => entry.type === 'turn_started' || entry.type === 'turn_completed');
  const model = entries.findLast((entry) => entry.type === 'message_started')?.model ?? '';
  return [
    ...(last?.type === 'turn_started' ? [cutTurn(last.turnId, model)] : []),
    ...(queue.length > 0 ? [{ type: 'queue_changed', queue: [] } as const] : []),
    { type: 'session_titled', title: `${title} (copy)` },
  ];
}

function cutTurn(turnId: string, model: string): DurableEvent {
  return {
    type: 'turn_completed',
    turnId,
    outcome: 'stopped',
    reason: 'The copy was made while this turn ran. What had finished by then is in it; the rest is in the original.',
    usage: NO_USAGE,
    model,
    durationMs: 0,
  };
}

// Decides when a person who looks elsewhere is told of a session: once a session and cause, and never what they see anyway.
import type { AgentEvent } from '../../core/events.ts';

export type NoticeCause = 'review' | 'done' | 'failed' | 'limit';

export interface SessionNotice {
  readonly sessionId: string;
  readonly cause: NoticeCause;
  readonly turnId: string;
}

export interface SessionNoticesParts {
  /** The person has this session before their eyes. */
  readonly isSeen: (sessionId: string) => boolean;
  /** It goes on by itself: with a message that waits. */
  readonly goesOn: (sessionId: string) => boolean;
  readonly isWanted: () => boolean;
  /** Resolves when the notice is gone from the screen. */
  readonly show: (notice: SessionNotice) => Promise<void>;
}

export class SessionNotices {
  readonly #parts: SessionNoticesParts;
  /** On screen, or told and not looked at since. */
  readonly #told = new Set<string>();

  constructor(parts: SessionNoticesParts) {
    this.#parts = parts;
  }

  take(event: AgentEvent, sessionId: string): void {
    // A new turn is another cause.
    if (event.type === 'turn_started') return this.forget(sessionId);
    const cause = causeOf(event);
    if (cause === undefined || !('turnId' in event) || event.turnId === undefined) return;
    const { isSeen, goesOn, isWanted, show } = this.#parts;
    const key = `${sessionId} ${cause}`;
    if (this.#told.has(key) || !isWanted() || isSeen(sessionId)) return;
    if (cause === 'done' && goesOn(sessionId)) return;
    this.#told.add(key);
    void show({ sessionId, cause, turnId: event.turnId });
  }

  /** The person has looked at it: what comes next is told again. */
  forget(sessionId: string): void {
    for (const key of this.#told) if (key.startsWith(`${sessionId} `)) this.#told.delete(key);
  }
}

/** Permission, questions and plans come to the front by themselves; an edit waits in an editor, and must be told. */
function causeOf(event: AgentEvent): NoticeCause | undefined {
  if (event.type === 'tool_waiting') return event.review ? 'review' : undefined;
  if (event.type !== 'turn_completed' || event.outcome === 'stopped') return undefined;
  return event.outcome;
}

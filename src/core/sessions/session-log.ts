// The session log as the core sees it: append-only, one writer, a fold away from everything else.
import type { DurableEvent, LogEntry } from '../events.ts';

export interface SessionSummary {
  readonly id: string;
  readonly title: string;
  readonly cwd: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** One session's log, open for writing. Owned, and closed, by the one who opened it. */
export interface SessionLog {
  readonly sessionId: string;
  /** What was read on opening: whole entries in order, bad lines skipped. */
  readonly entries: readonly LogEntry[];
  /** Queues the event; order is kept. Never throws: a failing disk is told once through `onFailure` and the events are kept to try again. */
  append(event: DurableEvent & { at: number }): void;
  /** Resolves when all appended entries are on disk (fsync), or the failure has been told. */
  flush(): Promise<void>;
  /** Flushes and lets the lock go. */
  close(): Promise<void>;
}

export interface SessionStore {
  /** Newest first. Never throws: unreadable sessions are left out. */
  list(cwd?: string): Promise<readonly SessionSummary[]>;
  /** Opens or creates. Throws `SessionLockedError` when another process writes it. */
  open(sessionId: string): Promise<SessionLog>;
}

export class SessionLockedError extends Error {
  override readonly name = 'SessionLockedError';
  constructor(sessionId: string) {
    super(`Session ${sessionId} is open in another window. Close it there, or start a new session here.`);
  }
}

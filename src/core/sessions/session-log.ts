// The session log as the core sees it: append-only, one writer, a fold away from everything else.
import type { DurableEvent, LogEntry, TurnOutcome } from '../events.ts';
import type { Spent } from '../usage/spent-by.ts';

export interface SessionSummary {
  readonly id: string;
  readonly title: string;
  readonly cwd: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** When something was last said or done in it. */
  readonly updatedAt: number;
  /** How the person began it, shortened; empty when nothing was said yet. */
  readonly firstMessage: string;
  /** How its last turn ended; `cut` when it has not, and undefined when there was none. */
  readonly outcome: TurnOutcome | 'cut' | undefined;
  /** What it has used, one entry a model. */
  readonly spent: readonly Spent[];
  /** Put away by the person. */
  readonly archived: boolean;
}

/** One session's log, open for writing. Owned, and closed, by the one who opened it. */
export interface SessionLog {
  readonly sessionId: string;
  /** What was read on opening: whole entries in order, bad lines skipped. Empty after `letGo`. */
  readonly entries: readonly LogEntry[];
  /** Everybody has folded `entries`: they need not be held any longer. */
  letGo(): void;
  /**
   * The first entry that fits, of those that were read and those that were appended, read again from where they are kept. Only entries that
   * name `mark` (an id) are looked at. Undefined where there is none, or it is torn or cannot be read; never rejects.
   */
  find(mark: string, fits: (entry: LogEntry) => boolean): Promise<LogEntry | undefined>;
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

/** What a person does with sessions that are not at work. */
export interface SessionShelf extends SessionStore {
  /** What is on disk, whoever writes it. Rejects when there is no such session. */
  read(sessionId: string): Promise<readonly LogEntry[]>;
  /** Throws `SessionLockedError` while anybody has it open, this process included. */
  rename(sessionId: string, title: string): Promise<void>;
  setArchived(sessionId: string, archived: boolean): Promise<void>;
  /**
   * Begins the session `newId` as a copy of what is on disk, whoever writes that: all of it, or what came before the turn `before`. A turn
   * that runs there is ended in the copy.
   */
  fork(sessionId: string, newId: string, before?: string): Promise<void>;
  /** Puts the log aside, whole: `restore` brings it back until `purge`. Throws `SessionLockedError` while anybody has it open. */
  remove(sessionId: string): Promise<void>;
  restore(sessionId: string): Promise<void>;
  /** Deletes for good what was removed. Never throws. */
  purge(sessionId: string): Promise<void>;
}

export class SessionLockedError extends Error {
  override readonly name = 'SessionLockedError';
  constructor(sessionId: string) {
    super(`Session ${sessionId} is open in another window. Close it there, or start a new session here.`);
  }
}

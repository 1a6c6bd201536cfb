// A session log in memory, for tests that are not about files.
import type { DurableEvent, LogEntry } from '../../../src/core/events.ts';
import { LOG_VERSION } from '../../../src/core/events.ts';
import type { SessionLog } from '../../../src/core/sessions/session-log.ts';

/** `all` are the entries it was opened with and those appended since. */
export class MemoryLog implements SessionLog {
  readonly sessionId: string;
  entries: readonly LogEntry[];
  readonly all: LogEntry[];
  closed = false;

  constructor(entries: readonly LogEntry[] = [], sessionId = 'session-1') {
    this.sessionId = sessionId;
    // As from a file: no object is shared with the writer.
    this.entries = structuredClone(entries);
    this.all = [...this.entries];
  }

  append(event: DurableEvent & { at: number }): void {
    const seq = this.all.length;
    this.all.push(structuredClone({ v: LOG_VERSION, seq, parent: seq === 0 ? null : seq - 1, ...event }));
  }

  letGo(): void {
    this.entries = [];
  }

  async find(mark: string, fits: (entry: LogEntry) => boolean): Promise<LogEntry | undefined> {
    return this.all.find((entry) => JSON.stringify(entry).includes(mark) && fits(entry));
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {
    this.closed = true;
  }
}

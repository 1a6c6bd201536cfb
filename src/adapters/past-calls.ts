// The calls of the newest sessions of a folder, from their logs: for telling what a rule would have done.
import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { MAX_PAST_CALLS, type PastCall, type PastCalls } from '../core/permissions/past-calls.ts';
import { PastCallDigest } from '../core/permissions/past-call-digest.ts';
import { newestFirst } from './newest-first.ts';

/** Most logs that are opened, those of other folders among them. */
const MAX_LOGS = 40;
/** Most of one log that is read, in bytes: its beginning, which says whose it is, and its end. */
const MAX_HEAD = 8 * 1024;
const MAX_TAIL = 2 * 1024 * 1024;

export interface PastCallsOptions {
  /** Holds `ID.jsonl`, absolute; it need not exist. */
  readonly folder: string;
  /** Only sessions that were held there count. */
  readonly cwd: string;
}

/** Reads at each call; what cannot be read is left out. */
export function createPastCalls({ folder, cwd }: PastCallsOptions): PastCalls {
  return async (signal) => {
    const names = await readdir(folder).catch(() => []);
    const logs = names.filter((name) => name.endsWith('.jsonl')).map((name) => path.join(folder, name));
    const sessions: (readonly PastCall[])[] = [];
    let found = 0;
    for (const log of await newestFirst(logs, MAX_LOGS)) {
      if (signal.aborted || found >= MAX_PAST_CALLS) break;
      const calls = await callsOf(log, cwd).catch(() => []);
      found += calls.length;
      sessions.push(calls);
    }
    return sessions.toReversed().flat().slice(-MAX_PAST_CALLS);
  };
}

async function callsOf(log: string, cwd: string): Promise<readonly PastCall[]> {
  const file = await open(log, 'r');
  try {
    const { size } = await file.stat();
    const head = await readAt(file, 0, Math.min(size, MAX_HEAD));
    const digest = new PastCallDigest();
    const [first = ''] = head.split('\n', 1);
    digest.take(first);
    if (digest.cwd !== cwd) return [];
    const start = Math.max(first.length, size - MAX_TAIL);
    const lines = (await readAt(file, start, size - start)).split('\n');
    // The first piece is the rest of a line.
    for (const line of lines.slice(1)) digest.take(line);
    return digest.calls;
  } finally {
    await file.close();
  }
}

async function readAt(file: Awaited<ReturnType<typeof open>>, position: number, length: number): Promise<string> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, position);
  return bytes.toString('utf8', 0, bytesRead);
}

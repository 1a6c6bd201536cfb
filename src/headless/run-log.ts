// Finds and opens the log that a run writes to: a new one, an old one, a copy of an old one, or none on disk at all.
import { randomUUID } from 'node:crypto';
import { access, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { createSessionFiles, parseLog } from '../adapters/session-files.ts';
import type { LogEntry } from '../core/events.ts';
import type { SessionLog } from '../core/sessions/session-log.ts';
import { ArgumentsError } from './arguments-error.ts';
import { sessionsFolder } from './home-folder.ts';
import type { SessionOrigin } from './print-arguments.ts';

export interface RunLogOptions {
  readonly home: string;
  readonly cwd: string;
  readonly origin: SessionOrigin;
  /** Goes on in a copy. */
  readonly fork: boolean;
  /** Of the new session or the copy. Default: a random one. */
  readonly sessionId?: string | undefined;
  /** Keep nothing on disk. */
  readonly ephemeral: boolean;
  readonly onWarning: (message: string) => void;
}

/** Throws `ArgumentsError` when the session is not there, `SessionLockedError` when another process writes it. */
export async function openRunLog(options: RunLogOptions): Promise<SessionLog> {
  const { home, cwd, origin, fork, ephemeral, onWarning } = options;
  const folder = sessionsFolder(home);
  const store = createSessionFiles({ folder, onFailure: onWarning, onWarning });
  let source: string | undefined;
  if (origin.kind === 'resume') source = await findSession(folder, origin.id);
  if (origin.kind === 'continue') {
    source = (await store.list(cwd))[0]?.id;
    if (source === undefined)
      throw new ArgumentsError(`There is no conversation in ${cwd} to continue. Leave --continue out.`);
  }
  const newId = options.sessionId ?? randomUUID();
  if (source === undefined || fork) await refuseTaken(folder, newId);
  if (source === undefined) return ephemeral ? createMemoryLog(newId, []) : store.open(newId);
  if (!fork && !ephemeral) return store.open(source);
  const { entries } = await readSession(folder, source);
  if (!fork) return createMemoryLog(source, entries);
  const copied = entries.map((entry) =>
    entry.type === 'session_started' ? { ...entry, sessionId: newId, forkedFrom: source } : entry,
  );
  if (ephemeral) return createMemoryLog(newId, copied);
  const copy = await store.open(newId);
  for (const { v: _, seq: __, parent: ___, ...event } of copied) copy.append(event);
  await copy.close();
  return store.open(newId);
}

/** The session whose id this is or begins with. Throws `ArgumentsError` when there is none, or more than one. */
export async function findSession(folder: string, start: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const ids = names.flatMap((name) => (name.endsWith('.jsonl') ? [name.slice(0, -'.jsonl'.length)] : []));
  if (ids.includes(start)) return start;
  const found = ids.filter((id) => id.startsWith(start)).toSorted();
  if (found.length === 1) return found[0]!;
  if (found.length === 0) {
    throw new ArgumentsError(`There is no session "${start}". capstan sessions list shows those there are.`);
  }
  const shown = found.slice(0, 5).join(', ');
  throw new ArgumentsError(
    `"${start}" could be ${found.length} sessions: ${shown}${found.length > 5 ? ' …' : ''}. Write more of the id.`,
  );
}

/** Reads a session without writing or locking it; lines that cannot be read are skipped and counted. */
export async function readSession(folder: string, id: string): Promise<{ entries: LogEntry[]; skipped: number }> {
  const { entries, skipped } = parseLog(await readFile(path.join(folder, `${id}.jsonl`)));
  return { entries, skipped };
}

async function refuseTaken(folder: string, id: string): Promise<void> {
  const taken = await access(path.join(folder, `${id}.jsonl`)).then(
    () => true,
    () => false,
  );
  if (taken)
    throw new ArgumentsError(`There is a session ${id} already. Go on with it by --resume ${id}, or take another id.`);
}

/** A log that is forgotten with the process. */
function createMemoryLog(sessionId: string, entries: readonly LogEntry[]): SessionLog {
  let held = entries;
  return {
    sessionId,
    get entries() {
      return held;
    },
    letGo: () => void (held = []),
    find: async () => undefined,
    append: () => {},
    flush: async () => {},
    close: async () => {},
  };
}

// Sessions on disk: one append-only file of JSON lines each, written by one process at a time.
import { constants } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, stat, unlink, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDurableType, LOG_VERSION, type DurableEvent, type LogEntry } from '../core/events.ts';
import { forkEntries } from '../core/sessions/fork-entries.ts';
import type { SessionLog, SessionShelf, SessionSummary } from '../core/sessions/session-log.ts';
import { findLine } from './find-line.ts';
import { lockSession } from './session-lock.ts';
import { SessionSummaries } from './session-summaries.ts';

export interface SessionFilesOptions {
  /** Folder that holds `ID.jsonl`, `ID.lock`, `ID.archived` and what was deleted of late; made with mode 0700. */
  readonly folder: string;
  /** Told once per session, in words, when its log cannot be written. */
  readonly onFailure: (message: string) => void;
  /** Told of lines that were skipped on reading. */
  readonly onWarning: (message: string) => void;
  /** Opens files for writing. Default: Node's; another stands in for a disk that fails. */
  readonly openFile?: typeof open;
}

const ID = /^[A-Za-z0-9_-]{1,100}$/;
const SUFFIX = '.jsonl';
const ARCHIVED = '.archived';
/** Holds logs that were deleted, until nobody can want them back any more. */
const DELETED = 'deleted';
const DELETED_KEPT_MS = 7 * 24 * 60 * 60 * 1000;
/** How many logs are read at a time for a list. */
const READERS = 8;
/** What is appended within so many milliseconds is written together. */
const WRITE_AFTER_MS = 5;
/** Bytes that may be written and not known to be on disk: so much is held to be written again. */
const MAX_UNSYNCED = 4 * 1024 * 1024;

export function createSessionFiles(options: SessionFilesOptions): SessionShelf {
  return new SessionFiles(options);
}

class SessionFiles implements SessionShelf {
  private readonly options: SessionFilesOptions;
  private readonly summaries = new SessionSummaries();
  private listing: Promise<readonly SessionSummary[]> = Promise.resolve([]);

  constructor(options: SessionFilesOptions) {
    this.options = options;
  }

  list(cwd?: string): Promise<readonly SessionSummary[]> {
    // One after another: what is known of a log is read on by one alone.
    return (this.listing = this.listing.then(() => this.summarize(cwd)));
  }

  private async summarize(cwd: string | undefined): Promise<readonly SessionSummary[]> {
    const names = await readdir(this.options.folder).catch(() => []);
    const archived = new Set(names.filter((name) => name.endsWith(ARCHIVED)));
    const ids = names
      .flatMap((name) => (name.endsWith(SUFFIX) ? [name.slice(0, -SUFFIX.length)] : []))
      .filter((id) => ID.test(id));
    const found: SessionSummary[] = [];
    const read = async () => {
      for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
        const summary = await this.summaries.of(this.fileOf(id), id, cwd);
        if (summary) found.push({ ...summary, archived: archived.has(`${id}${ARCHIVED}`) });
      }
    };
    await Promise.all(Array.from({ length: READERS }, read));
    return found.toSorted((a, b) => b.updatedAt - a.updatedAt);
  }

  async open(id: string): Promise<SessionLog> {
    const unlock = await this.lock(id);
    try {
      const bytes = await readFile(this.fileOf(id)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return Buffer.alloc(0);
        throw error;
      });
      const { entries, wholeBytes, skipped } = parseLog(bytes);
      if (skipped > 0)
        this.options.onWarning(`Session ${id}: ${skipped} unreadable lines were skipped. The rest is whole.`);
      return new FileSessionLog(id, entries, wholeBytes, this.fileOf(id), unlock, this.options);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  async read(id: string): Promise<readonly LogEntry[]> {
    return parseLog(await readFile(this.fileOf(id))).entries;
  }

  async rename(id: string, title: string): Promise<void> {
    await stat(this.fileOf(id));
    const log = await this.open(id);
    log.append({ type: 'session_titled', title, at: Date.now() });
    await log.close();
  }

  async setArchived(id: string, archived: boolean): Promise<void> {
    const mark = this.fileOf(id, ARCHIVED);
    if (archived) await writeFile(mark, '', { mode: 0o600 });
    else await unlinkIfThere(mark);
  }

  async fork(id: string, newId: string, before?: string): Promise<void> {
    const events = forkEntries(await this.read(id), { sessionId: newId, forkedFrom: id, before, now: Date.now() });
    const lines = events.map((event, seq) => lineOf(event, seq, seq === 0 ? null : seq - 1));
    const unlock = await this.lock(newId);
    const path = this.fileOf(newId);
    const part = `${path}.part`;
    try {
      if (await isThere(path)) throw new Error(`There is a session ${newId} already.`);
      await writeFile(part, lines.join(''), { mode: 0o600, flush: true });
      // All of it or nothing: a copy that was cut short would not look like one.
      await rename(part, path);
      await syncFolder(this.options.folder);
    } finally {
      await unlinkIfThere(part);
      await unlock();
    }
  }

  async remove(id: string): Promise<void> {
    const unlock = await this.lock(id);
    try {
      const folder = join(this.options.folder, DELETED);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await rename(this.fileOf(id), join(folder, `${id}${SUFFIX}`));
    } finally {
      await unlock();
    }
    await this.purgeOld();
  }

  async restore(id: string): Promise<void> {
    const unlock = await this.lock(id);
    try {
      if (await isThere(this.fileOf(id))) throw new Error(`There is a session ${id} already.`);
      await rename(join(this.options.folder, DELETED, `${id}${SUFFIX}`), this.fileOf(id));
    } finally {
      await unlock();
    }
  }

  async purge(id: string): Promise<void> {
    if (!ID.test(id)) return;
    const paths = [join(this.options.folder, DELETED, `${id}${SUFFIX}`)];
    if (!(await isThere(this.fileOf(id)))) paths.push(this.fileOf(id, ARCHIVED));
    for (const path of paths) await unlinkIfThere(path).catch(() => undefined);
  }

  /** What a crash has left behind: the window that could have brought it back is gone. */
  private async purgeOld(): Promise<void> {
    const folder = join(this.options.folder, DELETED);
    for (const name of await readdir(folder).catch(() => [])) {
      const moved = await stat(join(folder, name)).catch(() => undefined);
      // Moving a file changes this time, and not when it was last written.
      if (!name.endsWith(SUFFIX) || !moved || Date.now() - moved.ctimeMs < DELETED_KEPT_MS) continue;
      await this.purge(name.slice(0, -SUFFIX.length));
    }
  }

  private async lock(id: string): Promise<() => Promise<void>> {
    const path = this.fileOf(id, '.lock');
    await mkdir(this.options.folder, { recursive: true, mode: 0o700 });
    return lockSession(path, id, this.options.openFile ?? open);
  }

  private fileOf(id: string, suffix = SUFFIX): string {
    if (!ID.test(id)) throw new Error(`"${id}" is not a session id: letters, digits, - and _ only.`);
    return join(this.options.folder, `${id}${suffix}`);
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

async function unlinkIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

function lineOf(event: DurableEvent & { at: number }, seq: number, parent: number | null): string {
  return `${JSON.stringify({ v: LOG_VERSION, seq, parent, ...event } satisfies LogEntry)}\n`;
}

/** Reads whole lines; a tail without a newline is not counted, so that the writer cuts it off. Bad lines are skipped. */
export function parseLog(bytes: Buffer): { entries: LogEntry[]; wholeBytes: number; skipped: number } {
  const wholeBytes = bytes.lastIndexOf(0x0a) + 1;
  const entries: LogEntry[] = [];
  let skipped = wholeBytes < bytes.length ? 1 : 0;
  for (const line of bytes.subarray(0, wholeBytes).toString('utf8').split('\n')) {
    if (line === '') continue;
    const entry = parseLine(line);
    if (entry) entries.push(entry);
    else skipped++;
  }
  return { entries, wholeBytes, skipped };
}

function parseLine(line: string): LogEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) return undefined;
    const { type, seq, at } = value as Partial<LogEntry>;
    return typeof type === 'string' && isDurableType(type) && typeof seq === 'number' && typeof at === 'number'
      ? (value as LogEntry)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Writes in the background, in order, one write at a time; what could not be written is tried again with the next. */
class FileSessionLog implements SessionLog {
  private seq: number;
  private parent: number | null;
  private unwritten: string[] = [];
  /** Written, and not known to be on disk. */
  private unsynced: string[] = [];
  private file: FileHandle | undefined;
  private length: number;
  private syncedLength: number;
  private writing: Promise<void> = Promise.resolve();
  /** Of the next write. */
  private timer: NodeJS.Timeout | undefined;
  private failed = false;

  readonly sessionId: string;
  entries: readonly LogEntry[];
  private readonly path: string;
  private readonly unlock: () => Promise<void>;
  private readonly options: SessionFilesOptions;

  constructor(
    sessionId: string,
    entries: readonly LogEntry[],
    wholeBytes: number,
    path: string,
    unlock: () => Promise<void>,
    options: SessionFilesOptions,
  ) {
    this.sessionId = sessionId;
    this.entries = entries;
    this.length = wholeBytes;
    this.syncedLength = wholeBytes;
    this.path = path;
    this.unlock = unlock;
    this.options = options;
    this.parent = entries.at(-1)?.seq ?? null;
    this.seq = this.parent === null ? 0 : this.parent + 1;
  }

  letGo(): void {
    this.entries = [];
  }

  async find(mark: string, fits: (entry: LogEntry) => boolean): Promise<LogEntry | undefined> {
    const take = (line: string): LogEntry | undefined => {
      const entry = parseLine(line);
      return entry && fits(entry) ? entry : undefined;
    };
    // As it stands in the line.
    const written = JSON.stringify(mark).slice(1, -1);
    const waiting = this.unwritten.find((line) => line.includes(written) && take(line));
    if (waiting !== undefined) return take(waiting);
    try {
      await this.writing;
      return await findLine(this.path, this.length, written, take);
    } catch {
      return undefined;
    }
  }

  append(event: DurableEvent & { at: number }): void {
    this.unwritten.push(lineOf(event, this.seq, this.parent));
    this.parent = this.seq++;
    // A turn appends in many ticks, and each write takes longer to hand over than to do.
    this.timer ??= setTimeout(() => this.enqueue(false), WRITE_AFTER_MS);
  }

  async flush(): Promise<void> {
    this.enqueue(true);
    await this.writing;
  }

  async close(): Promise<void> {
    await this.flush();
    await this.file?.close().catch(() => undefined);
    this.file = undefined;
    await this.unlock();
  }

  private enqueue(sync: boolean): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.write(sync));
  }

  private async write(sync: boolean): Promise<void> {
    try {
      await this.writeLines();
      if (sync || this.length - this.syncedLength > MAX_UNSYNCED) await this.sync();
      this.failed = false;
    } catch (error) {
      if (!this.failed) this.options.onFailure(failureWords(error));
      this.failed = true;
    }
  }

  private async writeLines(): Promise<void> {
    const lines = this.unwritten.slice();
    // Not before there is something to keep: opening a conversation leaves no file behind.
    if (lines.length === 0) return;
    this.file ??= await openAt(this.path, this.length, this.options.openFile ?? open);
    const bytes = Buffer.from(lines.join(''));
    await writeFully(this.file, bytes, this.length);
    // Only now: after a failure the position has not moved, and the next try writes over what was torn.
    this.length += bytes.length;
    this.unsynced.push(...lines);
    this.unwritten.splice(0, lines.length);
  }

  private async sync(): Promise<void> {
    try {
      await this.file?.sync();
      // Here and not when the file is made: it would hold up whoever else writes to that disk.
      if (this.file && this.syncedLength === 0) await syncFolder(dirname(this.path));
    } catch (error) {
      // The system may have given up what it could not put on disk: all since the last success is written again.
      this.unwritten.unshift(...this.unsynced);
      this.length = this.syncedLength;
      throw error;
    } finally {
      this.unsynced = [];
    }
    this.syncedLength = this.length;
  }
}

/** Opens for writing and cuts off a torn tail, which the next line would otherwise be glued to. */
async function openAt(path: string, length: number, openFile: typeof open): Promise<FileHandle> {
  const file = await openFile(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  try {
    await file.truncate(length);
  } catch (error) {
    await file.close().catch(() => undefined);
    throw error;
  }
  return file;
}

/** A new file survives a loss of power only when its folder's entry does. Not every system can; then nothing is lost but that. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY).catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close().catch(() => undefined);
}

async function writeFully(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

function failureWords(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const cause = code === 'ENOSPC' ? 'the disk is full' : error instanceof Error ? error.message : String(error);
  return `The conversation cannot be saved: ${cause}. It goes on in memory and is saved as soon as that works; make room or check the folder's permissions.`;
}

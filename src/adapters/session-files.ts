// Sessions on disk: one append-only file of JSON lines each, written by one process at a time.
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, readFile, stat, unlink, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { isDurableType, LOG_VERSION, type DurableEvent, type LogEntry } from '../core/events.ts';
import {
  SessionLockedError,
  type SessionLog,
  type SessionStore,
  type SessionSummary,
} from '../core/sessions/session-log.ts';

export interface SessionFilesOptions {
  /** Folder that holds `ID.jsonl` and `ID.lock`; made with mode 0700. */
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
/** A summary needs only the first lines. */
const SUMMARY_BYTES = 64 * 1024;

export function createSessionFiles(options: SessionFilesOptions): SessionStore {
  const fileOf = (id: string): string => join(options.folder, `${id}${SUFFIX}`);
  return {
    async list(cwd) {
      const names = await readdir(options.folder).catch(() => []);
      const ids = names.flatMap((name) => (name.endsWith(SUFFIX) ? [name.slice(0, -SUFFIX.length)] : []));
      const found = await Promise.all(ids.map((id) => summarize(fileOf(id), id)));
      return found
        .filter(
          (summary): summary is SessionSummary => summary !== undefined && (cwd === undefined || summary.cwd === cwd),
        )
        .toSorted((a, b) => b.updatedAt - a.updatedAt);
    },
    async open(id) {
      if (!ID.test(id)) throw new Error(`"${id}" is not a session id: letters, digits, - and _ only.`);
      await mkdir(options.folder, { recursive: true, mode: 0o700 });
      const unlock = await lock(join(options.folder, `${id}.lock`), id, options.openFile ?? open);
      try {
        const bytes = await readFile(fileOf(id)).catch((error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return Buffer.alloc(0);
          throw error;
        });
        const { entries, wholeBytes, skipped } = parseLog(bytes);
        if (skipped > 0)
          options.onWarning(`Session ${id}: ${skipped} unreadable lines were skipped. The rest is whole.`);
        return new FileSessionLog(id, entries, wholeBytes, fileOf(id), unlock, options);
      } catch (error) {
        await unlock();
        throw error;
      }
    },
  };
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
  private scheduled = false;
  private failed = false;

  readonly sessionId: string;
  readonly entries: readonly LogEntry[];
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

  append(event: DurableEvent & { at: number }): void {
    const entry = { v: LOG_VERSION, seq: this.seq, parent: this.parent, ...event };
    this.parent = this.seq++;
    this.unwritten.push(`${JSON.stringify(entry)}\n`);
    if (this.scheduled) return;
    this.scheduled = true;
    // One write for all that is appended in this tick.
    this.writing = this.writing.then(() => this.write(false));
  }

  async flush(): Promise<void> {
    this.writing = this.writing.then(() => this.write(true));
    await this.writing;
  }

  async close(): Promise<void> {
    await this.flush();
    await this.file?.close().catch(() => undefined);
    this.file = undefined;
    await this.unlock();
  }

  private async write(sync: boolean): Promise<void> {
    this.scheduled = false;
    try {
      await this.writeLines();
      if (sync) await this.sync();
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

// ---------------------------------------------------------------- one writer

/** An exclusive file that names its owner; one whose owner is gone is taken over. */
async function lock(path: string, sessionId: string, openFile: typeof open): Promise<() => Promise<void>> {
  const token = randomUUID();
  const own = `${path}.${token}`;
  try {
    await writeName(own, token, openFile);
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        await takeName(own, path);
        return () => release(path, token);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        if (await ownerLives(path)) throw new SessionLockedError(sessionId);
        await unlink(path).catch(() => undefined);
      }
    }
  } finally {
    await unlink(own).catch(() => undefined);
  }
  throw new SessionLockedError(sessionId);
}

async function writeName(path: string, token: string, openFile: typeof open): Promise<void> {
  const file = await openFile(path, 'wx', 0o600);
  try {
    await file.writeFile(JSON.stringify({ pid: process.pid, host: hostname(), token }));
  } finally {
    await file.close();
  }
}

/** At once with what is in it, so that whoever dies here leaves no lock without a name. Throws `EEXIST` where there is one. */
async function takeName(own: string, path: string): Promise<void> {
  try {
    await link(own, path);
  } catch (error) {
    if (!NO_LINKS.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await copyFile(own, path, constants.COPYFILE_EXCL);
  }
}

/** Said by file systems that have no hard links. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV']);

/** Removes the lock only if it is still ours. */
async function release(path: string, token: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '');
  if (text.includes(token)) await unlink(path).catch(() => undefined);
}

async function ownerLives(path: string): Promise<boolean> {
  try {
    const owner = JSON.parse(await readFile(path, 'utf8')) as { pid?: number; host?: string };
    // Another machine's process cannot be asked: believe the lock.
    if (owner.host !== hostname()) return true;
    if (typeof owner.pid !== 'number' || owner.pid === process.pid) return owner.pid === process.pid;
    process.kill(owner.pid, 0);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return isYoung(path);
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A lock without a name in it is being made just now, or was left so by a crash. */
async function isYoung(path: string): Promise<boolean> {
  const made = await stat(path).catch(() => undefined);
  return made !== undefined && Date.now() - made.mtimeMs < 5_000;
}

async function summarize(path: string, id: string): Promise<SessionSummary | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const { mtimeMs } = await stat(path);
    const buffer = Buffer.alloc(SUMMARY_BYTES);
    const { bytesRead } = await file.read(buffer, 0, SUMMARY_BYTES, 0);
    const { entries } = parseLog(buffer.subarray(0, bytesRead));
    const start = entries.find((entry) => entry.type === 'session_started');
    const title = entries.findLast((entry) => entry.type === 'session_titled');
    if (!start) return undefined;
    return { id, title: title?.title ?? '', cwd: start.cwd, createdAt: start.createdAt, updatedAt: mtimeMs };
  } catch {
    return undefined;
  } finally {
    await file?.close().catch(() => undefined);
  }
}

// Results too long for a request, on disk: a folder a session, removed when they are old.
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rm, rmdir, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { KeptResult, ResultStore, ResultWriter } from '../core/ports.ts';
import type { SessionLog } from '../core/sessions/session-log.ts';

export interface ResultFilesOptions {
  /** Absolute; holds a folder for each session. Folders are made with mode 0700, files with 0600. */
  readonly root: string;
  readonly sessionId: string;
  /** Most bytes of a file. Default 64 MB: as much as Read opens. */
  readonly maxBytes?: number;
  /** `root` is this session's alone, and removed at its end. Default false. */
  readonly ephemeral?: boolean;
}

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
const MAX_AGE_MS = 30 * 24 * 60 * 60 * 1000;
/** Old results are looked for when the session's start is over. */
const PRUNE_AFTER_MS = 1_000;
const SESSION = /^[A-Za-z0-9_-]{1,100}$/;
const RESULT = /^[0-9a-f-]{36}\.txt$/;

/**
 * The results of a session: where new ones go, and the folders of those that its conversation may speak of, from its own runs and from
 * the one it was copied from. An ephemeral session leaves nothing behind.
 */
export function openResultFiles(options: {
  readonly root: string;
  readonly log: Pick<SessionLog, 'sessionId' | 'entries'>;
  readonly ephemeral?: boolean;
}): { readonly store: ResultFiles; readonly folders: readonly string[] } {
  const { root, log, ephemeral = false } = options;
  const { sessionId } = log;
  const own = ephemeral ? path.join(tmpdir(), `capstan-${randomUUID()}`) : root;
  const store = new ResultFiles({ root: own, sessionId, ephemeral });
  const start = log.entries.find((entry) => entry.type === 'session_started');
  const earlier = [sessionId, start?.forkedFrom].filter((id) => id !== undefined && SESSION.test(id));
  return { store, folders: [...new Set([store.folder, ...earlier.map((id) => path.join(root, id!))])] };
}

/** Owned by the session. */
export class ResultFiles implements ResultStore {
  /** Absolute; it need not exist. */
  readonly folder: string;
  private readonly options: ResultFilesOptions;
  private readonly pruning: NodeJS.Timeout | undefined;

  constructor(options: ResultFilesOptions) {
    this.options = options;
    this.folder = path.join(options.root, options.sessionId);
    if (options.ephemeral) return;
    this.pruning = setTimeout(() => void pruneResults(options.root), PRUNE_AFTER_MS).unref();
  }

  begin(): ResultWriter {
    return new ResultFile(this.folder, this.options.maxBytes ?? DEFAULT_MAX_BYTES);
  }

  async dispose(): Promise<void> {
    clearTimeout(this.pruning);
    if (this.options.ephemeral) await rm(this.options.root, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Removes results that were last written `maxAgeMs` ago, and the folders that this leaves empty. Never rejects; follows no link. */
export async function pruneResults(root: string, maxAgeMs = MAX_AGE_MS): Promise<void> {
  const oldest = Date.now() - maxAgeMs;
  for (const session of await foldersOf(root)) {
    const folder = path.join(root, session);
    const names = (await readdir(folder).catch(() => [])).filter((name) => RESULT.test(name));
    for (const name of names) {
      const file = path.join(folder, name);
      const found = await lstat(file).catch(() => undefined);
      if (found?.isFile() && found.mtimeMs < oldest) await unlink(file).catch(() => undefined);
    }
    // Only succeeds where nothing is left.
    if (names.length > 0) await rmdir(folder).catch(() => undefined);
  }
}

async function foldersOf(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory() && SESSION.test(entry.name)).map(({ name }) => name);
}

/** One write at a time. The text as it came, but for NUL characters, which would make it no text file. */
class ResultFile implements ResultWriter {
  private readonly path: string;
  private file: FileHandle | undefined;
  private queued = 0;
  private complete = true;
  private failure: string | undefined;
  private writing: Promise<void> = Promise.resolve();
  private readonly maxBytes: number;

  constructor(folder: string, maxBytes: number) {
    this.path = path.join(folder, `${randomUUID()}.txt`);
    this.maxBytes = maxBytes;
  }

  add(text: string): Promise<void> | undefined {
    if (this.failure !== undefined || !this.complete) return undefined;
    const bytes = Buffer.from(text.replaceAll('\0', '\ufffd'));
    const kept = wholeCharacters(bytes, this.maxBytes - this.queued);
    this.complete = kept.length === bytes.length;
    this.queued += kept.length;
    this.writing = this.writing.then(() => this.write(kept));
    return this.writing;
  }

  async finish(): Promise<KeptResult> {
    await this.writing;
    await this.close();
    if (this.failure === undefined) return { path: this.path, bytes: this.queued, complete: this.complete };
    await this.remove();
    return { failure: this.failure };
  }

  async discard(): Promise<void> {
    await this.writing;
    await this.close();
    await this.remove();
  }

  private async write(bytes: Buffer): Promise<void> {
    if (this.failure !== undefined) return;
    try {
      this.file ??= await createFile(this.path);
      for (let done = 0; done < bytes.length;) done += (await this.file.write(bytes, done)).bytesWritten;
    } catch (error) {
      this.failure = failureWords(error, path.dirname(this.path));
    }
  }

  private async close(): Promise<void> {
    try {
      await this.file?.close();
    } catch (error) {
      this.failure ??= failureWords(error, path.dirname(this.path));
    }
  }

  /** Only what was made here. */
  private async remove(): Promise<void> {
    if (this.file) await unlink(this.path).catch(() => undefined);
  }
}

async function createFile(file: string): Promise<FileHandle> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  return open(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
}

/** At most `max` bytes, no character cut in two. */
function wholeCharacters(bytes: Buffer, max: number): Buffer {
  if (bytes.length <= max) return bytes;
  let end = max;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}

function failureWords(error: unknown, folder: string): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full';
  return `${folder} cannot be written${code ? ` (${code})` : ''}`;
}

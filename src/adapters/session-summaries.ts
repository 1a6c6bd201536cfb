// Summaries of session logs: each log is read once, and from then on only where it has grown.
import { open, type FileHandle } from 'node:fs/promises';
import { SessionDigest } from '../core/sessions/session-digest.ts';
import type { SessionSummary } from '../core/sessions/session-log.ts';

const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 0x0a;

interface Known {
  readonly inode: number;
  readonly digest: SessionDigest;
  /** The bytes before it have been read; it stands behind a newline. */
  offset: number;
}

export class SessionSummaries {
  private readonly known = new Map<string, Known>();

  /** Undefined for what cannot be read, is no session, or was not held in `cwd`. Never throws. */
  async of(path: string, id: string, cwd?: string): Promise<Omit<SessionSummary, 'archived'> | undefined> {
    let file: FileHandle | undefined;
    try {
      file = await open(path, 'r');
      const { ino, size } = await file.stat();
      const before = this.known.get(path);
      const known =
        before?.inode === ino && before.offset <= size
          ? before
          : { inode: ino, digest: new SessionDigest(), offset: 0 };
      this.known.set(path, known);
      await readOn(file, known, cwd);
      return cwd === undefined || known.digest.cwd === cwd ? known.digest.summary(id) : undefined;
    } catch {
      this.known.delete(path);
      return undefined;
    } finally {
      await file?.close().catch(() => undefined);
    }
  }
}

/** To the end of the last whole line; of a log from another folder no more than it takes to know that. */
async function readOn(file: FileHandle, known: Known, cwd: string | undefined): Promise<void> {
  let buffer = Buffer.alloc(CHUNK_BYTES);
  for (;;) {
    const { digest } = known;
    if (cwd !== undefined && digest.cwd !== undefined && digest.cwd !== cwd) return;
    const { bytesRead } = await file.read(buffer, 0, buffer.length, known.offset);
    const end = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1;
    for (const line of buffer.toString('utf8', 0, end).split('\n')) if (line !== '') digest.take(line);
    known.offset += end;
    if (bytesRead < buffer.length) return;
    // A line that is longer than the buffer.
    if (end === 0) buffer = Buffer.alloc(buffer.length * 2);
  }
}

// The workspace's files on Node's file system: strict text, atomic writes, links followed on purpose only.
import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, link, lstat, mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { FileError, type FileStat, type FileSystem, type TextFile } from '../core/ports.ts';
import { canonicalPath } from './canonical-path.ts';
import { toFileError } from './file-failure.ts';
import { decodeText, encodeText } from './text-encoding.ts';

const MAX_TEXT_BYTES = 64 * 1024 * 1024;
/** Longer than Windows' virus scanners usually hold a file that was just written. */
const RENAME_TRIES_MS = [20, 50, 100, 200];

/** What identifies the content that a write was checked against, cheaply. */
interface Seen {
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

export class NodeFileSystem implements FileSystem {
  async stat(file: string): Promise<FileStat | undefined> {
    try {
      const found = await stat(file);
      const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
      return { kind, size: found.size };
    } catch (error) {
      const failure = toFileError(error, file);
      if (failure.reason === 'not_found') return undefined;
      throw failure;
    }
  }

  async list(folder: string): Promise<readonly { name: string; kind: FileStat['kind'] }[]> {
    return guarded(folder, async () => {
      const entries = await readdir(folder, { withFileTypes: true });
      return Promise.all(
        entries.map(async (entry) => {
          if (entry.isFile()) return { name: entry.name, kind: 'file' as const };
          if (entry.isDirectory()) return { name: entry.name, kind: 'folder' as const };
          const target = entry.isSymbolicLink()
            ? await this.stat(path.join(folder, entry.name)).catch(() => undefined)
            : undefined;
          return { name: entry.name, kind: target?.kind ?? ('other' as const) };
        }),
      );
    });
  }

  async readBytes(file: string, options: { maxBytes?: number } = {}): Promise<Uint8Array> {
    return guarded(file, () => withFile(file, (handle) => readOpen(handle, file, options.maxBytes ?? MAX_TEXT_BYTES)));
  }

  async readText(file: string): Promise<TextFile> {
    return asTextFile(await this.readBytes(file), file);
  }

  async writeText(file: string, text: string, like: TextFile | undefined): Promise<TextFile> {
    return guarded(file, async () => {
      const target = await canonicalPath(file);
      if (target === undefined)
        throw new FileError('other', `It cannot be told where ${file} leads. Name the file itself.`);
      const bytes = encodeText(text, like, target);
      await (like ? replaceFile(target, bytes, like.hash) : createFile(target, bytes));
      return { ...asTextFile(bytes, target) };
    });
  }

  async resolve(file: string): Promise<string | undefined> {
    return canonicalPath(file);
  }
}

async function guarded<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toFileError(error, file);
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function asTextFile(bytes: Uint8Array, file: string): TextFile {
  return { ...decodeText(bytes, file), hash: hashOf(bytes), unsaved: false };
}

async function withFile<Result>(file: string, work: (handle: FileHandle) => Promise<Result>): Promise<Result> {
  // Without waiting: opening a pipe would hang until someone writes to it.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return await work(handle);
  } finally {
    await handle.close();
  }
}

async function readOpen(handle: FileHandle, file: string, maxBytes: number): Promise<Uint8Array> {
  const found = await handle.stat();
  if (found.isDirectory()) throw new FileError('is_folder', `${file} is a folder. Name a file in it.`);
  if (!found.isFile()) throw new FileError('not_text', `${file} is a device, a pipe or a socket, so it is not read.`);
  if (found.size > maxBytes) {
    const megabytes = Math.round(maxBytes / 1024 / 1024);
    throw new FileError(
      'too_large',
      `${file} is larger than ${megabytes} MB. Use Grep, or a command, to see the part you need.`,
    );
  }
  return handle.readFile();
}

/** Never overwrites: the whole file appears under its name at once, or not at all. */
async function createFile(target: string, bytes: Uint8Array): Promise<void> {
  if (await exists(target)) throw new FileError('stale', `${target} exists already. Read it first.`);
  await mkdir(path.dirname(target), { recursive: true });
  await withTemporary(target, bytes, 0o666, async (temporary) => {
    try {
      await link(temporary, target);
    } catch (error) {
      if (!isCode(error, 'EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP', 'EMLINK')) throw error;
      // A disk without hard links: the name is taken first, then filled.
      await (await open(target, 'wx')).close();
      await rename(temporary, target);
    }
  });
}

async function replaceFile(target: string, bytes: Uint8Array, hash: string): Promise<void> {
  const stale = (): FileError =>
    new FileError('stale', `${target} was changed in the meantime and was left as it is. Read it again.`);
  const found = await stat(target).catch(() => undefined);
  if (!found?.isFile()) throw stale();
  await access(target, constants.W_OK);
  const seen = await withFile(target, async (handle) => {
    const before = await handle.stat();
    if (hashOf(await handle.readFile()) !== hash) throw stale();
    return before;
  });
  await withTemporary(target, bytes, found.mode & 0o7777, async (temporary, handle) => {
    // Only root may give files away; for others a file of theirs stays theirs.
    await handle.chown(found.uid, found.gid).catch(() => undefined);
    await handle.chmod(found.mode & 0o7777);
    const now = await lstat(target).catch(() => undefined);
    if (!now || !isSame(now, seen)) throw stale();
    await renameOver(temporary, target);
  });
}

function isSame(left: Seen, right: Seen): boolean {
  return (
    left.ino === right.ino &&
    left.size === right.size &&
    left.mtimeMs === right.mtimeMs &&
    left.ctimeMs === right.ctimeMs
  );
}

async function exists(target: string): Promise<boolean> {
  return lstat(target).then(
    () => true,
    (error: unknown) => {
      if (isCode(error, 'ENOENT')) return false;
      throw error;
    },
  );
}

/** Writes a temporary file beside the target, on disk to the last byte, and removes what is left of it. */
async function withTemporary(
  target: string,
  bytes: Uint8Array,
  mode: number,
  use: (temporary: string, handle: FileHandle) => Promise<void>,
): Promise<void> {
  const folder = path.dirname(target);
  const temporary = path.join(folder, `.capstan-${randomBytes(8).toString('hex')}.tmp`);
  const handle = await open(temporary, 'wx', mode);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
    await use(temporary, handle);
  } finally {
    await handle.close();
    await rm(temporary, { force: true });
  }
  await syncFolder(folder);
}

/** Where another program has the file open, Windows refuses for a moment. */
async function renameOver(from: string, to: string): Promise<void> {
  for (const wait of process.platform === 'win32' ? RENAME_TRIES_MS : []) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      if (!isCode(error, 'EPERM', 'EACCES', 'EBUSY')) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  await rename(from, to);
}

/** So that the new name outlives a power cut. Not every system can. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? '');
}

// The workspace's files on Node's file system: strict text, atomic writes, links followed on purpose only.
import { lstatSync } from 'node:fs';
import { lstat, readdir, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { FileError, type FileStat, type FileSystem, type TextFile } from '../core/ports.ts';
import { createFile, hashOf, replaceFile } from './atomic-write.ts';
import { canonicalPath } from './canonical-path.ts';
import { toFileError } from './file-failure.ts';
import { openAsNamed, type OpenFile } from './pinned-path.ts';
import { readWhole } from './read-whole.ts';
import { decodeText, encodeText, newFileLike } from './text-encoding.ts';

const MAX_TEXT_BYTES = 64 * 1024 * 1024;
const MAX_AHEAD_BYTES = 1024 * 1024;
const AHEAD_PIECE = 128 * 1024;

/** What is read or written is named by its canonical path, as `resolve` gives it: a link is never followed there. */
export class NodeFileSystem implements FileSystem {
  readonly #encodingOf: (file: string) => string | undefined;

  /** `encodingOf`: the person's wish for a file without a byte order mark, as the editor names encodings. Default: UTF-8, else detected. */
  constructor({ encodingOf = () => undefined }: { encodingOf?: (file: string) => string | undefined } = {}) {
    this.#encodingOf = encodingOf;
  }

  async stat(file: string): Promise<FileStat | undefined> {
    try {
      const found = await stat(file);
      const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
      return { kind, size: found.size, names: found.nlink };
    } catch (error) {
      const failure = toFileError(error, file);
      if (failure.reason === 'not_found') return undefined;
      throw failure;
    }
  }

  async list(folder: string): ReturnType<FileSystem['list']> {
    return guarded(folder, async () => {
      const entries = await readdir(folder, { withFileTypes: true });
      return Promise.all(
        entries.map(async (entry) => {
          if (entry.isFile()) return { name: entry.name, kind: 'file' as const, link: false };
          if (entry.isDirectory()) return { name: entry.name, kind: 'folder' as const, link: false };
          const link = entry.isSymbolicLink();
          const target = link ? await this.stat(path.join(folder, entry.name)).catch(() => undefined) : undefined;
          return { name: entry.name, kind: target?.kind ?? ('other' as const), link };
        }),
      );
    });
  }

  async readBytes(file: string, options: { maxBytes?: number } = {}): Promise<Uint8Array> {
    return guarded(file, async () => {
      const opened = await openAsNamed(file);
      try {
        return await readOpen(opened, file, options.maxBytes ?? MAX_TEXT_BYTES);
      } finally {
        await opened.handle.close();
      }
    });
  }

  async readAhead(file: string): Promise<void> {
    try {
      // Opening a pipe to look at it would wake whoever writes to it.
      if (!(await lstat(file)).isFile()) return;
      const { handle, stats } = await openAsNamed(file);
      try {
        await readAside(handle, Math.min(stats.size, MAX_AHEAD_BYTES));
      } finally {
        await handle.close();
      }
    } catch {
      // Whoever asks for the file meets the same.
    }
  }

  async readText(file: string): Promise<TextFile> {
    return asTextFile(await this.readBytes(file), file, this.#encodingOf(file));
  }

  async writeText(file: string, text: string, like: TextFile | undefined): Promise<TextFile> {
    return guarded(file, async () => {
      const form = like ?? newFileLike(this.#encodingOf(file));
      const bytes = await encodeText(text, form, file);
      const hash = await (like ? replaceFile(file, bytes, like.hash) : createFile(file, bytes));
      // A text that begins with a byte order mark of its own is read back as one.
      const again = !like || text.startsWith('\ufeff');
      const read = again
        ? await decodeText(bytes, file, form?.encoding)
        : { text, encoding: like.encoding, bom: like.bom };
      return { ...read, hash, unsaved: false };
    });
  }

  async resolve(file: string): Promise<string | undefined> {
    return canonicalPath(file);
  }

  /** Waits for the disk: asked about several names at each edit, and several times as cheap so. */
  async isLink(file: string): Promise<boolean> {
    try {
      return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
    } catch {
      return false;
    }
  }
}

async function guarded<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toFileError(error, file);
  }
}

async function asTextFile(bytes: Uint8Array, file: string, encoding: string | undefined): Promise<TextFile> {
  return { ...(await decodeText(bytes, file, encoding)), hash: hashOf(bytes), unsaved: false };
}

/** What is read goes nowhere: the system keeps it. */
async function readAside(handle: FileHandle, bytes: number): Promise<void> {
  const piece = new Uint8Array(Math.min(bytes, AHEAD_PIECE));
  for (let at = 0; at < bytes; at += piece.length) await handle.read(piece, 0, piece.length, at);
}

async function readOpen({ handle, stats: found }: OpenFile, file: string, maxBytes: number): Promise<Uint8Array> {
  if (found.isDirectory()) throw new FileError('is_folder', `${file} is a folder. Name a file in it.`);
  if (!found.isFile()) throw new FileError('not_text', `${file} is a device, a pipe or a socket, so it is not read.`);
  if (found.size > maxBytes) {
    const megabytes = Math.round(maxBytes / 1024 / 1024);
    throw new FileError(
      'too_large',
      `${file} is larger than ${megabytes} MB. Use Grep, or a command, to see the part you need.`,
    );
  }
  return readWhole(handle, found.size);
}

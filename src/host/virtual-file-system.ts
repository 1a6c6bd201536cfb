// Files of a folder that is not on disk, through the editor's own file systems.
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import * as vscode from 'vscode';
import { decodeText, encodeText, newFileLike } from '../adapters/text-encoding.ts';
import { FileError, type FileErrorReason, type FileStat, type FileSystem, type TextFile } from '../core/ports.ts';
import { editorEncoding } from './editor-encoding.ts';
import { toUri } from './locations.ts';

const { fs } = vscode.workspace;

/** Writes are as whole as the provider behind them makes them. Paths have forward slashes. */
export class VirtualFileSystem implements FileSystem {
  async stat(path: string): Promise<FileStat | undefined> {
    try {
      const { type, size } = await fs.stat(toUri(path));
      return { kind: kindOf(type), size };
    } catch (error) {
      const failure = toFileError(error, path);
      if (failure.reason === 'not_found') return undefined;
      throw failure;
    }
  }

  async list(path: string): Promise<readonly { name: string; kind: FileStat['kind'] }[]> {
    const entries = await guarded(path, () => fs.readDirectory(toUri(path)));
    return entries.map(([name, type]) => ({ name, kind: kindOf(type) }));
  }

  async readBytes(path: string, { maxBytes = Infinity }: { maxBytes?: number } = {}): Promise<Uint8Array> {
    return guarded(path, async () => {
      const { size } = await fs.stat(toUri(path));
      if (size > maxBytes)
        throw new FileError('too_large', `${path} has ${size} bytes; at most ${maxBytes} can be read.`);
      return fs.readFile(toUri(path));
    });
  }

  async readText(path: string): Promise<TextFile> {
    return this.#textOf(path, editorEncoding(path));
  }

  async #textOf(path: string, encoding: string | undefined): Promise<TextFile> {
    const bytes = await this.readBytes(path);
    return { ...(await decodeText(bytes, path, encoding)), hash: sha256(bytes), unsaved: false };
  }

  async writeText(path: string, text: string, like: TextFile | undefined): Promise<TextFile> {
    const now = (await this.stat(path)) ? sha256(await this.readBytes(path)) : undefined;
    if (now !== like?.hash) {
      throw new FileError(
        'stale',
        `${path} has changed since it was read. Read it again, then edit what is there now.`,
      );
    }
    const encoding = editorEncoding(path);
    const bytes = await encodeText(text, like ?? newFileLike(encoding), path);
    await guarded(path, () => fs.writeFile(toUri(path), bytes));
    return this.#textOf(path, like?.encoding ?? encoding);
  }

  async resolve(path: string): Promise<string | undefined> {
    return posix.isAbsolute(path) && !path.includes('\0') ? posix.normalize(path) : undefined;
  }
}

function kindOf(type: vscode.FileType): FileStat['kind'] {
  if (type & vscode.FileType.File) return 'file';
  return type & vscode.FileType.Directory ? 'folder' : 'other';
}

async function guarded<T>(path: string, work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toFileError(error, path);
  }
}

const reasons: Readonly<Record<string, readonly [FileErrorReason, string]>> = {
  FileNotFound: ['not_found', 'does not exist. Check the path.'],
  FileIsADirectory: ['is_folder', 'is a folder, not a file.'],
  NoPermissions: ['no_access', 'may not be opened or changed.'],
};

function toFileError(error: unknown, path: string): FileError {
  if (error instanceof FileError) return error;
  const known = error instanceof vscode.FileSystemError ? reasons[error.code] : undefined;
  if (known) return new FileError(known[0], `${path} ${known[1]}`);
  return new FileError('other', `${path} could not be used: ${error instanceof Error ? error.message : String(error)}`);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

// Puts a whole new content under a name at once: whoever reads it, whenever this process ends, finds the old one or the new one.
import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { access, link, lstat, open, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { FileError } from '../core/ports.ts';
import { removeLeftWrites, temporaryName } from './left-writes.ts';
import { openAsNamed, pinFolder, type PinnedFolder } from './pinned-path.ts';
import { readWhole } from './read-whole.ts';

/** Longer than Windows' virus scanners usually hold a file that was just written. */
const RENAME_TRIES_MS = [20, 50, 100, 200];
const LINK_ERRORS = ['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP', 'EMLINK'];

/** Makes the file, and the folders it needs. Never overwrites: throws `FileError` `stale` where something has the name. Gives the hash. */
export async function createFile(target: string, bytes: Uint8Array): Promise<string> {
  const [place, name] = [path.dirname(target), path.basename(target)];
  return withPinned(place, await pinFolder(place, { make: true }), async (folder) => {
    // Looked at first, so that no folder is filled for nothing; `link` decides.
    if (await exists(folder.at(name))) throw new FileError('stale', `${target} exists already. Read it first.`);
    return withTemporary(folder, bytes, 0o666, async (temporary) => {
      try {
        await link(temporary, folder.at(name));
      } catch (error) {
        if (!isCode(error, ...LINK_ERRORS)) throw error;
        // A disk without hard links: the name is taken first, then filled.
        await (await open(folder.at(name), 'wx')).close();
        await rename(temporary, folder.at(name));
      }
    });
  });
}

/** Takes the place of the content with this hash; throws `FileError` `stale` and changes nothing where another stands there. Gives the new hash. */
export async function replaceFile(target: string, bytes: Uint8Array, hash: string): Promise<string> {
  const [place, name] = [path.dirname(target), path.basename(target)];
  return withPinned(place, await pinFolder(place).catch(gone(target)), async (folder) => {
    const writable = access(folder.at(name), constants.W_OK).catch(gone(target));
    const [seen] = await Promise.all([contentOf(target, hash), writable]);
    const mode = seen.mode & 0o7777;
    return withTemporary(folder, bytes, mode, async (temporary, handle) => {
      // Only root may give files away; for others a file of theirs stays theirs.
      await handle.chown(seen.uid, seen.gid).catch(() => undefined);
      await handle.chmod(mode);
      await folder.check();
      const now = await lstat(folder.at(name)).catch(() => undefined);
      if (!now || !isSame(now, seen)) throw stale(target);
      await renameOver(temporary, folder.at(name));
    });
  });
}

/** What identifies the content with this hash, cheaply, for the moment before the write. */
async function contentOf(target: string, hash: string): Promise<Stats> {
  const { handle, stats } = await openAsNamed(target).catch(gone(target));
  try {
    if (!stats.isFile() || hashOf(await readWhole(handle, stats.size)) !== hash) throw stale(target);
    return stats;
  } finally {
    await handle.close();
  }
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function stale(target: string): FileError {
  return new FileError('stale', `${target} was changed in the meantime and was left as it is. Read it again.`);
}

function gone(target: string): (error: unknown) => never {
  return (error) => {
    throw isCode(error, 'ENOENT', 'ENOTDIR') ? stale(target) : error;
  };
}

function isSame(left: Stats, right: Stats): boolean {
  return (
    left.ino === right.ino &&
    left.dev === right.dev &&
    left.size === right.size &&
    left.mtimeMs === right.mtimeMs &&
    left.ctimeMs === right.ctimeMs
  );
}

/** Folders in which this process has looked for what others left. */
const tidied = new Set<string>();

async function withPinned(
  place: string,
  folder: PinnedFolder,
  work: (folder: PinnedFolder) => Promise<string>,
): Promise<string> {
  try {
    const hash = await work(folder);
    // So that the new name outlives a power cut.
    await folder.sync();
    if (!tidied.has(place)) await removeLeftWrites(folder);
    tidied.add(place);
    return hash;
  } finally {
    await folder.close();
  }
}

/** Writes a temporary file in the folder, on disk to the last byte, and removes what is left of it. Gives the hash of what it holds. */
async function withTemporary(
  folder: PinnedFolder,
  bytes: Uint8Array,
  mode: number,
  use: (temporary: string, handle: FileHandle) => Promise<void>,
): Promise<string> {
  const temporary = folder.at(temporaryName());
  const handle = await open(temporary, 'wx', mode);
  try {
    const onDisk = writeWhole(handle, bytes).then(() => handle.sync());
    // Worked out while the disk is busy.
    const hash = hashOf(bytes);
    await onDisk;
    await use(temporary, handle);
    return hash;
  } finally {
    await handle.close();
    await rm(temporary, { force: true });
  }
}

async function writeWhole(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  // Node's own way writes in pieces of half a megabyte, one after the other.
  for (let done = 0; done < bytes.length;) {
    done += (await handle.write(bytes, done)).bytesWritten;
  }
}

async function exists(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    (error: unknown) => {
      if (isCode(error, 'ENOENT')) return false;
      throw error;
    },
  );
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

function isCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? '');
}

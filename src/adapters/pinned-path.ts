// Opens the very file or folder that a canonical path names: a link that was put on the way after the path was judged is not followed.
import { constants, existsSync, type Stats } from 'node:fs';
import { lstat, mkdir, open, readlink, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { FileError } from '../core/ports.ts';
import { canonicalPath } from './canonical-path.ts';

/** A folder held open: names in it mean the same until `close`, whatever becomes of the path that led to it. */
export interface PinnedFolder {
  /** A path to this name in this very folder. Valid until `close`; a link under the name itself is the caller's to refuse. */
  at(name: string): string;
  /** Throws `FileError` when the path no longer leads here, where the system cannot hold on to a folder. */
  check(): Promise<void>;
  /** Puts the folder's names on disk, where the system can. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenFile {
  readonly handle: FileHandle;
  readonly stats: Stats;
}

type Place = 'here' | 'replaced' | 'elsewhere';

/** Linux tells where an open file is, and lets paths start from an open folder. */
const HAS_OPEN_FILE_PATHS = process.platform === 'linux' && existsSync('/proc/self/fd');
/** Not there on Windows. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
/** Without waiting: opening a pipe would hang until someone writes to it. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | NO_FOLLOW;
const FOLDER = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | NO_FOLLOW;
/** A file that others replace all the time is opened again this often. */
const MOST_TRIES = 20;

/** Opens `file` for reading. It must be canonical: throws `FileError` when it leads somewhere else. The caller closes the handle. */
export async function openAsNamed(file: string): Promise<OpenFile> {
  for (let tries = 1; ; tries += 1) {
    const handle = await openUnfollowed(file, READ, file);
    try {
      const [stats, openPlace] = await Promise.all([handle.stat(), placeOf(handle, file)]);
      const place = openPlace ?? (await placeByName(file, stats));
      if (place === 'here') return { handle, stats };
      if (place === 'elsewhere' || tries === MOST_TRIES) throw ledElsewhere(file);
    } catch (error) {
      await handle.close();
      throw error;
    }
    await handle.close();
  }
}

/** Holds on to `folder`, which must be canonical. With `make`, missing folders are made on the way. The caller closes it. */
export async function pinFolder(folder: string, { make = false } = {}): Promise<PinnedFolder> {
  try {
    return await pinExisting(folder);
  } catch (error) {
    const parent = path.dirname(folder);
    if (!make || parent === folder || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const above = await pinFolder(parent, { make });
    try {
      await mkdir(above.at(path.basename(folder))).catch(unlessThere);
      await above.sync();
      return await pinExisting(folder);
    } finally {
      await above.close();
    }
  }
}

/** What is said about a path that was changed under the hands of whoever judged it. */
function ledElsewhere(file: string): FileError {
  return new FileError(
    'other',
    `${file} leads somewhere else than when it was allowed: a link or a folder on the way was changed. Look at the folder again before you retry.`,
  );
}

async function pinExisting(folder: string): Promise<PinnedFolder> {
  // Windows cannot open folders: there the path is only looked at again.
  const handle = process.platform === 'win32' ? undefined : await openUnfollowed(folder, FOLDER, folder);
  const check = async (): Promise<void> => {
    const place = handle && (await placeOf(handle, folder));
    if (place === 'here') return;
    if (place === undefined && (await canonicalPath(folder)) === folder) return;
    throw ledElsewhere(folder);
  };
  const pinned: PinnedFolder = {
    at: (name) => (handle && HAS_OPEN_FILE_PATHS ? `${openFilePath(handle)}/${name}` : path.join(folder, name)),
    check: async () => (HAS_OPEN_FILE_PATHS ? undefined : check()),
    sync: async () => handle?.sync().catch(() => undefined),
    close: async () => handle?.close(),
  };
  try {
    await check();
    return pinned;
  } catch (error) {
    await pinned.close();
    throw error;
  }
}

async function openUnfollowed(file: string, flags: number, named: string): Promise<FileHandle> {
  try {
    return await open(file, flags);
  } catch (error) {
    // What O_NOFOLLOW says about a link; a folder that became a link is "not a folder" to some systems.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP' || code === 'EMLINK') throw ledElsewhere(named);
    if (code === 'ENOTDIR' && (await isLink(file))) throw ledElsewhere(named);
    throw error;
  }
}

/** Where an open file stands; undefined where the system does not tell. */
async function placeOf(handle: FileHandle, file: string): Promise<Place | undefined> {
  if (!HAS_OPEN_FILE_PATHS) return undefined;
  const place = await readlink(openFilePath(handle));
  if (place === file) return 'here';
  return place === `${file} (deleted)` ? 'replaced' : 'elsewhere';
}

async function placeByName(file: string, opened: Stats): Promise<Place> {
  const [canonical, now] = await Promise.all([canonicalPath(file), lstat(file)]);
  if (canonical !== file) return 'elsewhere';
  return now.ino === opened.ino && now.dev === opened.dev ? 'here' : 'replaced';
}

function openFilePath({ fd }: FileHandle): string {
  return `/proc/self/fd/${fd}`;
}

async function isLink(file: string): Promise<boolean> {
  return lstat(file).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
}

function unlessThere(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
}

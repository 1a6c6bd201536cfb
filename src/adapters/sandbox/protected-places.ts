// Finds what lies below a workspace and decides what other programs run, so that a sandbox can keep it as it is.
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { namesWithin } from '../../core/permissions/lexical-path.ts';
import { isProtectedPath } from '../../core/permissions/protected-paths.ts';

/** Of folders: one more level of names is looked at. */
const MAX_DEPTH = 2;
/** Breadth first, so what is left out of a huge workspace lies deep in it. */
const MAX_FOLDERS = 600;

/** Big, written by programs, and read by none for its own settings. */
const SKIPPED = new Set(['node_modules', '.venv', 'venv', 'target', '__pycache__', '.cache']);

/** Absolute paths below `root` (canonical), links not followed. What cannot be listed is left out: a command cannot list it either. */
export async function protectedPlaces(root: string, home: string): Promise<readonly string[]> {
  const found: string[] = [];
  // Names are judged from the root on: it may itself lie below a protected one.
  const within = (place: string): string => `/${path.relative(root, place)}`;
  const homeWithin = namesWithin(home, root) === undefined ? '/no/home' : within(home);
  let level = [root];
  let looked = 0;
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth += 1) {
    const folders = level.slice(0, MAX_FOLDERS - looked);
    looked += folders.length;
    const listings = await Promise.all(folders.map(async (folder) => [folder, await entriesOf(folder)] as const));
    level = [];
    for (const [folder, entries] of listings) {
      for (const entry of entries) {
        const place = path.join(folder, entry.name);
        if (isProtectedPath(within(place), homeWithin)) found.push(place);
        else if (entry.isDirectory() && !SKIPPED.has(entry.name)) level.push(place);
      }
    }
  }
  return found;
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}

// The names of files under way to their place, and the end of those that a writer left behind when it was killed.
import { randomBytes } from 'node:crypto';
import { lstat, readdir, rm } from 'node:fs/promises';
import type { PinnedFolder } from './pinned-path.ts';

const TEMPORARY = /^\.capstan-[0-9a-f]{16}\.tmp$/;
/** No write takes so long. */
const LEFT_MS = 60 * 60 * 1000;

export function temporaryName(): string {
  return `.capstan-${randomBytes(8).toString('hex')}.tmp`;
}

/** Removes those of this folder that nobody can be writing any more. Never rejects; follows no link. */
export async function removeLeftWrites(folder: PinnedFolder): Promise<void> {
  const oldest = Date.now() - LEFT_MS;
  for (const name of await readdir(folder.at('.')).catch(() => [])) {
    if (!TEMPORARY.test(name)) continue;
    const found = await lstat(folder.at(name)).catch(() => undefined);
    if (found?.isFile() && found.mtimeMs < oldest) await rm(folder.at(name), { force: true }).catch(() => undefined);
  }
}

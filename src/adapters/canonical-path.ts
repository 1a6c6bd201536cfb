// Where a path really leads on this machine, for one that does not exist yet too.
import { lstat, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';

const MAX_LINKS = 40;

/** Links resolved up to the deepest existing ancestor, the rest appended; a dangling link leads to where it points. Undefined when it cannot be told. */
export async function canonicalPath(file: string): Promise<string | undefined> {
  if (!path.isAbsolute(file) || file.includes('\0')) return undefined;
  return resolveFrom(path.resolve(file), { links: 0 });
}

async function resolveFrom(file: string, followed: { links: number }): Promise<string | undefined> {
  try {
    return await realpath(file);
  } catch (error) {
    if (!isMissing(error)) return undefined;
  }
  const parent = path.dirname(file);
  if (parent === file) return undefined;
  const folder = await resolveFrom(parent, followed);
  if (folder === undefined) return undefined;
  const place = path.join(folder, path.basename(file));
  const target = await linkTarget(place);
  if (target === undefined) return place;
  followed.links += 1;
  return followed.links > MAX_LINKS ? undefined : resolveFrom(path.resolve(folder, target), followed);
}

async function linkTarget(place: string): Promise<string | undefined> {
  try {
    return (await lstat(place)).isSymbolicLink() ? await readlink(place) : undefined;
  } catch {
    return undefined;
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

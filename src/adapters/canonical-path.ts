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
  return followed.links > MAX_LINKS ? undefined : follow(folder, target, followed);
}

/** Name by name: a `..` behind another link leads out of what that one points to. */
async function follow(folder: string, target: string, followed: { links: number }): Promise<string | undefined> {
  const { root } = path.parse(path.resolve(folder, target));
  let at: string | undefined = path.isAbsolute(target) ? root : folder;
  for (const name of target.split(path.sep === '\\' ? /[\\/]/ : '/')) {
    if (name === '' || name === '.' || /^[A-Za-z]:$/.test(name)) continue;
    at = name === '..' ? path.dirname(at) : await resolveFrom(path.join(at, name), followed);
    if (at === undefined) return undefined;
  }
  return at;
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

// For a file that is not there: the names that were perhaps meant.
import { baseName, parentPath } from '../../permissions/lexical-path.ts';
import type { FileSystem } from '../../ports.ts';

const SHOWN = 5;

/** A sentence that says what is missing and what is there instead. Never throws. */
export async function explainMissing(files: FileSystem, path: string): Promise<string> {
  const missing = `${path} does not exist.`;
  let folder = parentPath(path);
  let wanted = baseName(path);
  while (folder !== parentPath(folder) && (await kindOf(files, folder)) !== 'folder') {
    wanted = baseName(folder);
    folder = parentPath(folder);
  }
  const entries = await files.list(folder).catch(() => []);
  const near = entries
    .map(({ name, kind }) => ({ name: kind === 'folder' ? `${name}/` : name, distance: distance(name, wanted) }))
    .filter(({ distance: far }) => far <= Math.max(2, Math.ceil(wanted.length * 0.5)))
    .toSorted((left, right) => left.distance - right.distance || left.name.localeCompare(right.name))
    .slice(0, SHOWN)
    .map(({ name }) => name);
  if (near.length > 0) return `${missing} In ${folder} the nearest names are: ${near.join(', ')}.`;
  if (entries.length === 0) return `${missing} ${folder} is empty. Use Glob to find where it is.`;
  return `${missing} ${folder} holds no name like it. Use Glob to find where it is.`;
}

async function kindOf(files: FileSystem, path: string): Promise<string | undefined> {
  return (await files.stat(path).catch(() => undefined))?.kind;
}

function stem(name: string): string {
  return name.replace(/\.[^.]*$/, '');
}

/** Letters to change to turn one name into the other, without regard to case; a shared stem or part counts as near. */
function distance(name: string, wanted: string): number {
  const from = name.toLowerCase();
  const to = wanted.toLowerCase();
  if (from === to) return 0;
  if (stem(from) !== '' && stem(from) === stem(to)) return 1;
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let index = 1; index <= from.length; index += 1) {
    const next = [index];
    for (let other = 1; other <= to.length; other += 1) {
      const change = row[other - 1]! + (from[index - 1] === to[other - 1] ? 0 : 1);
      next.push(Math.min(change, row[other]! + 1, next[other - 1]! + 1));
    }
    row = next;
  }
  const part = to.length > 2 && from.length > 2 && (from.includes(stem(to)) || to.includes(stem(from)));
  return Math.min(row.at(-1)!, part ? 2 : Infinity);
}

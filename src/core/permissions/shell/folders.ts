// Where a command may be when it runs: follows `cd` through a script, and says when it no longer knows.
import type { ShellWord } from './shell-word.ts';

/** Paths from the starting folder (`''`), absolute, or `~/…`; undefined when they cannot be told. */
export type Folders = readonly string[] | undefined;

const MAX_FOLDERS = 8;

/** Anything in it that may leave the folder, by any spelling. */
export function mayMove(text: string): boolean {
  return /(?:cd|chdir|pushd|popd|eval|source|\.[ \t])/.test(text) || /(?:^|[\s;&|(])\\?\./.test(text);
}

export function unite(left: Folders, right: Folders): Folders {
  if (!left || !right) return undefined;
  const all = [...new Set([...left, ...right])];
  return all.length > MAX_FOLDERS ? undefined : all;
}

/** `path` from `folder`; undefined when a `..` comes behind a name, which may be a link. */
export function joinFolder(folder: string, path: string): string | undefined {
  const whole =
    path.startsWith('/') || path === '~' || path.startsWith('~/') || folder === '' ? path : `${folder}/${path}`;
  const names = whole.split('/').filter((name) => name !== '' && name !== '.');
  const firstName = names.findIndex((name) => name !== '..');
  if (firstName !== -1 && names.slice(firstName).includes('..')) return undefined;
  const joined = names.join('/');
  return whole.startsWith('/') ? `/${joined}` : joined;
}

/** Where `cd` with these words leads. */
export function changeFolder(folders: Folders, words: readonly ShellWord[]): Folders {
  const rest = words.filter((word) => !(word.literal && /^(?:--|-[LPe@]+)$/.test(word.text)));
  const [target, ...more] = rest;
  if (!folders || more.length > 0) return undefined;
  if (!target) return ['~'];
  if (!target.literal || target.text === '' || target.text.startsWith('-')) return undefined;
  if (target.text.startsWith('~') && !target.tilde) return undefined;
  const joined = folders.map((folder) => joinFolder(folder, target.text));
  return joined.every((folder) => folder !== undefined) ? [...new Set(joined)] : undefined;
}

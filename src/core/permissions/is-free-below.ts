// Whether a folder holds nothing that a rule is about: looked up on the disk, so that a search in it need not be asked about.
import type { FileSystem } from '../ports.ts';

/** Most names that are looked at; a larger folder is not known. */
const MAX_NAMES = 500;

/**
 * False where anything matches, where a link leads elsewhere, where the folder is large or cannot be read: only full knowledge is proof.
 * `forms` are all the names of the one folder, absolute and the canonical one among them.
 */
export async function isFreeBelow(
  files: Partial<Pick<FileSystem, 'list' | 'stat'>>,
  folder: string,
  forms: readonly string[],
  matches: (forms: readonly string[]) => boolean,
): Promise<boolean> {
  if (!files.list || !files.stat) return false;
  const separator = folder.includes('\\') ? '\\' : '/';
  const waiting: { readonly at: string; readonly forms: readonly string[] }[] = [{ at: folder, forms }];
  let seen = 0;
  try {
    const found = await files.stat(folder);
    if (found?.kind === 'file') return true;
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      for (const { name, kind, link } of await files.list(next.at)) {
        seen += 1;
        const inner = next.forms.map((form) => `${form}${separator}${name}`);
        if (seen > MAX_NAMES || link !== false || matches(inner)) return false;
        if (kind === 'folder') waiting.push({ at: `${next.at}${separator}${name}`, forms: inner });
      }
    }
    return true;
  } catch {
    return false;
  }
}

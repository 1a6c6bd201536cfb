// The rules folders: every Markdown file below them, for all paths or for those that its frontmatter names.
import picomatch from 'picomatch';
import { namesWithin, resolvePath } from '../permissions/lexical-path.ts';
import type { FileSystem } from '../ports.ts';

const MAX_DEPTH = 8;
const MAX_RULES = 200;

/** Paths of the rules below `folder`, sorted, links followed once. Never throws; a folder that is not there has none. */
export async function findRules(files: Pick<FileSystem, 'list' | 'resolve'>, folder: string): Promise<string[]> {
  const seen = new Set<string>();
  const found: string[] = [];
  const visit = async (path: string, depth: number): Promise<void> => {
    const real = await files.resolve(path).catch(() => undefined);
    if (real === undefined || seen.has(real) || depth > MAX_DEPTH) return;
    seen.add(real);
    const entries = await files.list(path).catch(() => []);
    for (const { name, kind } of entries.toSorted(byName)) {
      if (found.length >= MAX_RULES) return;
      const entry = resolvePath(path, name);
      if (kind === 'folder') await visit(entry, depth + 1);
      else if (kind === 'file' && /\.md$/i.test(name)) found.push(entry);
    }
  };
  await visit(folder, 0);
  return found;
}

/** Whether a rule with these globs, counted from `folder`, is for the file at `path`. A glob that cannot be read matches nothing. */
export function isRuleFor(patterns: readonly string[], folder: string, path: string): boolean {
  const relative = namesWithin(path, folder)?.join('/');
  return relative !== undefined && relative !== '' && patterns.some((pattern) => matchesGlob(pattern, relative));
}

/** Without extended globs: they can make a match take for ever. */
export function matchesGlob(pattern: string, path: string): boolean {
  try {
    return picomatch.isMatch(path, pattern.replace(/^(?:\.\/)+/, ''), { dot: true, noextglob: true, windows: false });
  } catch {
    return false;
  }
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}

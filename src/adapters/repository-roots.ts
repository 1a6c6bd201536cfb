// The folders above a workspace folder that its local settings are shared through: the top of its repository, and that of the main worktree.
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

export interface RepositoryRoot {
  /** Absolute; never the folder that was asked about. */
  readonly path: string;
  /** Belongs to the person. What anybody else may have put there can only restrict. */
  readonly own: boolean;
}

/** Longest file of git that is read, in bytes: each is one line. */
const MAX_BYTES = 8 * 1024;

/**
 * The top of the repository first. Empty where the folder is the top itself, where there is none, and where `home` or a folder above it
 * would be the top: what is kept there would count in every project. Starts no git and believes no setting of the repository.
 */
export async function repositoryRoots(folder: string, home: string): Promise<readonly RepositoryRoot[]> {
  // As git does: from where the folder really is.
  const [start, end] = await Promise.all([realOf(folder), realOf(home)]);
  const top = await topOf(start, end);
  if (top === undefined) return [];
  const main = await mainWorktree(top);
  const roots = [top, ...(main === undefined ? [] : [main])].filter((root) => root !== start);
  return Promise.all(roots.map(async (root) => ({ path: root, own: await isOwn(root) })));
}

async function topOf(start: string, home: string): Promise<string | undefined> {
  for (let at = start; !contains(at, home); at = path.dirname(at)) {
    const found = await stat(path.join(at, '.git')).catch(() => undefined);
    if (found?.isFile() || found?.isDirectory()) return at;
    if (at === path.dirname(at)) return undefined;
  }
  return undefined;
}

function contains(folder: string, inner: string): boolean {
  return inner === folder || inner.startsWith(folder.endsWith(path.sep) ? folder : `${folder}${path.sep}`);
}

function realOf(name: string): Promise<string> {
  return realpath(name).catch(() => path.resolve(name));
}

/** Of a linked worktree, where the main one knows of it; undefined otherwise. A `.git` file alone proves nothing: it may come in an archive. */
async function mainWorktree(top: string): Promise<string | undefined> {
  const mark = path.join(top, '.git');
  const named = /^gitdir: (.+)$/m.exec((await lineOf(mark)) ?? '')?.[1];
  if (named === undefined) return undefined;
  const own = path.resolve(top, named);
  const [back, common] = await Promise.all([lineOf(path.join(own, 'gitdir')), lineOf(path.join(own, 'commondir'))]);
  if (back === undefined || common === undefined) return undefined;
  const [known, here] = await Promise.all([realOf(path.resolve(own, back)), realOf(mark)]);
  const repository = path.resolve(own, common);
  const isOurs =
    known === here && path.basename(repository) === '.git' && path.dirname(own) === path.join(repository, 'worktrees');
  return isOurs ? path.dirname(repository) : undefined;
}

async function lineOf(file: string): Promise<string | undefined> {
  try {
    const found = await stat(file);
    return found.isFile() && found.size <= MAX_BYTES ? (await readFile(file, 'utf8')).trimEnd() : undefined;
  } catch {
    return undefined;
  }
}

/** Where the system has owners. */
async function isOwn(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => undefined);
  return found !== undefined && (process.getuid === undefined || found.uid === process.getuid());
}

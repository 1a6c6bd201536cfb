// The one path resolver: what a path says, where it really leads, and whether that lies in the workspace.
import type { FileSystem } from '../ports.ts';
import { foldName, isWindowsPath, namesWithin, pathNames, resolvePath } from './lexical-path.ts';

export interface ResolvedPath {
  /** As it was written, with `.` and `..` worked out. */
  readonly lexical: string;
  /** Links resolved; undefined when that cannot be told, and then nothing may be allowed. */
  readonly canonical: string | undefined;
  /** The canonical path lies in a root, by whole components. */
  readonly inside: boolean;
}

export interface PathResolver {
  resolve(path: string): Promise<ResolvedPath>;
  /** A folder both as it is written and as it resolves: patterns are matched against either. */
  forms(folder: string): Promise<readonly string[]>;
}

/** Why a path cannot be judged at all, as a sentence for the model; undefined for a usable one. */
export function pathProblem(path: string): string | undefined {
  if (path.trim() === '') return 'The path is empty. Give the path of a file or folder.';
  if (path.includes('\0')) return 'The path contains a NUL character. Give the path without it.';
  if (path === '~' || /^~[^/\\]*[/\\]/.test(path)) {
    return `"${path}" is not expanded: "~" has no meaning here. Give the absolute path of the home folder.`;
  }
  if (isWindowsPath(path) && pathNames(path).some((name) => name.includes(':'))) {
    return `"${path}" names a data stream. Give the path of the file itself.`;
  }
  return undefined;
}

/** The resolver over the workspace's roots (absolute, not empty). Roots are resolved once, at first use. */
export function createPathResolver(files: Pick<FileSystem, 'resolve'>, roots: readonly string[]): PathResolver {
  const known = new Map<string, Promise<string | undefined>>();

  async function canonical(path: string): Promise<string | undefined> {
    // A short name (PROGRA~1) that is still there after resolving stands for something unknown.
    const resolved = await files.resolve(path).catch(() => undefined);
    const unclear = resolved !== undefined && isWindowsPath(resolved) && pathNames(resolved).some(isShortName);
    return unclear ? undefined : resolved;
  }

  function canonicalFolder(folder: string): Promise<string | undefined> {
    const resolving = known.get(folder) ?? canonical(folder);
    known.set(folder, resolving);
    return resolving;
  }

  return {
    async resolve(path) {
      const lexical = resolvePath(roots[0] ?? '/', path);
      const [target, ...folders] = await Promise.all([canonical(lexical), ...roots.map(canonicalFolder)]);
      const inside =
        target !== undefined &&
        folders.some((folder) => folder !== undefined && namesWithin(target, folder) !== undefined);
      return { lexical, canonical: target, inside };
    },

    async forms(folder) {
      const resolved = await canonicalFolder(folder);
      return resolved === undefined || resolved === folder ? [folder] : [folder, resolved];
    },
  };
}

function isShortName(name: string): boolean {
  return /~\d+(?:\.|$)/.test(foldName(name));
}

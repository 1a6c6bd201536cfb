// The one path resolver: what a path says, where it really leads, and whether that lies in the workspace.
import type { FileSystem } from '../ports.ts';
import {
  foldName,
  isWindowsPath,
  joinPath,
  namesWithin,
  parentPath,
  pathNames,
  resolvePath,
  splitPath,
} from './lexical-path.ts';

export interface ResolvedPath {
  /** As it was written, with `.` and `..` worked out. */
  readonly lexical: string;
  /** Links resolved; undefined when that cannot be told, and then nothing may be allowed. */
  readonly canonical: string | undefined;
  /** Every path that it may be taken for, the two above among them. */
  readonly forms: readonly string[];
  /** All of them but the first lie in a root, by whole components. */
  readonly inside: boolean;
}

export type PathFiles = Pick<FileSystem, 'resolve' | 'isLink'>;

export interface PathResolver {
  resolve(path: string): Promise<ResolvedPath>;
  /** A folder both as it is written and as it resolves: patterns are matched against either. */
  forms(folder: string): Promise<readonly string[]>;
  /** Whether a canonical path lies in one of the roots. */
  holds(canonical: string): Promise<boolean>;
  /** Where those of these names lead that are links in a root now. */
  linked(names: readonly string[]): Promise<readonly string[]>;
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
  if (isWindowsPath(path) && (pathNames(path).some(isDeviceName) || /^\\\\[?.]\\/.test(splitPath(path).root))) {
    return `"${path}" names a device, not a file. Give the path of a file or folder.`;
  }
  return undefined;
}

/** Names that Windows gives to devices in every folder, and names of nothing but dots and spaces, which it reads in ways of its own. */
function isDeviceName(name: string): boolean {
  return (
    /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d\u00b9\u00b2\u00b3])[. ]*(?:\..*)?$/i.test(name) ||
    /^[. ]+$/.test(name)
  );
}

/** The resolver over the workspace's roots (absolute, not empty). Roots are resolved once, at first use. */
export function createPathResolver(files: PathFiles, roots: readonly string[]): PathResolver {
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

  /**
   * Where a file system leads that follows a link before it works out the `..` behind it; for a path without one, and on Windows,
   * there is nothing to tell. Undefined when it leads nowhere.
   */
  async function walk(path: string): Promise<string | undefined> {
    const { root, pieces } = splitPath(path);
    let at: string | undefined = root;
    let pending: string[] = [];
    for (const piece of pieces) {
      if (piece === '' || piece === '.') continue;
      if (piece !== '..') pending.push(piece);
      else {
        at = await canonical(resolvePath(at, pending.join('/') || '.'));
        if (at === undefined) return undefined;
        at = parentPath(at);
        pending = [];
      }
    }
    return canonical(resolvePath(at, pending.join('/') || '.'));
  }

  return {
    async resolve(path) {
      const written = joinPath(roots[0] ?? '/', path);
      const lexical = resolvePath(roots[0] ?? '/', path);
      const climbs = !isWindowsPath(written) && splitPath(written).pieces.includes('..');
      const [target, walked, ...folders] = await Promise.all([
        canonical(lexical),
        climbs ? walk(written) : undefined,
        ...roots.map(canonicalFolder),
      ]);
      const places = climbs ? [target, walked] : [target];
      const known = places.filter((place) => place !== undefined);
      const inside = known.length === places.length && known.every((place) => isInside(place, folders));
      const canonicalPath = known.length === places.length ? target : undefined;
      return { lexical, canonical: canonicalPath, forms: [...new Set([lexical, ...known])], inside };
    },

    async holds(canonical) {
      return isInside(canonical, await Promise.all(roots.map(canonicalFolder)));
    },

    async forms(folder) {
      const resolved = await canonicalFolder(folder);
      return resolved === undefined || resolved === folder ? [folder] : [folder, resolved];
    },

    async linked(names) {
      const folders = (await Promise.all(roots.map(canonicalFolder))).filter((folder) => folder !== undefined);
      const places = folders.flatMap((folder) => names.map((name) => resolvePath(folder, name)));
      const targets = await Promise.all(
        places.map(async (place) => ((await files.isLink?.(place)) === false ? undefined : canonical(place))),
      );
      return targets.filter((target, index) => target !== undefined && target !== places[index]) as string[];
    },
  };
}

function isInside(canonical: string, folders: readonly (string | undefined)[]): boolean {
  return folders.some((folder) => folder !== undefined && namesWithin(canonical, folder) !== undefined);
}

function isShortName(name: string): boolean {
  return /~\d+(?:\.|$)/.test(foldName(name));
}

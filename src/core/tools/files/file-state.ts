// What the model has seen of which file, by content: decides whether an overwrite is informed.

import { NewestBySize } from '../../newest-by-size.ts';

/** `fresh`: what the model saw is what stands there; `stale`: it changed since; `unknown`: never seen. */
export type Standing = 'fresh' | 'stale' | 'unknown';

/** Files that are known about at once; of one that was read longer ago nothing is known. */
const MAX_FILES = 5_000;

/** One per session. Paths are canonical, hashes those of `TextFile`. */
export interface FileState {
  /** The model has seen, or has itself written, this content. */
  note(path: string, hash: string): void;
  standing(path: string, hash: string): Standing;
}

export function createFileState(): FileState {
  const seen = new NewestBySize<string>({ size: MAX_FILES, sizeOf: () => 1 });
  return {
    note: (path, hash) => seen.set(path, hash),
    standing(path, hash) {
      const known = seen.get(path);
      if (known === undefined) return 'unknown';
      return known === hash ? 'fresh' : 'stale';
    },
  };
}

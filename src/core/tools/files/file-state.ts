// What the model has seen of which file, by content: decides whether an overwrite is informed.

/** `fresh`: what the model saw is what stands there; `stale`: it changed since; `unknown`: never seen. */
export type Standing = 'fresh' | 'stale' | 'unknown';

/** One per session. Paths are canonical, hashes those of `TextFile`. */
export interface FileState {
  /** The model has seen, or has itself written, this content. */
  note(path: string, hash: string): void;
  standing(path: string, hash: string): Standing;
}

export function createFileState(): FileState {
  const seen = new Map<string, string>();
  return {
    note: (path, hash) => void seen.set(path, hash),
    standing(path, hash) {
      const known = seen.get(path);
      if (known === undefined) return 'unknown';
      return known === hash ? 'fresh' : 'stale';
    },
  };
}

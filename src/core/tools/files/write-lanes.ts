// One writer a path: who wants to change a file waits until whoever was there before is done.
import type { FileSystem } from '../../ports.ts';

/** Runs `work` when all work on this path that came before has ended, well or not. Gives what it gives. Must not be entered twice by one caller. */
export type WriteLanes = <Result>(path: string, work: () => Promise<Result>) => Promise<Result>;

export function createWriteLanes(): WriteLanes {
  const last = new Map<string, Promise<unknown>>();
  return async (path, work) => {
    const turn = (last.get(path) ?? Promise.resolve()).then(work);
    const ended = turn.catch(() => undefined);
    last.set(path, ended);
    try {
      return await turn;
    } finally {
      if (last.get(path) === ended) last.delete(path);
    }
  };
}

const lanes = new WeakMap<object, WriteLanes>();

/** The lanes of these files: the same for all who share them, a conversation and its agents. Paths are canonical. */
export function writeLanesOf(files: Pick<FileSystem, 'writeText'>): WriteLanes {
  const known = lanes.get(files) ?? createWriteLanes();
  lanes.set(files, known);
  return known;
}

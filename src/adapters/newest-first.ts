// Orders files by the time they were changed.
import { stat } from 'node:fs/promises';

const AT_ONCE = 64;
/** Past this the order is not worth a look at every file. */
const MAX_LOOKED_AT = 20_000;

/** Newest first, names in order where times are equal; files past the first many follow in the order of their names. */
export async function newestFirst(paths: readonly string[]): Promise<string[]> {
  const sorted = paths.toSorted();
  const looked = sorted.slice(0, MAX_LOOKED_AT);
  const times = new Map<string, number>();
  for (let from = 0; from < looked.length; from += AT_ONCE) {
    await Promise.all(
      looked.slice(from, from + AT_ONCE).map(async (path) => {
        const found = await stat(path).catch(() => undefined);
        times.set(path, found?.mtimeMs ?? 0);
      }),
    );
  }
  const byTime = looked.toSorted((left, right) => times.get(right)! - times.get(left)!);
  return [...byTime, ...sorted.slice(MAX_LOOKED_AT)];
}

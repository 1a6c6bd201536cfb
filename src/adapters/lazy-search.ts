// Search that finds its program and loads its code at the first question.
import type { Search } from '../core/ports.ts';
import type { RipgrepPlaces } from './find-ripgrep.ts';

/** Ripgrep where there is one, else a slow walk. Nothing is looked at before the first search. */
export function createLazySearch(places: RipgrepPlaces): Search {
  let loading: Promise<Search> | undefined;
  const load = async (): Promise<Search> => {
    const [{ findRipgrep }, { RipgrepSearch }, { WalkSearch }] = await Promise.all([
      import('./find-ripgrep.ts'),
      import('./ripgrep-search.ts'),
      import('./walk-search.ts'),
    ]);
    return new RipgrepSearch(await findRipgrep(places), new WalkSearch());
  };
  const search = (): Promise<Search> => (loading ??= load());
  return {
    glob: async (...query) => (await search()).glob(...query),
    grep: async (...query) => (await search()).grep(...query),
  };
}

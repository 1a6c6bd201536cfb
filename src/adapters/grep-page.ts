// Collects what a search finds, in an order that does not change, and cuts the page that was asked for out of it.
import type { GrepQuery, SearchResult } from '../core/ports.ts';

/** Lines that are kept to be put in order; a search that finds more is ended. */
export const MAX_COLLECTED = 20_000;

export interface FoundLine {
  readonly path: string;
  /** What follows the path, its mark included: `:12:text`, `-13-context`, `:3`. */
  readonly rest: string;
}

/** Files in the order of their paths, lines in the order of the file. `ended` is set when the search was ended early. */
export function pageOf(found: readonly FoundLine[], query: GrepQuery, ended: boolean): SearchResult {
  const sorted = found.toSorted((left, right) => (left.path < right.path ? -1 : left.path > right.path ? 1 : 0));
  const page = sorted.slice(query.offset, query.offset + query.limit);
  const lines = page.map(({ path, rest }) => path + rest);
  return { lines, total: found.length, capped: ended || query.offset + page.length < found.length };
}

export const MAX_LINE_CHARS = 1_000;

export function cutLine(text: string): string {
  const line = text.replace(/\r$/, '');
  return line.length > MAX_LINE_CHARS ? `${line.slice(0, MAX_LINE_CHARS)} [line cut]` : line;
}

// Collects what a search finds, in an order that does not change, and cuts the page that was asked for out of it.
import type { GrepQuery, SearchResult } from '../core/ports.ts';

/** A search that finds more than this is ended. */
const MAX_FOUND = 500_000;
/** Lines beyond the asked page that are kept before they are put in order and dropped. */
const SLACK = 10_000;

export interface FoundLine {
  readonly path: string;
  /** What follows the path, its mark included: `:12:text`, `-13-context`, `:3`. */
  readonly rest: string;
}

/** Files in the order of their paths, lines in the order they were added. Memory is bounded by the page, not by what is found. */
export class GrepPage {
  private readonly query: GrepQuery;
  private found: FoundLine[] = [];
  private total = 0;
  /** Nothing behind this path can be on the page any more. */
  private last: string | undefined;

  constructor(query: GrepQuery) {
    this.query = query;
  }

  /** False when the search is to be ended. */
  add(line: FoundLine): boolean {
    this.total += 1;
    if (this.last !== undefined && line.path > this.last) return this.total < MAX_FOUND;
    this.found.push(line);
    const wanted = this.query.offset + this.query.limit;
    if (this.found.length > wanted + SLACK) {
      this.found = sorted(this.found).slice(0, wanted);
      this.last = this.found.at(-1)?.path;
    }
    return this.total < MAX_FOUND;
  }

  /** `ended`: the search was ended early. */
  result(ended: boolean): SearchResult {
    const { offset, limit } = this.query;
    const lines = sorted(this.found)
      .slice(offset, offset + limit)
      .map(({ path, rest }) => path + rest);
    return { lines, total: this.total, capped: ended || offset + lines.length < this.total };
  }
}

function sorted(found: readonly FoundLine[]): FoundLine[] {
  return found.toSorted((left, right) => (left.path < right.path ? -1 : left.path > right.path ? 1 : 0));
}

export const MAX_LINE_CHARS = 1_000;

export function cutLine(text: string): string {
  const line = text.endsWith('\r') ? text.slice(0, -1) : text;
  return line.length > MAX_LINE_CHARS ? `${line.slice(0, MAX_LINE_CHARS)} [line cut]` : line;
}

// What searches find, put in words for the model; what a rule withholds is left out and said.
import type { Grant } from '../../permissions/access.ts';
import { SearchError, type FileSystem, type SearchResult } from '../../ports.ts';
import { explainMissing } from '../files/nearest-names.ts';
import { checkGranted } from '../tool-paths.ts';
import { ToolError } from '../tool.ts';

export interface Found extends SearchResult {
  /** Lines that were left out because a rule withholds their file. */
  readonly withheld: number;
}

const MAX_CHARS = 60_000;

/** Runs a search in the granted place. Throws `ToolError` with what to do next. */
export async function searchGranted(
  files: FileSystem,
  grant: Grant,
  search: () => Promise<SearchResult>,
): Promise<Found> {
  await checkGranted(files, grant);
  if (!(await files.stat(grant.path))) throw new ToolError(await explainMissing(files, grant.path));
  try {
    const result = await search();
    const { excludes } = grant;
    const lines = excludes ? result.lines.filter((line) => !mayBeOf(line, excludes)) : result.lines;
    return { ...result, lines, withheld: result.lines.length - lines.length };
  } catch (error) {
    throw error instanceof SearchError ? new ToolError(error.message) : error;
  }
}

/** A line names its file up to some `:` or `-`; which one cannot be told, so each is tried. */
function mayBeOf(line: string, excludes: (path: string) => boolean): boolean {
  if (excludes(line)) return true;
  for (const mark of line.slice(0, 4_096).matchAll(/[:-]/g)) {
    if (mark.index > 0 && excludes(line.slice(0, mark.index))) return true;
  }
  return false;
}

/** The lines, capped, with the count and a hint where there are more. */
export function presentFound(found: Found, words: { none: string; unit: string; more: string }): string {
  const withheld = found.withheld > 0 ? [`[${found.withheld} left out: a permission rule withholds them.]`] : [];
  if (found.lines.length === 0) return [words.none, ...withheld].join('\n');
  const shown: string[] = [];
  let chars = 0;
  for (const line of found.lines) {
    chars += line.length + 1;
    if (chars > MAX_CHARS) break;
    shown.push(line);
  }
  const cut = found.capped || shown.length < found.lines.length;
  const known = found.total > found.lines.length + found.withheld ? ` of at least ${found.total}` : '';
  const hint = cut ? [`[The first ${shown.length}${known} ${words.unit}. ${words.more}]`] : [];
  return [...shown, ...hint, ...withheld].join('\n');
}

// What searches find, put in words for the model.
import type { Grant } from '../../permissions/access.ts';
import { SearchError, type FileSystem, type SearchResult } from '../../ports.ts';
import { explainMissing } from '../files/nearest-names.ts';
import { checkGranted } from '../tool-paths.ts';
import { ToolError } from '../tool.ts';

const MAX_CHARS = 60_000;

/** Runs a search in the granted place. Throws `ToolError` with what to do next. */
export async function searchGranted(
  files: FileSystem,
  grant: Grant,
  search: () => Promise<SearchResult>,
): Promise<SearchResult> {
  await checkGranted(files, grant);
  if (!(await files.stat(grant.path))) throw new ToolError(await explainMissing(files, grant.path));
  try {
    return await search();
  } catch (error) {
    throw error instanceof SearchError ? new ToolError(error.message) : error;
  }
}

export interface FoundWords {
  readonly none: string;
  readonly unit: string;
  /** What to do for the rest, when `shown` lines were shown. */
  readonly more: (shown: number) => string;
}

/**
 * The lines, capped, with the count and a hint where there are more. That some files are withheld is said in the same words whether or
 * not one of them would have matched: otherwise a search could be used to learn what stands in them.
 */
export function presentFound(found: SearchResult, grant: Pick<Grant, 'excludes'>, words: FoundWords): string {
  const withheld = grant.excludes ? ['[Files that a permission rule withholds are left out.]'] : [];
  if (found.lines.length === 0) return [found.total > 0 ? noneHere(found, words) : words.none, ...withheld].join('\n');
  const shown: string[] = [];
  let chars = 0;
  for (const line of found.lines) {
    chars += line.length + 1;
    if (chars > MAX_CHARS && shown.length > 0) break;
    shown.push(line);
  }
  const cut = found.capped || shown.length < found.lines.length;
  const hint = cut ? [`[${shown.length} of ${found.total} ${words.unit}. ${words.more(shown.length)}]`] : [];
  return [...shown, ...hint, ...withheld].join('\n');
}

function noneHere({ total }: SearchResult, { unit }: FoundWords): string {
  return `There are ${total} ${unit}, none past this offset. Use a smaller one.`;
}

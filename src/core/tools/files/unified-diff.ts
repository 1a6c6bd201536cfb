// What changed between two texts, as a unified diff with its counts, within a bounded time.
import { structuredPatch, type StructuredPatchHunk } from 'diff';
import { splitLines } from './line-endings.ts';

export interface Change {
  /** Hunks only, without file names. Undefined when it would be too long to be of use. */
  readonly diff: string | undefined;
  readonly added: number;
  readonly removed: number;
  /** First changed line of the new text, 1-based. */
  readonly line: number;
}

const CONTEXT = 3;
const TIMEOUT_MS = 300;
const MAX_EDITS = 4_000;
const MAX_DIFF_CHARS = 200_000;

/** Never throws. When the exact difference takes too long, all that lies between the first and the last difference counts as replaced. */
export function describeChange(before: string, after: string): Change {
  const options = { context: CONTEXT, timeout: TIMEOUT_MS, maxEditLength: MAX_EDITS };
  const hunks = structuredPatch('', '', before, after, '', '', options)?.hunks ?? [coarseHunk(before, after)];
  const lines = hunks.flatMap((hunk) => hunk.lines);
  const added = lines.filter((line) => line.startsWith('+')).length;
  const removed = lines.filter((line) => line.startsWith('-')).length;
  const diff = hunks.flatMap((hunk) => [headerOf(hunk), ...hunk.lines]).join('\n');
  const first = hunks[0];
  const lead = first
    ? Math.max(
        0,
        first.lines.findIndex((line) => !line.startsWith(' ')),
      )
    : 0;
  const line = Math.max(1, (first?.newStart ?? 1) + lead);
  return { diff: diff.length > MAX_DIFF_CHARS ? undefined : diff, added, removed, line };
}

/** As GNU diff writes it: an empty side starts at the line before. */
function headerOf(hunk: StructuredPatchHunk): string {
  const oldStart = hunk.oldLines === 0 ? hunk.oldStart - 1 : hunk.oldStart;
  const newStart = hunk.newLines === 0 ? hunk.newStart - 1 : hunk.newStart;
  return `@@ -${oldStart},${hunk.oldLines} +${newStart},${hunk.newLines} @@`;
}

function coarseHunk(before: string, after: string): StructuredPatchHunk {
  const old = splitLines(before).map((line) => line.text);
  const now = splitLines(after).map((line) => line.text);
  const limit = Math.min(old.length, now.length);
  let head = 0;
  while (head < limit && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < limit - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const removed = old.slice(head, old.length - tail);
  const added = now.slice(head, now.length - tail);
  return {
    oldStart: head + 1,
    newStart: head + 1,
    oldLines: removed.length,
    newLines: added.length,
    lines: [...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`)],
  };
}

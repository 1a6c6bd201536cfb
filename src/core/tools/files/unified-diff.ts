// What changed between two texts, as a unified diff with its counts, within a bounded time.
import { structuredPatch, type StructuredPatchHunk } from 'diff';
import { linesBack, linesOn } from './line-endings.ts';

export interface Change {
  /** Hunks only, without file names. Undefined when it would be too long to be of use. */
  readonly diff: string | undefined;
  readonly added: number;
  readonly removed: number;
  /** First changed line of the new text, 1-based. */
  readonly line: number;
}

interface Window {
  /** Lines of both texts ahead of the windows. */
  readonly linesBefore: number;
  readonly before: string;
  readonly after: string;
}

const CONTEXT = 3;
const TIMEOUT_MS = 300;
const MAX_EDITS = 4_000;
const MAX_DIFF_CHARS = 200_000;
const STEP = 65_536;
const NO_NEWLINE = '\\ No newline at end of file';

/** Never throws. When the exact difference takes too long, all that lies between the first and the last difference counts as replaced. */
export function describeChange(before: string, after: string): Change {
  const window = windowOf(before, after);
  const hunks = hunksOf(window);
  const lines = hunks.flatMap((hunk) => hunk.lines);
  const added = lines.filter((line) => line.startsWith('+')).length;
  const removed = lines.filter((line) => line.startsWith('-')).length;
  const chars = lines.reduce((sum, line) => sum + line.length + 1, 0);
  const [first] = hunks;
  const lead = Math.max(0, first?.lines.findIndex((line) => !line.startsWith(' ')) ?? 0);
  return {
    diff: chars > MAX_DIFF_CHARS ? undefined : hunks.flatMap((hunk) => [headerOf(hunk), ...hunk.lines]).join('\n'),
    added,
    removed,
    line: Math.max(1, (first?.newStart ?? 1) + lead),
  };
}

function hunksOf({ before, after, linesBefore }: Window): StructuredPatchHunk[] {
  if (before === after) return [];
  const options = { context: CONTEXT, timeout: TIMEOUT_MS, maxEditLength: MAX_EDITS };
  // A text that is new, or gone, needs no comparing.
  const exact = before === '' || after === '' ? undefined : structuredPatch('', '', before, after, '', '', options);
  const hunks = exact?.hunks ?? [wholeHunk(before, after)];
  return hunks.map((hunk) => ({
    ...hunk,
    oldStart: hunk.oldStart + linesBefore,
    newStart: hunk.newStart + linesBefore,
  }));
}

/** As GNU diff writes it: an empty side starts at the line before. */
function headerOf(hunk: StructuredPatchHunk): string {
  const oldStart = hunk.oldLines === 0 ? hunk.oldStart - 1 : hunk.oldStart;
  const newStart = hunk.newLines === 0 ? hunk.newStart - 1 : hunk.newStart;
  return `@@ -${oldStart},${hunk.oldLines} +${newStart},${hunk.newLines} @@`;
}

/** All lines between the first and the last that differ, as replaced. */
function wholeHunk(before: string, after: string): StructuredPatchHunk {
  const [old, now] = [linesOf(before), linesOf(after)];
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
    lines: [
      ...removed.map((line) => `-${line}`),
      ...(tail === 0 ? endMark(before) : []),
      ...added.map((line) => `+${line}`),
      ...(tail === 0 ? endMark(after) : []),
    ],
  };
}

function endMark(text: string): string[] {
  return text === '' || text.endsWith('\n') ? [] : [NO_NEWLINE];
}

function linesOf(text: string): string[] {
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

/** The lines that differ, with the lines around them: all that a comparison has to look at. */
function windowOf(before: string, after: string): Window {
  const shorter = Math.min(before.length, after.length);
  const head = commonLength(shorter, (from, to) => before.slice(from, to) === after.slice(from, to));
  const tail = commonLength(
    shorter - head,
    (from, to) =>
      before.slice(before.length - to, before.length - from) === after.slice(after.length - to, after.length - from),
  );
  const start = linesBack(before, head, CONTEXT + 1);
  // The rest is the same in both, so the end of the window is found in one of them.
  const end = before.length - linesOn(before, before.length - tail, CONTEXT + 1);
  return {
    linesBefore: countLines(before, start),
    before: before.slice(start, before.length - end),
    after: after.slice(start, after.length - end),
  };
}

/** The greatest length up to `limit` whose every part is the same, in pieces first and by halves within the first that differs. */
function commonLength(limit: number, same: (from: number, to: number) => boolean): number {
  let from = 0;
  while (from + STEP <= limit && same(from, from + STEP)) from += STEP;
  let to = Math.min(limit, from + STEP);
  while (from < to) {
    const middle = Math.ceil((from + to) / 2);
    if (same(from, middle)) from = middle;
    else to = middle - 1;
  }
  return from;
}

function countLines(text: string, end: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

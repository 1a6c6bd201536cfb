// Lines of a text with their endings, and what differs between two lists of them, the same for the same input and within bounds.
import { diffArrays } from 'diff';

/** Half open, 0-based. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

export interface LineChange {
  readonly from: LineRange;
  readonly to: LineRange;
}

/** More than this many lines apart, all between the first and the last difference counts as replaced. A clock would not give the same twice. */
const MAX_EDITS = 1_000;

/** Joined again they are the text; an empty text has none. */
export function linesOf(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];
}

/** A line that has come to stand before another gets the ending that it lacks. */
export function textOf(lines: readonly string[]): string {
  const ending = lines.find((line) => /[\r\n]$/.test(line))?.match(/\r\n|\n|\r/)?.[0] ?? '\n';
  return lines
    .map((line, index) => (index < lines.length - 1 && !/[\r\n]$/.test(line) ? line + ending : line))
    .join('');
}

/** In order, with at least one common line between any two. */
export function lineChanges(from: readonly string[], to: readonly string[]): LineChange[] {
  const limit = Math.min(from.length, to.length);
  let head = 0;
  while (head < limit && from[head] === to[head]) head += 1;
  let tail = 0;
  while (tail < limit - head && from.at(-1 - tail) === to.at(-1 - tail)) tail += 1;
  const left = from.slice(head, from.length - tail);
  const right = to.slice(head, to.length - tail);
  if (left.length === 0 && right.length === 0) return [];
  const whole: LineChange = {
    from: { start: head, end: from.length - tail },
    to: { start: head, end: to.length - tail },
  };
  if (left.length === 0 || right.length === 0) return [whole];
  const parts = diffArrays(left, right, { maxEditLength: MAX_EDITS });
  return parts ? changesOf(parts, head) : [whole];
}

function changesOf(parts: readonly { value: string[]; added?: boolean; removed?: boolean }[], head: number) {
  const changes: LineChange[] = [];
  let [fromAt, toAt] = [head, head];
  let open: { from: number; to: number } | undefined;
  const close = () => {
    if (open) changes.push({ from: { start: open.from, end: fromAt }, to: { start: open.to, end: toAt } });
    open = undefined;
  };
  for (const { value, added, removed } of parts) {
    if (!added && !removed) close();
    else open ??= { from: fromAt, to: toAt };
    if (!added) fromAt += value.length;
    if (!removed) toAt += value.length;
  }
  close();
  return changes;
}

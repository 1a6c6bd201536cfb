// Lays a text and two descendants of it side by side: which lines the one side changed, which the other, which both.
import { lineChanges, type LineChange, type LineRange } from './line-changes.ts';

export interface Chunk {
  /** Which sides differ from the middle here. */
  readonly sides: 'left' | 'right' | 'both';
  readonly left: LineRange;
  readonly middle: LineRange;
  readonly right: LineRange;
}

interface Side {
  readonly name: 'left' | 'right';
  readonly changes: readonly LineChange[];
  next: number;
  /** How much further on the same line stands in the side than in the middle. */
  shift: number;
}

/**
 * In order. Changes that only touch each other stay apart; the left one comes first where both put something between the same two lines.
 * What no chunk covers is the same in all three.
 */
export function threeWay(left: readonly string[], middle: readonly string[], right: readonly string[]): Chunk[] {
  const sides: [Side, Side] = [
    { name: 'left', changes: lineChanges(middle, left), next: 0, shift: 0 },
    { name: 'right', changes: lineChanges(middle, right), next: 0, shift: 0 },
  ];
  const chunks: Chunk[] = [];
  for (let first = pick(sides); first; first = pick(sides)) chunks.push(take(sides, first));
  return chunks;
}

function pick([left, right]: [Side, Side]): Side | undefined {
  const [one, other] = [left.changes[left.next]?.from, right.changes[right.next]?.from];
  if (!one) return other && right;
  if (!other) return left;
  return one.start < other.start || (one.start === other.start && one.end <= other.end) ? left : right;
}

function take(sides: [Side, Side], first: Side): Chunk {
  const { start } = first.changes[first.next]!.from;
  const before = { left: sides[0].shift, right: sides[1].shift };
  const changed = new Set<Side>();
  let end = start;
  const add = (side: Side) => {
    const { from, to } = side.changes[side.next]!;
    side.next += 1;
    side.shift = to.end - from.end;
    end = Math.max(end, from.end);
    changed.add(side);
  };
  add(first);
  for (;;) {
    const more = sides.find((side) => overlaps(side.changes[side.next]?.from, { start, end }));
    if (!more) break;
    add(more);
  }
  return {
    sides: changed.size === 2 ? 'both' : first.name,
    middle: { start, end },
    left: { start: start + before.left, end: end + sides[0].shift },
    right: { start: start + before.right, end: end + sides[1].shift },
  };
}

function overlaps(range: LineRange | undefined, { start, end }: LineRange): boolean {
  if (!range) return false;
  return range.start < end && range.end > start;
}

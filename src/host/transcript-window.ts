// Which part of a conversation a panel holds: bounded by what it costs to draw, however many turns and items there are.
import { FOLD, type Item, type Outside, type Place, type Turn } from '../shared/view-model.ts';

/** What a window costs, in rows: a tool call is one, text counts by its length. About eighteen elements of the page each. */
export const FULL = 120;
/** What a window is begun with, or cut back to. */
export const KEPT = 70;
/** How far one move goes. */
export const STEP = 40;

/** Items `firstItem` and on of turn `first`, all between, and of turn `last` those before `endItem`. */
export interface Span {
  readonly first: number;
  readonly firstItem: number;
  readonly last: number;
  readonly endItem: number;
}

type Turns = readonly Turn[];

/** A boundary before item `item` of turn `turn`; 0 is before the turn as a whole, its length after its last item. */
interface Cut {
  readonly turn: number;
  readonly item: number;
}

export function itemCost(item: Item): number {
  switch (item.kind) {
    case 'tool': {
      // Reads and searches fold together; what opens is only carried along.
      const carried = item.input.length + item.output.length + (item.diff?.length ?? 0);
      return (item.quiet ? 0.2 : 1) + carried / 20_000;
    }
    case 'thinking':
      return 1 + item.text.length / 20_000;
    case 'text':
      return 0.5 + item.text.length / 400;
    case 'person':
      return 1.5 + item.text.length / 1000;
    case 'notice':
      return 2;
    default:
      return item satisfies never;
  }
}

function headCost(turn: Turn): number {
  return 1.5 + turn.text.length / 1000;
}

/** The newest part of the conversation. */
export function spanAtEnd(turns: Turns, cost = KEPT): Span {
  const end = endOf(turns);
  return spanOf(back(turns, end, cost), end);
}

/** The part in whose middle this place is; undefined where there is no such place. */
export function spanAround(turns: Turns, place: Place): Span | undefined {
  const at = find(turns, place);
  if (!at) return undefined;
  const after = forward(turns, at, KEPT / 2);
  return spanOf(back(turns, at, KEPT / 2), after);
}

/** The window moved to one side. At the other it is cut back to `FULL`, but never into what lies before or after `keep`. */
export function moved(turns: Turns, span: Span, to: 'earlier' | 'later', keep: Place | undefined): Span {
  const start = startOf(span);
  const end = { turn: span.last, item: span.endItem };
  const kept = keep && find(turns, keep);
  if (to === 'earlier') {
    const begin = back(turns, start, STEP);
    const floor = kept ? after(turns, kept) : start;
    return spanOf(begin, earliest(end, latest(forward(turns, begin, FULL), floor)));
  }
  const finish = forward(turns, end, STEP);
  return spanOf(latest(start, earliest(back(turns, finish, FULL), kept ?? end)), finish);
}

export function spanCost(turns: Turns, span: Span): number {
  let cost = 0;
  for (let turn = span.first; turn <= span.last && turns[turn]; turn += 1) {
    cost += headCost(turns[turn]!);
    for (const item of itemsIn(turns, span, turn)) cost += itemCost(item);
  }
  return cost;
}

/** The turns of a span with those of their items that are in it. Whole turns are the same objects. */
export function turnsIn(turns: Turns, span: Span): Turn[] {
  return turns.slice(span.first, span.last + 1).map((turn, index) => {
    const items = itemsIn(turns, span, span.first + index);
    return items.length === turn.items.length ? turn : { ...turn, items };
  });
}

export function outsideOf(turns: Turns, span: Span): Outside {
  return {
    earlier: span.first,
    later: Math.max(0, turns.length - 1 - span.last),
    earlierItems: span.firstItem,
    laterItems: Math.max(0, (turns[span.last]?.items.length ?? 0) - span.endItem),
  };
}

export function isAtEnd(turns: Turns, span: Span): boolean {
  return span.last >= turns.length - 1 && span.endItem >= (turns.at(-1)?.items.length ?? 0);
}

/** Whether the span holds this place. */
export function holds(turns: Turns, span: Span, place: Place): boolean {
  const at = find(turns, place);
  if (!at || at.turn < span.first || at.turn > span.last) return false;
  if (place.itemId === undefined) return true;
  return !(at.turn === span.first && at.item < span.firstItem) && !(at.turn === span.last && at.item >= span.endItem);
}

function itemsIn(turns: Turns, span: Span, turn: number): Item[] {
  const { items } = turns[turn]!;
  const from = turn === span.first ? span.firstItem : 0;
  const to = turn === span.last ? span.endItem : items.length;
  return from === 0 && to >= items.length ? items : items.slice(from, to);
}

function find(turns: Turns, { turnId, itemId }: Place): Cut | undefined {
  const turn = turns.findLastIndex(({ id }) => id === turnId);
  if (turn < 0) return undefined;
  if (itemId === undefined) return { turn, item: 0 };
  const item = turns[turn]!.items.findIndex(({ id }) => id === itemId);
  return item < 0 ? undefined : { turn, item };
}

function startOf(span: Span): Cut {
  return { turn: span.first, item: span.firstItem };
}

function endOf(turns: Turns): Cut {
  return { turn: Math.max(0, turns.length - 1), item: turns.at(-1)?.items.length ?? 0 };
}

function spanOf(start: Cut, end: Cut): Span {
  return { first: start.turn, firstItem: start.item, last: end.turn, endItem: end.item };
}

function earliest(one: Cut, other: Cut): Cut {
  return one.turn < other.turn || (one.turn === other.turn && one.item < other.item) ? one : other;
}

function latest(one: Cut, other: Cut): Cut {
  return earliest(one, other) === one ? other : one;
}

/** The boundary behind what stands at this one. */
function after(turns: Turns, { turn, item }: Cut): Cut {
  return { turn, item: Math.min(item + 1, turns[turn]!.items.length) };
}

/** The boundary that lies so much cost, and at least one thing, before this one; or the beginning. */
function back(turns: Turns, from: Cut, cost: number): Cut {
  let left = cost;
  let { turn, item } = from.item === 0 ? partBefore(turns, from.turn) : from;
  for (; turns[turn]; { turn, item } = partBefore(turns, turn)) {
    const { items } = turns[turn]!;
    for (; item > 0; item -= 1) {
      if (left <= 0) return { turn, item: foldEdge(items, item, -1) };
      left -= itemCost(items[item - 1]!);
    }
    left -= headCost(turns[turn]!);
    if (left <= 0) return { turn, item: 0 };
  }
  return { turn: 0, item: 0 };
}

function partBefore(turns: Turns, turn: number): Cut {
  return { turn: turn - 1, item: turns[turn - 1]?.items.length ?? 0 };
}

/** The boundary that lies so much cost, and at least one thing, after this one; or the end. */
function forward(turns: Turns, from: Cut, cost: number): Cut {
  let left = cost;
  let { turn, item } = from;
  for (; turns[turn]; turn += 1, item = 0) {
    const { items } = turns[turn]!;
    if (turn !== from.turn) left -= headCost(turns[turn]!);
    for (; item < items.length; item += 1) {
      if (left <= 0) return { turn, item: foldEdge(items, item, 1) };
      left -= itemCost(items[item]!);
    }
    if (left <= 0 && turn !== from.turn) return { turn, item };
  }
  return endOf(turns);
}

/** The next place in this direction where no fold is torn: the panel ends one at every `FOLD`th item in any case. */
function foldEdge(items: readonly Item[], item: number, by: 1 | -1): number {
  let at = item;
  while (at % FOLD !== 0 && isQuiet(items[at]) && isQuiet(items[at - 1])) at += by;
  return at;
}

function isQuiet(item: Item | undefined): boolean {
  return item?.kind === 'tool' && item.quiet;
}

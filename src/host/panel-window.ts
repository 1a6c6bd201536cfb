// The window of one panel on a conversation: where it is, and which changes concern it.
import type { Outside, Patch, Place, Turn } from '../shared/view-model.ts';
import {
  FULL,
  holds,
  isAtEnd,
  moved,
  outsideOf,
  spanAround,
  spanAtEnd,
  spanCost,
  turnsIn,
  type Span,
} from './transcript-window.ts';

/** An edge is held by the item that it lies at, as positions change when items go. */
interface Edge {
  readonly turnId: string;
  readonly turn: number;
  readonly item: number;
  /** Undefined: the edge is at a turn's beginning. */
  readonly itemId: string | undefined;
}

export interface WindowPart extends Outside {
  readonly turns: Turn[];
}

export class PanelWindow {
  readonly #all: () => readonly Turn[];
  /** The first thing that is shown; undefined: the conversation's first. */
  #start: Edge | undefined;
  /** The last thing that is shown; undefined: whatever comes last. */
  #end: Edge | undefined;
  #following = true;
  #told: Outside | undefined;

  constructor(turns: () => readonly Turn[]) {
    this.#all = turns;
    this.toEnd();
  }

  /** Shows the newest part, and goes on with it. */
  toEnd(): void {
    this.#following = true;
    this.#set(spanAtEnd(this.#all()));
  }

  /** Shows what is around a place; where there is no such place, nothing changes and the answer is false. */
  goTo(place: Place): boolean {
    const span = spanAround(this.#all(), place);
    if (!span) return false;
    this.#following = false;
    this.#set(span);
    return true;
  }

  holds(place: Place): boolean {
    return holds(this.#all(), this.#span(), place);
  }

  /** False when there is nothing more on that side. */
  move(to: 'earlier' | 'later', keep: Place | undefined): boolean {
    const turns = this.#all();
    const before = this.#span();
    const after = moved(turns, before, to, keep);
    this.#set(after);
    return JSON.stringify(before) !== JSON.stringify(after);
  }

  /** Whether the person is at the end. Answers whether the window had to move for it. */
  follow(on: boolean): boolean {
    this.#following = on;
    if (!on || !this.#end) return false;
    this.toEnd();
    return true;
  }

  /** Nobody looks: what comes from now on is not taken in, unless the end is followed. */
  pause(): void {
    if (!this.#following) this.#closeEnd();
  }

  /** What a snapshot holds. */
  part(): WindowPart {
    const turns = this.#all();
    this.#bound(turns);
    const span = this.#span();
    this.#told = outsideOf(turns, span);
    return { turns: turnsIn(turns, span), ...this.#told };
  }

  /** The changes that concern the window, or undefined when it has moved and needs a snapshot. The conversation holds them already. */
  take(patches: readonly Patch[]): Patch[] | undefined {
    if (patches.some((patch) => this.#tearsEdge(patch))) return undefined;
    const turns = this.#all();
    if (!this.#bound(turns)) return undefined;
    const span = this.#span();
    const inside = patches.filter((patch) => isInside(patch, turns, span));
    const outside = outsideOf(turns, span);
    if (JSON.stringify(outside) === JSON.stringify(this.#told)) return inside;
    this.#told = outside;
    return [...inside, { op: 'outside', ...outside }];
  }

  /** Keeps a window that grows at the end within bounds. False when that has moved its beginning. */
  #bound(turns: readonly Turn[]): boolean {
    const span = this.#span();
    if (this.#end || spanCost(turns, span) <= FULL) return true;
    if (!this.#following) {
      // What the person reads stays where it is; what comes from now on is not sent.
      this.#closeEnd();
      return true;
    }
    const cut = spanAtEnd(turns);
    if (cut.first === span.first && cut.firstItem === span.firstItem) return true;
    this.#set(cut);
    return false;
  }

  #closeEnd(): void {
    const turns = this.#all();
    const { last, endItem } = this.#span();
    if (turns[last]) this.#end ??= edgeBefore(turns, last, endItem);
  }

  /** An item that goes away takes the place of its edge along. */
  #tearsEdge(patch: Patch): boolean {
    if (patch.op !== 'removeItem') return false;
    return [this.#start?.itemId, this.#end?.itemId].includes(patch.itemId);
  }

  #set(span: Span): void {
    const turns = this.#all();
    const { first, firstItem } = span;
    this.#start = first === 0 && firstItem === 0 ? undefined : edgeAt(turns, first, firstItem);
    this.#end = isAtEnd(turns, span) ? undefined : edgeBefore(turns, span.last, span.endItem);
  }

  #span(): Span {
    const turns = this.#all();
    const start = this.#start && turnAt(turns, this.#start);
    const end = this.#end && turnAt(turns, this.#end);
    // Another conversation, or one that was cut back.
    if (start === -1 || end === -1) {
      this.#set(spanAtEnd(turns));
      return spanAtEnd(turns);
    }
    const last = end ?? Math.max(0, turns.length - 1);
    return {
      first: start ?? 0,
      firstItem: this.#start ? (itemAt(turns[start!]!, this.#start) ?? 0) : 0,
      last,
      endItem: this.#end ? (itemAt(turns[last]!, this.#end) ?? -1) + 1 : (turns[last]?.items.length ?? 0),
    };
  }
}

function edgeAt(turns: readonly Turn[], turn: number, item: number): Edge {
  const { id: turnId, items } = turns[turn]!;
  return { turnId, turn, item, itemId: item === 0 ? undefined : items[item]?.id };
}

function edgeBefore(turns: readonly Turn[], turn: number, end: number): Edge {
  const { id: turnId, items } = turns[turn]!;
  return { turnId, turn, item: end - 1, itemId: items[end - 1]?.id };
}

function turnAt(turns: readonly Turn[], edge: Edge): number {
  return turns[edge.turn]?.id === edge.turnId ? edge.turn : turns.findIndex(({ id }) => id === edge.turnId);
}

function itemAt({ items }: Turn, { item, itemId }: Edge): number | undefined {
  if (itemId === undefined) return undefined;
  if (items[item]?.id === itemId) return item;
  const found = items.findIndex(({ id }) => id === itemId);
  return found < 0 ? Math.min(item, items.length - 1) : found;
}

function isInside(patch: Patch, turns: readonly Turn[], span: Span): boolean {
  if (patch.op === 'session' || patch.op === 'environment' || patch.op === 'outside') return true;
  const turnId = patch.op === 'turn' ? patch.turn.id : patch.turnId;
  const at = turns.findLastIndex(({ id }) => id === turnId);
  if (at < span.first || at > span.last) return false;
  if (patch.op !== 'item' && patch.op !== 'append') return true;
  const isCut = (at === span.first && span.firstItem > 0) || at === span.last;
  if (!isCut) return true;
  const itemId = patch.op === 'item' ? patch.item.id : patch.itemId;
  const item = turns[at]!.items.findLastIndex(({ id }) => id === itemId);
  // One that is gone by now is taken out again by a later patch of the same message.
  if (item < 0) return true;
  return !(at === span.first && item < span.firstItem) && !(at === span.last && item >= span.endItem);
}

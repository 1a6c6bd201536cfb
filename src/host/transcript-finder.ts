// Searches a whole conversation for words, a slice at a time, and keeps at which match the person is.
import { setImmediate as breathe } from 'node:timers/promises';
import type { Intent, PanelMessage } from '../shared/protocol.ts';
import type { Item, Place, Turn } from '../shared/view-model.ts';

/** Matches that are counted; a search with more says so. */
export const MOST_MATCHES = 5000;
/** How long a slice may hold up the host. */
const SLICE_MS = 6;

type Found = Extract<PanelMessage, { type: 'found' }>;
type Query = Omit<Extract<Intent, { type: 'find' }>, 'type'>;
type Match = NonNullable<Found['match']>;

export interface FinderParts {
  /** A new list after each change. */
  readonly turns: () => readonly Turn[];
  readonly found: (message: Found) => void;
}

export class TranscriptFinder {
  readonly #parts: FinderParts;
  #query: Query | undefined;
  #matches: readonly Match[] = [];
  #capped = false;
  #at = 0;
  /** What the matches were found in. */
  #searched: readonly Turn[] | undefined;
  #run = 0;

  constructor(parts: FinderParts) {
    this.#parts = parts;
  }

  /** Ends the search before it and begins this one; without words nothing is found and nothing is searched. */
  find(query: Query): void {
    this.stop();
    this.#query = query;
    if (query.words !== '') void this.#search(query.from, 0);
  }

  /** Goes on to the next match, round the end; in a conversation that has changed it searches again. */
  next(to: 'previous' | 'next'): void {
    if (!this.#query?.words) return;
    const by = to === 'next' ? 1 : -1;
    if (this.#searched !== this.#parts.turns()) void this.#search(this.#matches[this.#at] ?? this.#query.from, by);
    else this.#tell(this.#at + by);
  }

  /** Ends what runs and forgets what was found. */
  stop(): void {
    this.#run += 1;
    this.#query = this.#searched = undefined;
    this.#matches = [];
  }

  async #search(from: Match | Place | undefined, by: number): Promise<void> {
    const run = ++this.#run;
    const { words, matchCase } = this.#query!;
    const turns = this.#parts.turns();
    const pattern = new RegExp(words.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`), matchCase ? 'gu' : 'giu');
    const matches: Match[] = [];
    let start = 0;
    let isBefore = true;
    let sliceEnd = performance.now() + SLICE_MS;
    for (const { place, texts } of placesIn(turns)) {
      // The first match at or after the place where the search begins is the one that is shown.
      if (isBefore && isPlace(from, place)) {
        isBefore = false;
        start = matches.length + (from && 'nth' in from ? from.nth : 0);
      }
      const count = texts.reduce((sum, text) => sum + countIn(text, pattern), 0);
      for (let nth = 0; nth < count && matches.length < MOST_MATCHES; nth += 1) matches.push({ ...place, nth });
      if (matches.length >= MOST_MATCHES && !isBefore) break;
      if (performance.now() < sliceEnd) continue;
      await breathe();
      if (run !== this.#run) return;
      sliceEnd = performance.now() + SLICE_MS;
    }
    if (isBefore) start = 0;
    this.#matches = matches;
    this.#capped = matches.length >= MOST_MATCHES;
    this.#searched = turns;
    this.#tell(start + by);
  }

  #tell(at: number): void {
    const count = this.#matches.length;
    this.#at = count === 0 ? 0 : (at + count) % count;
    const match = this.#matches[this.#at];
    const { words } = this.#query!;
    const told = { type: 'found' as const, words, count, capped: this.#capped, index: this.#at };
    this.#parts.found(match ? { ...told, match } : told);
  }
}

function isPlace(one: Place | undefined, other: Place): boolean {
  return one?.turnId === other.turnId && one.itemId === other.itemId;
}

function countIn(text: string, pattern: RegExp): number {
  let count = 0;
  for (pattern.lastIndex = 0; count < MOST_MATCHES && pattern.test(text); count += 1);
  return count;
}

/** What a person can come to see, in the order in which it stands in the panel. */
function* placesIn(turns: readonly Turn[]): Generator<{ place: Place; texts: readonly string[] }> {
  for (const turn of turns) {
    yield { place: { turnId: turn.id }, texts: [turn.text] };
    for (const item of turn.items) yield { place: { turnId: turn.id, itemId: item.id }, texts: textsOf(item) };
  }
}

function textsOf(item: Item): readonly string[] {
  switch (item.kind) {
    case 'tool':
      return [item.object, item.note ?? '', ...(item.diff === undefined ? [item.input, item.output] : [item.diff])];
    case 'notice':
      return [item.title, item.body];
    case 'text':
    case 'thinking':
    case 'person':
      return [item.text];
    default:
      return item satisfies never;
  }
}

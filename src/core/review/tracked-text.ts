// What is still to be reviewed of a file that an agent has edited: worked out from three texts, so that nobody's typing counts as the agent's.
//
//   baseline   what the person has reviewed: the file before the agent's first edit that is still open, and what they kept since
//   agent      what the agent made of it
//   present    what stands there now, other people's typing included; belongs to the file, not to us
//
// A line that only the present text has is somebody else's: it is no hunk, and undoing leaves it where it is.
import { linesOf, textOf, type LineRange } from './line-changes.ts';
import { threeWay, type Chunk } from './three-way.ts';

export interface TrackedText {
  readonly baseline: string;
  readonly agent: string;
}

export interface Hunk {
  /** Lines of the baseline, of the agent's text, and of the present one: half open, 0-based. */
  readonly old: LineRange;
  readonly agent: LineRange;
  readonly now: LineRange;
  /** With their endings. */
  readonly removed: readonly string[];
  readonly added: readonly string[];
  /** Somebody else has typed in it since: it cannot be told apart, and undoing it would take their words too. */
  readonly touched: boolean;
}

/** A place where the agent's edit no longer stands as it was made. */
export interface Departure {
  /** `undone`: it reads as before the edit. */
  readonly kind: 'undone' | 'changed';
  readonly agent: LineRange;
  readonly now: LineRange;
  readonly made: readonly string[];
  readonly stands: readonly string[];
}

interface Laid {
  readonly old: readonly string[];
  readonly agent: readonly string[];
  readonly now: readonly string[];
  readonly chunks: readonly Chunk[];
}

/** In the order of the present text, apart by more than one line. */
export function hunksOf(tracked: TrackedText, present: string): Hunk[] {
  const laid = lay(tracked, present);
  const hunks: Hunk[] = [];
  for (const chunk of laid.chunks) {
    if (chunk.sides === 'right' || isUndone(laid, chunk)) continue;
    const hunk = hunkOf(
      laid,
      chunk.left,
      chunk.middle,
      chunk.right,
      chunk.sides === 'both' && !isReformatted(laid, chunk),
    );
    const last = hunks.at(-1);
    if (last && isOneAway(laid, last, hunk)) hunks[hunks.length - 1] = joined(laid, last, hunk);
    else hunks.push(hunk);
  }
  return hunks;
}

/** The hunks as they stand are reviewed: they become part of the baseline. `hunks` are those of these very texts, or some of them. */
export function keepHunks(tracked: TrackedText, present: string, hunks: readonly Hunk[]): TrackedText {
  const { old, agent, now } = lay(tracked, present);
  const kept = (hunk: Hunk) => now.slice(hunk.now.start, hunk.now.end);
  return {
    baseline: textOf(
      replaced(
        old,
        hunks.map((hunk) => [hunk.old, kept(hunk)]),
      ),
    ),
    agent: textOf(
      replaced(
        agent,
        hunks.map((hunk) => [hunk.agent, kept(hunk)]),
      ),
    ),
  };
}

/** The hunks read as before again, in the present text and for us; everything else in it stays. `hunks` as for `keepHunks`. */
export function undoHunks(
  tracked: TrackedText,
  present: string,
  hunks: readonly Hunk[],
): { readonly tracked: TrackedText; readonly present: string } {
  const { old, agent, now } = lay(tracked, present);
  const before = (hunk: Hunk) => old.slice(hunk.old.start, hunk.old.end);
  return {
    tracked: {
      baseline: textOf(old),
      agent: textOf(
        replaced(
          agent,
          hunks.map((hunk) => [hunk.agent, before(hunk)]),
        ),
      ),
    },
    present: textOf(
      replaced(
        now,
        hunks.map((hunk) => [hunk.now, before(hunk)]),
      ),
    ),
  };
}

/** The agent has written `written` over `present`. What others had typed by then is theirs, not the agent's. */
export function landEdit(tracked: TrackedText, present: string, written: string): TrackedText {
  const { baseline, agent } = withoutOthers(tracked, present);
  const [mine, before, after] = [linesOf(agent), linesOf(present), linesOf(written)];
  // Where somebody has typed in a hunk it stays touched, whatever the agent makes of the place.
  const places = threeWay(mine, before, after).filter(({ sides }) => sides !== 'right');
  return {
    baseline,
    agent: textOf(
      replaced(
        after,
        places.map(({ left, right }) => [right, mine.slice(left.start, left.end)]),
      ),
    ),
  };
}

/** Where the agent's edits were undone or changed by hand, in the order of the present text. */
export function departuresOf(tracked: TrackedText, present: string): Departure[] {
  const laid = lay(tracked, present);
  return laid.chunks.flatMap((chunk): Departure[] => {
    if (chunk.sides !== 'both') return [];
    const kind = isUndone(laid, chunk) ? 'undone' : 'changed';
    const made = slice(laid.agent, chunk.middle);
    return [{ kind, agent: chunk.middle, now: chunk.right, made, stands: slice(laid.now, chunk.right) }];
  });
}

/** What others typed outside of all hunks, undid by hand or formatted anew is accounted for: no longer a difference to the agent's text. */
export function withoutOthers(tracked: TrackedText, present: string): TrackedText {
  const laid = lay(tracked, present);
  const { old, agent, now, chunks } = laid;
  const others = chunks.filter(({ sides }) => sides === 'right');
  const settled = chunks.filter(
    (chunk) => chunk.sides === 'both' && (isUndone(laid, chunk) || isReformatted(laid, chunk)),
  );
  const theirs = ({ right }: Chunk) => slice(now, right);
  return {
    baseline: textOf(
      replaced(
        old,
        others.map((chunk) => [chunk.left, theirs(chunk)]),
      ),
    ),
    agent: textOf(
      replaced(
        agent,
        [...others, ...settled]
          .toSorted((one, other) => one.middle.start - other.middle.start || one.middle.end - other.middle.end)
          .map((chunk) => [chunk.middle, theirs(chunk)]),
      ),
    ),
  };
}

/** An editor that saves a text with one kind of line ending changes no line by it. */
function lay(tracked: TrackedText, present: string): Laid {
  const ending = onlyEnding(present);
  const isOther = ending !== undefined && hasOtherEnding(tracked.agent, ending);
  const fit = (text: string) => linesOf(isOther ? text.replaceAll(/\r\n?|\n/g, ending) : text);
  const [old, agent, now] = [fit(tracked.baseline), fit(tracked.agent), linesOf(present)];
  return { old, agent, now, chunks: threeWay(old, agent, now) };
}

function onlyEnding(text: string): string | undefined {
  const found = text.match(/\r\n|\n|\r/)?.[0];
  return found !== undefined && !hasOtherEnding(text, found) ? found : undefined;
}

function hasOtherEnding(text: string, ending: string): boolean {
  const rest = text.replaceAll(ending, '');
  return /[\r\n]/.test(rest);
}

function isUndone({ old, now }: Laid, { left, right }: Chunk): boolean {
  return sameLines(slice(old, left), slice(now, right));
}

/** Only white space is other than the agent left it: a formatter's work, nobody's words. */
function isReformatted({ agent, now }: Laid, { middle, right }: Chunk): boolean {
  return bare(slice(agent, middle)) === bare(slice(now, right));
}

function bare(lines: readonly string[]): string {
  return lines.join('').replaceAll(/\s/g, '');
}

function hunkOf({ old, now }: Laid, left: LineRange, middle: LineRange, right: LineRange, touched: boolean): Hunk {
  return { old: left, agent: middle, now: right, removed: slice(old, left), added: slice(now, right), touched };
}

function span({ start }: LineRange, { end }: LineRange): LineRange {
  return { start, end };
}

/** One line between two hunks that is the same in all three texts does not make them two. */
function isOneAway({ old, now }: Laid, last: Hunk, next: Hunk): boolean {
  const [was, is] = [old.slice(last.old.end, next.old.start), now.slice(last.now.end, next.now.start)];
  return is.length <= 1 && sameLines(was, is);
}

function joined(laid: Laid, last: Hunk, next: Hunk): Hunk {
  const { old, agent, now } = next;
  const touched = last.touched || next.touched;
  return hunkOf(laid, span(last.old, old), span(last.agent, agent), span(last.now, now), touched);
}

function replaced(lines: readonly string[], parts: readonly (readonly [LineRange, readonly string[]])[]): string[] {
  let result: string[] = [];
  let at = 0;
  for (const [{ start, end }, by] of parts) {
    result = result.concat(lines.slice(at, start), by);
    at = end;
  }
  return result.concat(lines.slice(at));
}

function slice(lines: readonly string[], { start, end }: LineRange): string[] {
  return lines.slice(start, end);
}

function sameLines(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index]);
}

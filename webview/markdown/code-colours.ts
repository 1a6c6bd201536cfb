// Colours code part by part; of code that grows each line once. How far-away parts end is found out bit by bit, when a part after them is seen.
import type { highlight, HighlightNode } from './highlight.ts';

export type Highlight = typeof highlight;

export type Run = readonly HighlightNode[];

export interface CodeColours {
  /**
   * Part `index` of the code, `text`, in runs that make it up; a run that is there stays the same object while lines are added, but
   * for a part far behind the last known one: until it is known how the code before it ends, it is coloured as if nothing were open.
   * `growing`: its last line may go on. Undefined where the language is not known, or the part is one that stays plain.
   */
  runsOf(index: number, text: string, growing: boolean): readonly Run[] | undefined;
}

/** The code as it is now, and what runs work in small steps. The owner of the code ends it by running no more. */
export interface CodeSource {
  textAt(index: number): string | undefined;
  later(step: () => void): void;
  /** Parts may have other runs now. */
  onChange(): void;
}

interface Part {
  /** As far as it is coloured, up to the end of a line. */
  text: string;
  runs: readonly Run[];
  /** What the code before it left open, and what it does. */
  start: unknown;
  end: unknown;
}

/** Above this many characters colouring would be felt: of a part, which is a few lines, and of a line that is not whole. */
const LONGEST_PART = 10_000;
const LONGEST_LINE = 400;
/** So many parts are gone through at once, to learn how they end. */
const STEP = 2;

export function createCodeColours(source: CodeSource, language: string, highlight: Highlight): CodeColours {
  const known: (Part | undefined)[] = [];
  /** How parts end, from the first one on: the code is known to be coloured right up to there. */
  const ends: { readonly text: string; readonly end: unknown }[] = [];
  let wanted = 0;
  let walking = false;

  /** Learns how some more parts end. */
  function walk(until: number) {
    const last = Math.min(until, ends.length + STEP);
    while (ends.length < last) {
      const text = source.textAt(ends.length);
      if (text === undefined) return;
      const start = ends.at(-1)?.end;
      const own = known[ends.length];
      const done = own && own.start === start && text.startsWith(own.text) ? own : { text: '', end: start };
      ends.push({ text, end: endOf(text.slice(done.text.length), done.end) });
    }
  }

  function endOf(text: string, start: unknown): unknown {
    if (text === '') return start;
    return text.length > LONGEST_PART ? undefined : highlight(text, language, start)?.end;
  }

  function walkOn() {
    walk(wanted);
    walking = ends.length < wanted && source.textAt(ends.length) !== undefined;
    if (walking) source.later(walkOn);
    else source.onChange();
  }

  /** How the code before a part ends; where that is not known yet, as if nothing were open. */
  function startOf(index: number): unknown {
    const before = source.textAt(index - 1);
    if (before === undefined) return undefined;
    while (ends.length > 0 && ends.at(-1)!.text !== source.textAt(ends.length - 1)) ends.pop();
    if (ends.length < index && index - ends.length <= STEP) walk(index);
    if (ends.length >= index) return ends[index - 1]!.end;
    wanted = Math.max(wanted, index);
    if (!walking) {
      walking = true;
      source.later(walkOn);
    }
    return known[index - 1]?.text === before ? known[index - 1]!.end : undefined;
  }

  function partOf(index: number, text: string): Part | undefined {
    const start = startOf(index);
    let part = known[index];
    if (!part || part.start !== start || !text.startsWith(part.text)) part = { text: '', runs: [], start, end: start };
    const whole = text.lastIndexOf('\n') + 1;
    if (whole > part.text.length) {
      const found = highlight(text.slice(part.text.length, whole), language, part.end);
      if (!found) return undefined;
      part = { ...part, text: text.slice(0, whole), runs: [...part.runs, found.nodes], end: found.end };
    }
    known[index] = part;
    return part;
  }

  return {
    runsOf(index, text, growing) {
      if (text.length > LONGEST_PART) return undefined;
      const part = partOf(index, text);
      if (!part || part.text.length === text.length) return part?.runs;
      const line = text.slice(part.text.length);
      const last = growing && line.length > LONGEST_LINE ? { nodes: [line] } : highlight(line, language, part.end);
      return last && [...part.runs, last.nodes];
    },
  };
}

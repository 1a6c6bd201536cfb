// Cuts code into parts and colours them one by one; of code that grows each line once.
import { revealHidden } from '../state/visible-text.ts';
import type { HighlightNode } from './highlight.ts';
import type { Highlight } from './highlighter.ts';

export type Run = readonly HighlightNode[];

export interface CodeColours {
  /**
   * Part `index` of the code, `text`, in runs that make it up; a run that is there stays the same object while lines are added.
   * `growing`: its last line may go on. Undefined where the language is not known, or the part is one that stays plain.
   */
  runsOf(index: number, text: string, growing: boolean): readonly Run[] | undefined;
}

interface Part {
  /** As far as it is coloured, up to the end of a line. */
  text: string;
  runs: readonly Run[];
  end: unknown;
}

/** Above this many characters colouring would be felt: of a part, which is a few lines, and of a line that is not whole. */
const LONGEST_PART = 10_000;
const LONGEST_LINE = 400;

export function createCodeColours(parts: () => readonly string[], language: string, highlight: Highlight): CodeColours {
  const known: (Part | undefined)[] = [];

  /** How the code before a part ends; where that has not been coloured, or stays plain, as if nothing were open. */
  function startOf(index: number): unknown {
    const before = parts()[index - 1];
    if (before === undefined) return undefined;
    // One that came whole in the same moment as this one.
    if (known[index - 1]?.text !== before && known[index - 2]) partOf(index - 1, before);
    return known[index - 1]?.end;
  }

  function partOf(index: number, text: string): Part | undefined {
    let part = known[index];
    if (!part || !text.startsWith(part.text)) part = { text: '', runs: [], end: startOf(index) };
    const whole = text.lastIndexOf('\n') + 1;
    if (whole > part.text.length) {
      const found = highlight(revealHidden(text.slice(part.text.length, whole)), language, part.end);
      if (!found) return undefined;
      part = { text: text.slice(0, whole), runs: [...part.runs, found.nodes], end: found.end };
    }
    known[index] = part;
    return part;
  }

  return {
    runsOf(index, text, growing) {
      if (text.length > LONGEST_PART) return undefined;
      const part = partOf(index, text);
      if (!part || part.text.length === text.length) return part?.runs;
      const line = revealHidden(text.slice(part.text.length));
      const last = growing && line.length > LONGEST_LINE ? { nodes: [line] } : highlight(line, language, part.end);
      return last && [...part.runs, last.nodes];
    },
  };
}

/** Lines that are laid out and coloured together. */
const LINES = /(?:[^\n]*\n){1,40}|[^\n]+$/g;

/** A cutter for code that grows: all but the last part stay the same strings. */
export function createCodeCutter(): (code: string) => readonly string[] {
  let last = '';
  let parts: readonly string[] = [];
  return (code) => {
    if (code !== last) {
      const kept = last !== '' && code.startsWith(last) ? parts.slice(0, -1) : [];
      const start = kept.reduce((length, part) => length + part.length, 0);
      parts = [...kept, ...(code.slice(start).match(LINES) ?? [])];
      last = code;
    }
    return parts;
  };
}

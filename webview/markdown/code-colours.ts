// Colours code part by part; of code that grows each line once.
import type { highlight, HighlightNode } from './highlight.ts';

export type Highlight = typeof highlight;

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

/** `textAt`: the part at an index, as it is now. */
export function createCodeColours(
  textAt: (index: number) => string | undefined,
  language: string,
  highlight: Highlight,
): CodeColours {
  const known: (Part | undefined)[] = [];

  /** How the code before a part ends; where that has not been coloured, or stays plain, as if nothing were open. */
  function startOf(index: number): unknown {
    const before = textAt(index - 1);
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
      const found = highlight(text.slice(part.text.length, whole), language, part.end);
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
      const line = text.slice(part.text.length);
      const last = growing && line.length > LONGEST_LINE ? { nodes: [line] } : highlight(line, language, part.end);
      return last && [...part.runs, last.nodes];
    },
  };
}

// Lines and their endings: kept apart, so that an edit changes the lines it means and leaves every other byte alone.

export interface Line {
  readonly text: string;
  /** Empty for a last line without one. */
  readonly ending: '' | '\n' | '\r\n' | '\r';
}

/** The lines of a text; joined again they are the text. An empty text has none. */
export function splitLines(text: string): Line[] {
  const lines: Line[] = [];
  for (const [whole, content = '', ending = ''] of text.matchAll(/([^\r\n]*)(\r\n|\n|\r|$)/g)) {
    if (whole !== '') lines.push({ text: content, ending: ending as Line['ending'] });
  }
  return lines;
}

/** The text with every line ending as a newline. */
export function withoutLineEndings(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** The ending that most lines of a text have; undefined when none has one. */
export function usualEnding(text: string): Exclude<Line['ending'], ''> | undefined {
  const counts = { '\r\n': 0, '\n': 0, '\r': 0 };
  for (const [ending] of text.matchAll(/\r\n|\n|\r/g)) counts[ending as '\n'] += 1;
  const endings = ['\n', '\r\n', '\r'] as const;
  const best = endings.reduce((most, ending) => (counts[ending] > counts[most] ? ending : most));
  return counts[best] > 0 ? best : undefined;
}

/**
 * `text` with the line endings of `model`, the text that it takes the place of: lines that both start or end with keep theirs one by
 * one, the lines between take the ending of the place they go to. `usual` is for a model without endings.
 */
export function withEndingsOf(text: string, model: string, usual: Exclude<Line['ending'], ''>): string {
  const lines = splitLines(text);
  const before = splitLines(model);
  const limit = Math.min(lines.length, before.length);
  let head = 0;
  while (head < limit && lines[head]!.text === before[head]!.text) head += 1;
  let tail = 0;
  while (tail < limit - head && lines.at(-1 - tail)!.text === before.at(-1 - tail)!.text) tail += 1;
  const middle = before[head]?.ending || before[head - 1]?.ending || usual;
  return lines
    .map(({ text: line, ending }, index) => {
      if (ending === '') return line;
      const fromEnd = lines.length - index;
      const twin = index < head ? before[index] : fromEnd <= tail ? before[before.length - fromEnd] : undefined;
      return line + (twin?.ending || middle);
    })
    .join('');
}

// Lines and their endings: kept apart, so that an edit changes the lines it means and leaves every other byte alone.

export interface Line {
  readonly text: string;
  /** Empty for a last line without one. */
  readonly ending: '' | '\n' | '\r\n' | '\r';
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** The lines of a text; joined again they are the text. An empty text has none. */
export function splitLines(text: string): Line[] {
  const lines: Line[] = [];
  for (const [whole, content = '', ending = ''] of text.matchAll(/([^\r\n]*)(\r\n|\n|\r|$)/g)) {
    if (whole !== '') lines.push({ text: content, ending: ending as Line['ending'] });
  }
  return lines;
}

/**
 * The lines from the one with index `first` on, at most `count` and without their endings, and how many the text has. Holds no more
 * than these: a text may have millions.
 */
export function lineWindow(text: string, first: number, count: number): { lines: string[]; total: number } {
  const lines: string[] = [];
  let total = 0;
  let start = 0;
  const endLine = (end: number): void => {
    if (total >= first && lines.length < count) lines.push(text.slice(start, end));
    total += 1;
  };
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== NEWLINE && code !== RETURN) continue;
    endLine(at);
    if (code === RETURN && text.charCodeAt(at + 1) === NEWLINE) at += 1;
    start = at + 1;
  }
  if (start < text.length) endLine(text.length);
  return { lines, total };
}

/** The start of the line that lies `count - 1` lines above the one that holds `at`. Lines here end at a newline alone. */
export function linesBack(text: string, at: number, count: number): number {
  let start = at;
  for (let left = count; left > 0; left -= 1) {
    // From the start of a line its own newline above is stepped over.
    const from = left === count ? start - 1 : start - 2;
    if (from < 0) return 0;
    start = text.lastIndexOf('\n', from) + 1;
  }
  return start;
}

/** The end of the line that lies `count - 1` lines below the one that holds `at`, its newline included. */
export function linesOn(text: string, at: number, count: number): number {
  let end = at;
  for (let left = count; left > 0; left -= 1) {
    const next = text.indexOf('\n', end);
    if (next === -1) return text.length;
    end = next + 1;
  }
  return end;
}

/** The text with every line ending as a newline. */
export function withoutLineEndings(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** The ending that most lines of a text have; undefined when none has one. */
export function usualEnding(text: string): Exclude<Line['ending'], ''> | undefined {
  const pairs = countOf(text, '\r\n');
  const counts = { '\n': countOf(text, '\n') - pairs, '\r\n': pairs, '\r': countOf(text, '\r') - pairs };
  const endings = ['\n', '\r\n', '\r'] as const;
  const best = endings.reduce((most, ending) => (counts[ending] > counts[most] ? ending : most));
  return counts[best] > 0 ? best : undefined;
}

function countOf(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) count += 1;
  return count;
}

/**
 * `text` with the line endings of `model`, the text that it takes the place of: lines that both start or end with keep theirs one by
 * one, the lines between take the ending of the place they go to. `usual` is for a model without endings.
 */
export function withEndingsOf(text: string, model: string, usual: Exclude<Line['ending'], ''>): string {
  // Without any other ending there is nothing to choose; the usual case, and the cheap one for a long text.
  if (usual === '\n' && !text.includes('\r') && !model.includes('\r')) return text;
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

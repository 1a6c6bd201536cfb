// Works out where a block of code from an answer belongs in a file: as the whole of it, in place of lines that it begins and ends like, or at the cursor.

/** Offsets into the file's text. */
export interface Selected {
  readonly start: number;
  readonly end: number;
}

/** What was replaced, from first to last line (1-based), or between which lines it now stands. */
export type Place =
  | { readonly kind: 'new' | 'whole' | 'selection' | 'end' }
  | { readonly kind: 'lines'; readonly first: number; readonly last: number }
  | { readonly kind: 'cursor'; readonly line: number };

export interface PlacedCode {
  readonly after: string;
  readonly place: Place;
}

const ELISION = /^\s*(?:(?:\.{3}|…)\s*$|(?:\/\/|#|--|;|\/\*|<!--|\{\/\*)\s*(?:\.{3}|…))/;
/** A block with at least this part of a file's lines is meant to be the file. */
const MOST_OF_IT = 0.6;

/** Whether the block says "the rest stays as it is" somewhere: written as it stands, it would take that rest away. */
export function leavesOut(code: string): boolean {
  return code.split('\n').some((line) => ELISION.test(line));
}

/** `before` is undefined where there is no such file. `selected` is the person's selection in it; where it is empty, the cursor. */
export function placeCode(before: string | undefined, code: string, selected: Selected | undefined): PlacedCode {
  const lines = trimBlank(code.replaceAll('\r\n', '\n').split('\n'));
  const text = lines.join('\n');
  if (before === undefined || before.trim() === '') return { after: `${text}\n`, place: { kind: 'new' } };
  const placed = placeInText(before.replaceAll('\r\n', '\n'), lines, unixSelection(before, selected));
  // Files keep their own line endings.
  return before.includes('\r\n') ? { ...placed, after: placed.after.replaceAll('\n', '\r\n') } : placed;
}

function placeInText(before: string, lines: readonly string[], selected: Selected | undefined): PlacedCode {
  if (selected && selected.end > selected.start) {
    const { start, end } = selected;
    const tail = before.slice(start, end).endsWith('\n') ? '\n' : '';
    return {
      after: before.slice(0, start) + lines.join('\n') + tail + before.slice(end),
      place: { kind: 'selection' },
    };
  }
  const old = before.split('\n');
  if (isWhole(old, lines)) return { after: `${lines.join('\n')}\n`, place: { kind: 'whole' } };
  const range = likeLines(old, lines);
  if (range) {
    const [first, last] = range;
    const moved = indentedLike(lines, old[first]!);
    return {
      after: old.toSpliced(first, last - first + 1, ...moved).join('\n'),
      place: { kind: 'lines', first: first + 1, last: last + 1 },
    };
  }
  if (!selected) return { after: `${before.trimEnd()}\n\n${lines.join('\n')}\n`, place: { kind: 'end' } };
  const line = before.slice(0, selected.start).split('\n').length;
  const here = old[line - 1] ?? '';
  const at = here.trim() === '' ? line - 1 : line;
  const moved = here.trim() === '' && here === '' ? lines : indentedLike(lines, here);
  return {
    after: old.toSpliced(at, here.trim() === '' ? 1 : 0, ...moved).join('\n'),
    place: { kind: 'cursor', line: at + 1 },
  };
}

/** Both begin alike, and the block has most of the lines. */
function isWhole(old: readonly string[], lines: readonly string[]): boolean {
  const kept = trimBlank(old);
  if (kept[0]?.trim() !== lines[0]?.trim()) return false;
  const there = new Set(lines.map((line) => line.trim()));
  const wanted = kept.map((line) => line.trim()).filter((line) => line.length > 1);
  return wanted.filter((line) => there.has(line)).length >= MOST_OF_IT * wanted.length;
}

/** The lines, 0-based, from the only one that reads like the block's first to the next that reads and is indented like its last. */
function likeLines(old: readonly string[], lines: readonly string[]): readonly [number, number] | undefined {
  const [head, tail] = [lines[0]!, lines.at(-1)!];
  const starts = old.flatMap((line, at) => (line.trim() === head.trim() ? [at] : []));
  const [first] = starts;
  if (first === undefined || starts.length > 1 || lines.length < 2) return undefined;
  const shift = indentOf(old[first]!).length - indentOf(head).length;
  const last = old.findIndex(
    (line, at) => at > first && line.trim() === tail.trim() && indentOf(line).length === indentOf(tail).length + shift,
  );
  return last < 0 ? undefined : [first, last];
}

/** The lines with the indentation of `model` for the first, and the same step for the others. */
function indentedLike(lines: readonly string[], model: string): string[] {
  const [own, wanted] = [indentOf(lines[0] ?? ''), indentOf(model)];
  return lines.map((line) => {
    if (line.trim() === '') return '';
    return line.startsWith(own) ? wanted + line.slice(own.length) : line;
  });
}

function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)![0];
}

function trimBlank(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return first < 0 ? [''] : lines.slice(first, last + 1);
}

/** The same places where every line ends with one character. */
function unixSelection(before: string, selected: Selected | undefined): Selected | undefined {
  if (!selected) return undefined;
  const at = (offset: number) => before.slice(0, offset).replaceAll('\r\n', '\n').length;
  return { start: at(selected.start), end: at(selected.end) };
}

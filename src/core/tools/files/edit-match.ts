// Finds the text that an edit names: exactly, or with other line endings or trailing blanks; and says where it almost is.
import {
  linesBack,
  linesOn,
  lineWindow,
  splitLines,
  usualEnding,
  withEndingsOf,
  withoutLineEndings,
  type Line,
} from './line-endings.ts';

export interface EditRequest {
  readonly oldText: string;
  readonly newText: string;
  readonly all: boolean;
  /** For a text that has no line ending at all: the one its file had. Default: that of `newText`. */
  readonly ending?: Line['ending'] | undefined;
}

type Overlooked = 'line endings' | 'line endings or trailing blanks';

export type EditMatch =
  | {
      readonly found: 'yes';
      readonly after: string;
      readonly count: number;
      /** What had to be overlooked to find it; undefined when it stood there exactly. */
      readonly overlooked?: Overlooked;
    }
  /** 1-based lines where the matches start, the first few. */
  | { readonly found: 'several'; readonly count: number; readonly lines: readonly number[] }
  | { readonly found: 'no'; readonly nearest?: { readonly line: number; readonly lines: readonly string[] } };

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A text with some characters taken out, and the way back from it. */
interface Reduced {
  readonly text: string;
  /** Where the character at an index stood, and ended, in the whole text. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

const MAX_SHOWN_LINES = 12;
const SHOWN_PLACES = 5;

/** Works the edit out on `text`; nothing is changed. An empty `oldText` is not found. */
export function matchEdit(text: string, request: EditRequest): EditMatch {
  const exact = exactSpans(text, request.oldText);
  if (exact.length > 0) return settle(text, exact, request);
  for (const overlooked of ['line endings', 'line endings or trailing blanks'] as const) {
    const loose = looseSpans(text, request.oldText, overlooked !== 'line endings');
    if (loose.length > 0) return settle(text, loose, request, overlooked);
  }
  const last = atUnendedLine(text, request);
  if (last) return last;
  const nearest = nearestLines(text, request.oldText);
  return nearest ? { found: 'no', nearest } : { found: 'no' };
}

function settle(
  text: string,
  spans: readonly Span[],
  { oldText, newText, all, ending }: EditRequest,
  overlooked?: Overlooked,
): EditMatch {
  if (spans.length > 1 && !all) {
    const lines = spans.slice(0, SHOWN_PLACES).map(({ start }) => lineAt(text, start));
    return { found: 'several', count: spans.length, lines };
  }
  // Carriage returns that the model spells out, it means.
  const literal = newText.includes('\r') || (overlooked === undefined && oldText.includes('\r'));
  const pieces: string[] = [];
  let from = 0;
  for (const span of spans) {
    pieces.push(text.slice(from, span.start), literal ? newText : inEndingsOf(text, span, newText, ending));
    from = span.end;
  }
  pieces.push(text.slice(from));
  return {
    found: 'yes',
    after: pieces.join(''),
    count: spans.length,
    ...(overlooked ? { overlooked } : {}),
  };
}

/** A last line without an ending is found by a text that ends in one; it stays without. */
function atUnendedLine(text: string, { oldText, newText }: EditRequest): EditMatch | undefined {
  if (!/[^\r\n]\r?\n$/.test(oldText) || /[\r\n]$/.test(text)) return undefined;
  const request = { oldText: oldText.replace(/\r?\n$/, ''), newText: newText.replace(/\r?\n$/, ''), all: false };
  const spans = looseSpans(text, request.oldText, true).filter(({ end }) => text.slice(end).trim() === '');
  return spans.length === 1 ? settle(text, spans, request, 'line endings or trailing blanks') : undefined;
}

/** The new text in the line endings of its place. */
function inEndingsOf(text: string, { start, end }: Span, newText: string, ending: Line['ending'] = ''): string {
  if (!newText.includes('\n')) return newText;
  const following = /\r\n|\n|\r/.exec(text.slice(end, end + 10_000))?.[0] as '\n' | undefined;
  const usual = following ?? usualEnding(text) ?? ending;
  return usual === '' ? newText : withEndingsOf(newText, text.slice(start, end), usual);
}

function exactSpans(text: string, part: string): Span[] {
  const spans: Span[] = [];
  if (part === '') return spans;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) {
    const end = at + part.length;
    if (!splitsEnding(text, at) && !splitsEnding(text, end)) spans.push({ start: at, end });
  }
  return spans;
}

/** Between the two characters of one line ending. */
function splitsEnding(text: string, at: number): boolean {
  return text[at - 1] === '\r' && text[at] === '\n';
}

function looseSpans(text: string, part: string, trim: boolean): Span[] {
  const plain = withoutLineEndings(part);
  const wanted = trim ? plain.replace(/[ \t]+(?=\n|$)/g, '') : plain;
  if (wanted.trim() === '') return [];
  // Blanks at the very end of what is looked for may only be overlooked at the end of a line.
  const endsLine = trim && /[ \t]$/.test(plain);
  return regionsLike(text, wanted.split('\n')).flatMap((region) => {
    const reduced = reduce(text.slice(region.start, region.end), trim);
    return exactSpans(reduced.text, wanted)
      .filter(({ end }) => !endsLine || end === reduced.text.length || reduced.text[end] === '\n')
      .map(({ start, end }) => ({
        start: region.start + reduced.starts[start]!,
        end: region.start + reduced.ends[end - 1]!,
      }));
  });
}

/** The whole lines among which all matches must be: those around each place of the longest of the wanted lines. In order, apart. */
function regionsLike(text: string, wanted: readonly string[]): Span[] {
  const longest = wanted.reduce((most, line) => (line.length > most.length ? line : most));
  const regions: { start: number; end: number }[] = [];
  for (let at = text.indexOf(longest); at !== -1;) {
    const start = linesBack(text, at, wanted.length);
    const end = linesOn(text, at + longest.length, wanted.length);
    const last = regions.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else regions.push({ start, end });
    at = text.indexOf(longest, at + 1);
  }
  return regions;
}

function reduce(text: string, trim: boolean): Reduced {
  const starts = new Uint32Array(text.length);
  const ends = new Uint32Array(text.length);
  const kept: string[] = [];
  let at = 0;
  let count = 0;
  const keep = (piece: string, start: number, length: number): void => {
    kept.push(piece);
    for (let index = 0; index < piece.length; index += 1, count += 1) {
      starts[count] = start + index;
      ends[count] = start + index + length;
    }
  };
  for (const { text: line, ending } of splitLines(text)) {
    const content = trim ? line.replace(/[ \t]+$/, '') : line;
    keep(content, at, 1);
    if (ending !== '') keep('\n', at + line.length, ending.length);
    at += line.length + ending.length;
  }
  return { text: kept.join(''), starts, ends };
}

function lineAt(text: string, offset: number): number {
  const before = text.slice(0, offset);
  return lineWindow(before, 0, 0).total + (/[^\r\n]$/.test(before) ? 0 : 1);
}

/** The stretch of the file that shares most lines with what was looked for; else the line most like its first one. */
function nearestLines(text: string, part: string): { line: number; lines: readonly string[] } | undefined {
  const lines = splitLines(text).map((line) => line.text);
  const wanted = splitLines(part).map((line) => line.text);
  const start = bestStart(lines, wanted) ?? mostSimilar(lines, wanted.find((line) => line.trim() !== '') ?? '');
  if (start === undefined) return undefined;
  const from = Math.max(0, start);
  const length = Math.min(Math.max(wanted.length, 1), MAX_SHOWN_LINES);
  return { line: from + 1, lines: lines.slice(from, from + length) };
}

function bestStart(lines: readonly string[], wanted: readonly string[]): number | undefined {
  const places = new Map<string, number[]>();
  wanted.forEach((line, index) => {
    const key = line.trim();
    if (key.length > 1) places.set(key, [...(places.get(key) ?? []), index]);
  });
  const votes = new Map<number, number>();
  let best: number | undefined;
  lines.forEach((line, index) => {
    for (const offset of places.get(line.trim()) ?? []) {
      const start = index - offset;
      votes.set(start, (votes.get(start) ?? 0) + 1);
      if (best === undefined || votes.get(start)! > votes.get(best)!) best = start;
    }
  });
  return best;
}

function mostSimilar(lines: readonly string[], wanted: string): number | undefined {
  const target = pairsOf(wanted);
  if (target.size === 0) return undefined;
  let best: { index: number; score: number } | undefined;
  lines.slice(0, 20_000).forEach((line, index) => {
    const pairs = pairsOf(line.slice(0, 500));
    let shared = 0;
    for (const pair of pairs) if (target.has(pair)) shared += 1;
    const score = (2 * shared) / (pairs.size + target.size);
    if (score >= 0.5 && score > (best?.score ?? 0)) best = { index, score };
  });
  return best?.index;
}

function pairsOf(text: string): Set<string> {
  const plain = text.replace(/\s+/g, '').toLowerCase();
  const pairs = new Set<string>();
  for (let index = 0; index + 1 < plain.length; index += 1) pairs.add(plain.slice(index, index + 2));
  return pairs;
}

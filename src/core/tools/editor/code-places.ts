// Places in code: from a line and a symbol to a position, and from places to compact lines that no rule withholds.
import { isWindowsPath, namesWithin, relativePath } from '../../permissions/lexical-path.ts';
import type { Grant } from '../../permissions/access.ts';
import { FileError, type FileSystem } from '../../ports.ts';
import { explainMissing } from '../files/nearest-names.ts';
import { checkGranted } from '../tool-paths.ts';
import { ToolError } from '../tool.ts';
import { ServiceError, type CodePlace, type TextPosition } from './language-services.ts';

const MAX_LINE_CHARS = 200;
/** Of how many files the lines are shown; of others the place alone. */
const MAX_FILES_READ = 60;

export interface PlaceReader {
  readonly files: FileSystem;
  /** The workspace's folders, absolute: nothing is read outside. */
  readonly workspace: readonly string[];
}

/** The granted file's text. Throws `ToolError` that names what is there instead. */
export async function readGranted(files: FileSystem, grant: Grant): Promise<string> {
  await checkGranted(files, grant);
  try {
    return (await files.readText(grant.path)).text;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new ToolError(error.reason === 'not_found' ? await explainMissing(files, grant.path) : error.message);
  }
}

export function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}

export interface SymbolSpot {
  readonly line: number;
  readonly symbol?: string | undefined;
  readonly column?: number | undefined;
}

/** The position that is meant. Throws `ToolError`: the line is not there, or the symbol is not on it. */
export function findPosition(text: string, name: string, { line, symbol, column }: SymbolSpot): TextPosition {
  const lines = linesOf(text);
  const content = lines[line - 1];
  if (content === undefined) throw new ToolError(`${name} has ${lines.length} lines, so there is no line ${line}.`);
  const wanted = symbol?.trim() ?? '';
  if (wanted === '') {
    if (column === undefined) throw new ToolError('Give symbol (its text on that line) or column.');
    return { line, column: Math.min(column, content.length + 1) };
  }
  const starts = occurrences(content, wanted);
  const start = starts.toSorted((left, right) => Math.abs(left - (column ?? 0)) - Math.abs(right - (column ?? 0)))[0];
  if (start === undefined) throw new ToolError(explainAbsent(lines, name, wanted, line));
  return { line, column: start + lastWordOffset(wanted) + 1 };
}

/** Of the symbol as a whole word; where there is none, as a part of one. 0-based. */
function occurrences(content: string, symbol: string): number[] {
  const all: number[] = [];
  for (let at = content.indexOf(symbol); at !== -1; at = content.indexOf(symbol, at + 1)) all.push(at);
  const whole = all.filter(
    (at) => !joins(content[at - 1], symbol[0]) && !joins(content[at + symbol.length], symbol.at(-1)),
  );
  return whole.length > 0 ? whole : all;
}

function joins(outside: string | undefined, edge: string | undefined): boolean {
  return isWordLetter(outside) && isWordLetter(edge);
}

function isWordLetter(letter: string | undefined): boolean {
  return letter !== undefined && /[\p{L}\p{N}_$]/u.test(letter);
}

/** Of `cart.total()` it is `total` that is meant. */
function lastWordOffset(symbol: string): number {
  return [...symbol.matchAll(/[\p{L}\p{N}_$]+/gu)].at(-1)?.index ?? 0;
}

function explainAbsent(lines: readonly string[], name: string, symbol: string, line: number): string {
  const having = lines.flatMap((content, index) => (occurrences(content, symbol).length > 0 ? [index + 1] : []));
  const nearest = having.toSorted((left, right) => Math.abs(left - line) - Math.abs(right - line))[0];
  const lead = `"${symbol}" is not on line ${line} of ${name}`;
  if (nearest === undefined) return `${lead}, nor on any other. Use Grep to find where it is.`;
  return `${lead}; the nearest line that has it is ${nearest}: ${clip(lines[nearest - 1] ?? '')}`;
}

/** Waits for an answer of the editor; what it cannot do becomes a sentence. `what` is asked for: "definitions". */
export async function answered<T>(answer: Promise<T>, what: string): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new ToolError(explainFailure(error, what));
  }
}

function explainFailure({ reason, detail }: ServiceError, what: string): string {
  switch (reason) {
    case 'unsupported':
      return `No extension of the editor gives ${what} for ${detail || 'this kind of file'}. Use Grep and Read instead.`;
    case 'timeout':
      return `The editor gave no ${what} in time; its language server may still be starting. Try once more, or use Grep.`;
    case 'stopped':
      return `Stopped before the editor gave ${what}.`;
    case 'stale':
      return `${detail} was changed by someone else meanwhile, so nothing was done. Look at it again, then retry.`;
    default:
      return `The editor gave no ${what}: ${detail.replace(/\.?$/, '.')} Check line and symbol, or do it with Grep and Edit.`;
  }
}

/** A path as results name it: short inside the working folder; the address of what is no file. */
export function placeName(cwd: string, { path, virtual }: Pick<CodePlace, 'path' | 'virtual'>): string {
  return virtual ? path : relativePath(cwd, path);
}

/** The places that no rule withholds; a document that is no file by the path in its address. */
export function notWithheld<Place extends Pick<CodePlace, 'path' | 'virtual'>>(
  places: readonly Place[],
  { excludes }: Grant,
): { readonly shown: readonly Place[]; readonly withheld: number } {
  const shown = excludes ? places.filter((place) => !excludes(filePathOf(place))) : places;
  return { shown, withheld: places.length - shown.length };
}

function filePathOf({ path, virtual }: Pick<CodePlace, 'path' | 'virtual'>): string {
  return virtual ? (/^[^:]+:(?:\/\/[^/]*)?(\/[^?#]*)/.exec(path)?.[1] ?? path) : path;
}

export function withheldNote(withheld: number): string[] {
  return withheld > 0 ? [`[${withheld} left out: a permission rule withholds them.]`] : [];
}

/** `src/cart.js:12: the line` for each place, in the order of files and lines, without doubles, capped with the count. */
export async function showPlaces(
  { files, workspace }: PlaceReader,
  grant: Grant,
  cwd: string,
  places: readonly CodePlace[],
  limit: number,
): Promise<string> {
  const { shown, withheld } = notWithheld(uniqueLines(places), grant);
  const read = lineReader(files, workspace, grant);
  const ordered = shown.toSorted((left, right) => compareText(left.path, right.path) || left.line - right.line);
  const lines: string[] = [];
  for (const place of ordered.slice(0, limit)) {
    const text = place.virtual ? undefined : await read(place.path, place.line);
    lines.push(`${placeName(cwd, place)}:${place.line}${text === undefined ? '' : `: ${text}`}`);
  }
  const more = shown.length > limit ? [`[The first ${limit} of ${shown.length}.]`] : [];
  return [...lines, ...more, ...withheldNote(withheld)].join('\n');
}

function uniqueLines(places: readonly CodePlace[]): CodePlace[] {
  return [...new Map(places.map((place) => [`${place.path}\n${place.line}`, place])).values()];
}

/** Reads lines of the workspace's files; undefined for any other, and for what a rule withholds behind a link. */
function lineReader(files: FileSystem, workspace: readonly string[], { excludes }: Grant) {
  const known = new Map<string, Promise<readonly string[] | undefined>>();
  const roots = Promise.all(workspace.map((root) => files.resolve(root).catch(() => undefined)));
  async function read(path: string): Promise<readonly string[] | undefined> {
    const canonical = await files.resolve(path).catch(() => undefined);
    if (canonical === undefined || excludes?.(canonical)) return undefined;
    const inside = (await roots).some((root) => root !== undefined && namesWithin(canonical, root) !== undefined);
    if (!inside) return undefined;
    return files.readText(canonical).then(
      ({ text }) => linesOf(text),
      () => undefined,
    );
  }
  return async (path: string, line: number): Promise<string | undefined> => {
    const reading = known.get(path) ?? (known.size < MAX_FILES_READ ? read(path) : undefined);
    if (reading === undefined) return undefined;
    known.set(path, reading);
    const text = (await reading)?.[line - 1];
    return text === undefined ? undefined : clip(text);
  };
}

export function clip(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > MAX_LINE_CHARS ? `${line.slice(0, MAX_LINE_CHARS).replace(/[\ud800-\udbff]$/, '')}…` : line;
}

/** In code unit order, Windows paths without case. */
export function compareText(left: string, right: string): number {
  const [first, second] =
    isWindowsPath(left) && isWindowsPath(right) ? [left.toLowerCase(), right.toLowerCase()] : [left, right];
  return first < second ? -1 : first > second ? 1 : 0;
}

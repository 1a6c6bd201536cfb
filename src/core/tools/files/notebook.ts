// A Jupyter notebook as its cells, and the one way in which its text is edited: only the bytes of the cell that is meant change.
import type { Node } from 'jsonc-parser';

export type CellKind = 'code' | 'markdown' | 'raw';

export interface NotebookCell {
  /** Its own id, or `cell-N` (from 0) in a notebook without ids. */
  readonly id: string;
  readonly kind: CellKind;
  readonly source: string;
  /** As they stand in the file, unchecked. */
  readonly outputs: readonly unknown[];
  readonly executionCount: number | undefined;
}

export interface Notebook {
  readonly cells: readonly NotebookCell[];
  /** Of the code; undefined when it does not say. */
  readonly language: string | undefined;
}

export type CellEdit =
  | { readonly mode: 'replace'; readonly index: number; readonly source: string; readonly kind: CellKind }
  /** `id` is undefined for a notebook whose cells have none. */
  | {
      readonly mode: 'insert';
      readonly index: number;
      readonly source: string;
      readonly kind: CellKind;
      readonly id: string | undefined;
    }
  | { readonly mode: 'delete'; readonly index: number };

/** Says in a clause why a text is not a notebook: "it is not valid JSON". */
export class NotebookProblem extends Error {
  override readonly name = 'NotebookProblem';
}

/** Throws `NotebookProblem`. */
export function parseNotebook(text: string): Notebook {
  const root = parseJson(text);
  if (!isRecord(root)) throw new NotebookProblem('it is no JSON object');
  if (!Array.isArray(root['cells'])) {
    const old = Array.isArray(root['worksheets']);
    throw new NotebookProblem(old ? 'it is in the old format with worksheets (nbformat 3)' : 'it has no list of cells');
  }
  return { cells: root['cells'].map(readCell), language: languageOf(root['metadata']) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NotebookProblem('it is not valid JSON');
  }
}

function readCell(cell: unknown, index: number): NotebookCell {
  const where = `its cell ${index + 1}`;
  if (!isRecord(cell)) throw new NotebookProblem(`${where} is no object`);
  const { id, cell_type: kind, source, outputs, execution_count: count } = cell;
  if (kind !== 'code' && kind !== 'markdown' && kind !== 'raw')
    throw new NotebookProblem(`${where} is of no known type`);
  const joined = joinText(source);
  if (joined === undefined) throw new NotebookProblem(`${where} has no source`);
  return {
    id: typeof id === 'string' && id !== '' ? id : `cell-${index}`,
    kind,
    source: joined,
    outputs: Array.isArray(outputs) ? outputs : [],
    executionCount: typeof count === 'number' ? count : undefined,
  };
}

/** A text of the format: a string, or a list of them to be joined. Undefined for anything else. */
export function joinText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((line) => typeof line === 'string') ? value.join('') : undefined;
}

function languageOf(metadata: unknown): string | undefined {
  if (!isRecord(metadata)) return undefined;
  const { language_info: info, kernelspec } = metadata;
  const name =
    (isRecord(info) ? info['name'] : undefined) ?? (isRecord(kernelspec) ? kernelspec['language'] : undefined);
  return typeof name === 'string' ? name : undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Which cell an id means; a number of a cell without an id too. */
export function findCell(notebook: Notebook, id: string): number | undefined {
  const index = notebook.cells.findIndex((cell) => cell.id === id);
  if (index >= 0) return index;
  const counted = Number(/^cell-(\d{1,6})$/.exec(id)?.[1] ?? NaN);
  return counted < notebook.cells.length ? counted : undefined;
}

/** An id for a new cell, which the others do not have; undefined where cells have none (before nbformat 4.5). */
export function newCellId(text: string, source: string): string | undefined {
  const root = parseJson(text) as { nbformat?: unknown; nbformat_minor?: unknown; cells: { id?: unknown }[] };
  const { nbformat, nbformat_minor: minor, cells } = root;
  const taken = new Set(cells.map((cell) => cell.id));
  const hasIds = nbformat === 4 && typeof minor === 'number' && minor >= 5;
  if (!hasIds && !cells.some((cell) => typeof cell.id === 'string')) return undefined;
  let hash = 0x811c9dc5 ^ cells.length;
  const next = (code: number): void => void (hash = Math.imul(hash ^ code, 0x01000193) >>> 0);
  for (let at = 0; at < source.length; at += 1) next(source.charCodeAt(at));
  while (taken.has(hash.toString(16).padStart(8, '0'))) next(1);
  return hash.toString(16).padStart(8, '0');
}

/** The text after the edit. `text` is a notebook and `index` one of its cells (for insert: where the new one will be). */
export async function editNotebook(text: string, edit: CellEdit): Promise<string> {
  const { findNodeAtLocation, parseTree } = await import('jsonc-parser');
  const root = parseTree(text)!;
  const cells = findNodeAtLocation(root, ['cells'])!;
  const page = new Page(text);
  if (edit.mode === 'delete') return page.splice(page.withoutItem(cells, edit.index));
  if (edit.mode === 'insert') return page.splice(page.withItem(cells, edit.index, newCell(edit, cells)));
  const cell = cells.children![edit.index]!;
  const properties = new Map(cell.children!.map((property) => [String(property.children![0]!.value), property]));
  const source = properties.get('source')!;
  const changes = page.changeKind(cell, properties, edit.kind);
  if (joinText(JSON.parse(page.slice(source.children![1]!))) !== edit.source) {
    const value = source.children![1]!;
    changes.push({ ...spanOf(value), text: page.format(sourceLike(edit.source, value.type === 'string'), source) });
  }
  return page.splice(...changes);
}

function newCell(edit: Extract<CellEdit, { mode: 'insert' }>, cells: Node): Record<string, unknown> {
  const neighbour = cells.children?.[Math.max(0, edit.index - 1)];
  const source = neighbour?.children?.find((property) => property.children?.[0]?.value === 'source')?.children?.[1];
  return {
    cell_type: edit.kind,
    ...(edit.kind === 'code' ? { execution_count: null } : {}),
    ...(edit.id === undefined ? {} : { id: edit.id }),
    metadata: {},
    ...(edit.kind === 'code' ? { outputs: [] } : {}),
    source: sourceLike(edit.source, source?.type === 'string'),
  };
}

/** Lines with their newlines, as the format writes them, or one string where the neighbours are strings. */
function sourceLike(source: string, asString: boolean): string | string[] {
  return asString ? source : (source.match(/[^\n]*\n|[^\n]+$/g) ?? []);
}

interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function spanOf(node: Node): { start: number; end: number } {
  return { start: node.offset, end: node.offset + node.length };
}

/** The JSON text with its own habits of indentation. */
class Page {
  readonly #text: string;
  readonly #eol: string;
  /** Undefined for JSON on one line. */
  readonly #unit: string | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#eol = text.includes('\r\n') ? '\r\n' : '\n';
    this.#unit = /^\s*\{\r?\n([ \t]+)/.exec(text)?.[1];
  }

  slice(node: Node): string {
    return this.#text.slice(node.offset, node.offset + node.length);
  }

  splice(...changes: readonly Change[]): string {
    let after = this.#text;
    for (const { start, end, text } of changes.toSorted((left, right) => right.start - left.start)) {
      after = after.slice(0, start) + text + after.slice(end);
    }
    return after;
  }

  /** A value as it would stand on the line of `beside`. */
  format(value: unknown, beside: Node): string {
    return this.#indented(value, this.#indentAt(beside.offset));
  }

  /** `index` may be that of the end. */
  withItem(list: Node, index: number, value: unknown): Change {
    const items = list.children ?? [];
    const next = items[index];
    const last = items.at(-1);
    if (!last) {
      const outer = this.#indentAt(list.offset);
      const inner = outer + (this.#unit ?? '');
      const [lead, trail] = this.#unit === undefined ? ['', ''] : [this.#eol + inner, this.#eol + outer];
      return { ...spanOf(list), text: `[${lead}${this.#indented(value, inner)}${trail}]` };
    }
    const text = this.format(value, next ?? last);
    const gap = this.#gapBefore(items, list);
    if (next) return { start: next.offset, end: next.offset, text: `${text},${gap}` };
    const { end } = spanOf(last);
    return { start: end, end, text: `,${gap}${text}` };
  }

  withoutItem(list: Node, index: number): Change {
    const items = list.children!;
    const { start, end } = spanOf(items[index]!);
    const next = items[index + 1];
    if (next) return { start, end: next.offset, text: '' };
    const before = items[index - 1];
    return before ? { start: spanOf(before).end, end, text: '' } : { ...spanOf(list), text: '[]' };
  }

  /** What makes a cell one of another kind: only code has outputs and a count, and no attachments. */
  changeKind(cell: Node, properties: ReadonlyMap<string, Node>, kind: CellKind): Change[] {
    const type = properties.get('cell_type')!;
    if (type.children![1]!.value === kind) return [];
    const changes: Change[] = [{ ...spanOf(type.children![1]!), text: JSON.stringify(kind) }];
    const gap = this.#gapBefore(cell.children!, cell);
    const colon = this.#text.slice(spanOf(type.children![0]!).end, type.children![1]!.offset);
    const needed = kind === 'code' ? { execution_count: null, outputs: [] } : {};
    const missing = Object.entries(needed).filter(([name]) => !properties.has(name));
    const { start } = spanOf(properties.get('source')!);
    const added = missing.map(([name, value]) => `"${name}"${colon}${JSON.stringify(value)},${gap}`);
    changes.push({ start, end: start, text: added.join('') });
    const gone = new Set<Node>();
    for (const name of kind === 'code' ? ['attachments'] : ['execution_count', 'outputs']) {
      const property = properties.get(name);
      if (property) gone.add(property);
    }
    return [...changes, ...this.#withoutProperties(cell.children!, gone)];
  }

  /** Each with the comma before it, or behind it where nothing that stays is before. The source always stays. */
  #withoutProperties(all: readonly Node[], gone: ReadonlySet<Node>): Change[] {
    const firstStaying = all.findIndex((property) => !gone.has(property));
    return all.flatMap((property, index) => {
      if (!gone.has(property)) return [];
      const { start, end } = spanOf(property);
      if (index < firstStaying) return [{ start, end: all[index + 1]!.offset, text: '' }];
      return [{ start: spanOf(all[index - 1]!).end, end, text: '' }];
    });
  }

  /** The white space that stands before each of these. */
  #gapBefore(items: readonly Node[], list: Node): string {
    return this.#text.slice(list.offset + 1, items[0]!.offset);
  }

  #indented(value: unknown, indent: string): string {
    if (this.#unit === undefined) return JSON.stringify(value);
    return JSON.stringify(value, undefined, this.#unit).replaceAll('\n', this.#eol + indent);
  }

  #indentAt(offset: number): string {
    const line = this.#text.slice(this.#text.lastIndexOf('\n', offset - 1) + 1, offset);
    return /^[ \t]*/.exec(line)![0];
  }
}

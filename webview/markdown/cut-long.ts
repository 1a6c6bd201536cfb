// Cuts a long list or table into blocks of a bounded size, so that neither reading nor drawing it grows with it.
import type { Token, Tokens } from 'marked';
import { itemsOf } from './containers.ts';

/** What follows goes on with a block that was cut. */
export interface Rest {
  readonly type: 'list' | 'table';
  /** Source that it needs before itself to be read as such. */
  readonly prefix: string;
  readonly changes: { readonly start?: number | '' };
}

export interface Cut {
  /** Finished, whatever follows. Their `raw` and that of `last` make up the block's. */
  readonly done: readonly Token[];
  readonly last: Token;
  readonly rest: Rest;
}

/** A part has at most so many items or rows, and ends after so many characters. */
const MOST = 40;
const LONG = 2500;
/** So many of them at the end may still change by what follows. */
const OPEN = 2;

/** Undefined for a block that is not long, or of a kind that is not cut. */
export function cutLong(block: Token, rest: Rest | undefined): Cut | undefined {
  if (block.type === 'list') return cutList(block as Tokens.List);
  return block.type === 'table' ? cutTable(block as Tokens.Table, rest) : undefined;
}

function cutList(list: Tokens.List): Cut | undefined {
  const raws = list.items.map(({ raw }) => raw);
  const parts = partsOf(raws);
  if (parts.length < 2 || !list.raw.startsWith(raws.slice(0, -1).join(''))) return undefined;
  const blocks = parts.map(({ from, to }) => itemsOf(list, from, to));
  return cutAt(blocks, { type: 'list', prefix: '', changes: { start: blocks.at(-1)!.start } });
}

function cutTable(table: Tokens.Table, rest: Rest | undefined): Cut | undefined {
  const lines = table.raw.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const head = rest ? [] : lines.splice(0, 2);
  while (lines.at(-1)?.trim() === '') lines.pop();
  const parts = partsOf(lines);
  if (parts.length < 2 || lines.length !== table.rows.length) return undefined;
  const blocks = parts.map(({ from, to }) => ({
    ...table,
    rows: table.rows.slice(from, to),
    raw: [...(from === 0 ? head : []), ...lines.slice(from, to)].join(''),
    ...(from > 0 ? { continued: true } : {}),
  }));
  return cutAt(blocks, { type: 'table', prefix: rest?.prefix ?? head.join(''), changes: {} });
}

/** What was cut off before stays what it is: the first of these goes on with it where the block did. */
function cutAt(blocks: readonly Token[], rest: Rest): Cut {
  return { done: blocks.slice(0, -1), last: blocks.at(-1)!, rest };
}

function partsOf(raws: readonly string[]): { from: number; to: number }[] {
  const parts: { from: number; to: number }[] = [];
  let [from, size] = [0, 0];
  for (const [index, raw] of raws.entries()) {
    if ((index - from >= MOST || size >= LONG) && index <= raws.length - OPEN) {
      parts.push({ from, to: index });
      [from, size] = [index, 0];
    }
    size += raw.length;
  }
  return [...parts, { from, to: raws.length }];
}

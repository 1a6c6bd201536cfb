// What a long quote or list item holds, as a text of its own: it is read, cut and drawn in pieces as the answer itself is.
import type { Token, Tokens } from 'marked';

export interface Container {
  /** What a line adds to it; undefined for one that has not its marks. `isFirst`: the line that has the item's own. */
  contentOf(line: string, isFirst: boolean): string | undefined;
  /** Source in which `line`, without its marks, follows a line that it holds. */
  sample(before: string, line: string): string;
  /** One of its blocks, in a quote or item of its own. */
  wrap(block: Token, isFirst: boolean): Token;
}

/** A container of more characters is taken apart. */
const LONG = 2500;

/** The long quote that a block is, or its last item where that is long. */
export function containerOf(block: Token): Container | undefined {
  if (block.raw.length <= LONG) return undefined;
  if (block.type === 'blockquote') return quoteOf(block as Tokens.Blockquote);
  const list = block as Tokens.List;
  return list.type === 'list' && list.items.at(-1)!.raw.length > LONG ? itemOf(list, list.items.length - 1) : undefined;
}

/** A finished block in pieces, where it is or holds a long container. */
export function takenApart(block: Token, cut: (block: Token) => readonly Token[]): readonly Token[] {
  if (block.raw.length <= LONG) return [block];
  const pieces = (tokens: readonly Token[], container: Container) =>
    tokens
      .filter(({ type }) => type !== 'space' && type !== 'checkbox')
      .flatMap(cut)
      .flatMap((each) => takenApart(each, cut))
      .map((each, index) => container.wrap(each, index === 0));
  if (block.type === 'blockquote') return pieces(block.tokens!, quoteOf(block as Tokens.Blockquote));
  if (block.type !== 'list') return [block];
  const list = block as Tokens.List;
  const found: Token[] = [];
  let from = 0;
  list.items.forEach((item, index) => {
    if (item.raw.length <= LONG) return;
    if (index > from) found.push(itemsOf(list, from, index));
    found.push(...pieces(item.tokens, itemOf(list, index)));
    from = index + 1;
  });
  return from < list.items.length ? [...found, itemsOf(list, from)] : found;
}

/** Some of a list's items as a list that goes on with those before. */
export function itemsOf(list: Tokens.List, from: number, to = list.items.length): Tokens.List {
  const items = list.items.slice(from, to);
  return {
    ...list,
    items,
    start: list.start === '' ? '' : list.start + from,
    raw: items.map(({ raw }) => raw).join(''),
    ...goesOn(from > 0),
  };
}

function quoteOf(quote: Tokens.Blockquote): Container {
  return {
    contentOf: (line) => /^ {0,3}> ?(.*)/.exec(line)?.[1],
    sample: (before, line) => `> ${before}\n${line}`,
    wrap: (block, isFirst) => ({
      type: 'blockquote',
      raw: block.raw,
      tokens: [block],
      ...goesOn(!isFirst || 'continued' in quote),
    }),
  };
}

function itemOf(list: Tokens.List, index: number): Container {
  const item = list.items[index]!;
  const [, mark = '', space = '', word] = /^( *\S+)([ \t]*)(\S?)/.exec(item.raw)!;
  const blanks = widened(space).length;
  const width = mark.length + (!word || blanks > 4 ? 1 : blanks);
  return {
    contentOf(line, isFirst) {
      const own = isFirst ? line.replace(mark, ' '.repeat(mark.length)) : line;
      const wide = own.replace(/^[ \t]+/, widened);
      if (wide.search(/\S/) < width) return wide.trim() === '' ? '' : undefined;
      return isFirst && item.task ? wide.slice(width).replace(/^\[.\] +/, '') : wide.slice(width);
    },
    sample: (before, line) => `- x\n  ${before}\n${line}`,
    wrap: (block, isFirst) => {
      const piece = { ...item, task: isFirst && item.task, tokens: [block], ...goesOn(!isFirst) };
      return { ...itemsOf(list, index, index + 1), items: [piece], raw: block.raw, ...goesOn(!isFirst) };
    },
  };
}

function goesOn(does: boolean): { continued?: true } {
  return does ? { continued: true } : {};
}

function widened(blanks: string): string {
  return blanks.replaceAll('\t', '    ');
}

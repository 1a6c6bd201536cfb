// Cuts streamed Markdown into blocks, reading again only what the new text can have changed.
import { Lexer, type Token, type Tokens, type TokensList } from 'marked';
import { containerOf, itemsOf, takenApart, type Container } from './containers.ts';
import { cutLong, type Rest } from './cut-long.ts';

export interface BlockReader {
  /**
   * The blocks of `text`. Where it continues the text before, the finished blocks are the same objects as before.
   * A long list, table or quote comes as several blocks, of which all but the first are marked with `continued`.
   * While it is `streaming`, a link whose address has not arrived whole is shown as its words.
   */
  read(text: string, streaming: boolean): readonly Token[];
}

/** A paragraph or the like above this many characters is shown as the text that it is. */
const LONGEST_PLAIN = 8000;

/** A long quote or list item that may still grow: what it holds is read like a text of its own. */
interface Open {
  readonly container: Container;
  readonly reader: BlockReader;
  /** The whole lines that it holds, without its marks. */
  text: string;
  blocks: readonly Token[];
}

/**
 * A reader for one text item. While text is only added, everything before the last block is settled: no Markdown that
 * follows a block's end changes it, but for link definitions, which are seen when the text is read whole. Of the last
 * block, too, only what is near its end is read again.
 */
export function createBlockReader(): BlockReader {
  let text = '';
  let settled: Token[] = [];
  /** Where what is not settled begins, what it goes on with, and its blocks. */
  let start = 0;
  let rest: Rest | undefined;
  let tail: readonly Token[] = [];
  let open: Open | undefined;
  const wrapped = new WeakMap<Token, Token>();

  function readAll(source: string, streaming: boolean) {
    while (!open || !readOpen(source, streaming, open)) {
      readOn(source);
      if (!enter()) return;
    }
  }

  function readOn(source: string) {
    tail = lexRest(source.slice(start), rest);
    if (tail[0] && tail[0].type !== rest?.type) rest = undefined;
    const last = tail.findLastIndex((block) => block.type !== 'space');
    if (last > 0) {
      settle(tail.slice(0, last).flatMap((block, index) => wholeOf(block, index === 0 ? rest : undefined)));
      tail = tail.slice(last);
      rest = undefined;
    }
    const cut = tail[0] && cutLong(tail[0], rest);
    if (!cut) return;
    settle(cut.done);
    tail = [cut.last, ...tail.slice(1)];
    rest = cut.rest;
  }

  /** Goes on within the last block where that is long. */
  function enter(): boolean {
    const block = tail[0];
    const container = block && containerOf(block);
    if (!container) return false;
    rest = undefined;
    if (block.type === 'list') {
      const list = block as Tokens.List;
      const last = list.items.length - 1;
      if (last > 0) settle([itemsOf(list, 0, last)]);
      rest = { type: 'list', prefix: '', changes: { start: list.start === '' ? '' : list.start + last + 1 } };
    }
    open = { container, reader: createBlockReader(), text: '', blocks: [] };
    return true;
  }

  /** Takes the lines that belong to what is open; false where it has ended. */
  function readOpen(source: string, streaming: boolean, within: Open): boolean {
    const { container, reader } = within;
    tail = [];
    let last = '';
    let ended = false;
    for (let end = 0; start < source.length && end >= 0 && !ended;) {
      end = source.indexOf('\n', start);
      const line = source.slice(start, end < 0 ? undefined : end);
      const marked = container.contentOf(line, within.text === '');
      const own = marked ?? (isLazy(within, line) ? line : undefined);
      if (end >= 0 && own !== undefined) {
        within.text += `${own}\n`;
        start = end + 1;
      } else if (end >= 0 || !streaming) {
        ended = own === undefined;
        last = own ?? '';
      } else if (marked !== undefined) {
        last = marked;
      } else if (own === undefined && line.trim() !== '') {
        // What has no marks yet may be the beginning of them, or of a line that needs none.
        tail = lexRest(line, rest);
      }
    }
    const blocks = reader.read(within.text + last, streaming && !ended).filter(({ type }) => type !== 'space');
    within.blocks = blocks.map((block, index) => {
      const known = wrapped.get(block) ?? container.wrap(block, index === 0);
      wrapped.set(block, known);
      return known;
    });
    if (ended) {
      settled.push(...within.blocks);
      open = undefined;
    }
    return !ended;
  }

  function settle(blocks: readonly Token[]) {
    settled.push(...blocks.flatMap((block) => takenApart(block, (inner) => wholeOf(inner, undefined))));
    start += blocks.reduce((length, block) => length + block.raw.length, 0);
  }

  return {
    read(next, streaming) {
      const source = next.includes('\r') ? next.replace(/\r\n?/g, '\n') : next;
      if (source !== text || (open && !streaming)) {
        const continues = source.slice(0, text.length) === text;
        if (!continues) {
          settled = [];
          start = 0;
          rest = undefined;
          open = undefined;
        }
        const grown =
          continues && !open && tail.length === 1 ? grownBy(tail[0]!, source.slice(text.length)) : undefined;
        if (grown) tail = [grown];
        else readAll(source, streaming);
        text = source;
      }
      return [...settled, ...(open?.blocks ?? []), ...(streaming ? withoutPartialLink(tail, rest) : tail)];
    },
  };
}

/** Whether a line without marks goes on with the paragraph before it. */
function isLazy({ container, text }: Open, line: string): boolean {
  const before = lastLine(text.slice(0, -1));
  if (before.trim() === '' || line.trim() === '') return false;
  const sample = container.sample(before, line);
  const [only, ...others] = lex(sample);
  return others.length === 0 && only!.raw.length === sample.trimEnd().length;
}

function wholeOf(block: Token, rest: Rest | undefined): readonly Token[] {
  const cut = cutLong(block, rest);
  return cut ? [...cut.done, cut.last] : [block];
}

/** The blocks of what is left, the first of which may go on with a block that was cut. */
function lexRest(source: string, rest: Rest | undefined): Token[] {
  if (!rest) return lex(source);
  const blocks = lex(rest.prefix + source);
  const first = blocks[0];
  if (first?.type !== rest.type) return lex(source);
  blocks[0] = { ...first, ...rest.changes, raw: first.raw.slice(rest.prefix.length), continued: true } as Token;
  return blocks;
}

/** The open block of code, or the overlong paragraph, with more text in it; undefined where that must be read. */
function grownBy(block: Token, more: string): Token | undefined {
  if (block.type === 'paragraph' && block.raw.length > LONGEST_PLAIN && !more.includes('\n')) {
    return plain(block.raw + more);
  }
  const opening = block.type === 'code' ? /^(?:`{3,}|~{3,})[^\n]*\n/.exec(block.raw)?.[0] : undefined;
  if (opening === undefined || !isOpenFence(block.raw)) return undefined;
  // What may close it begins a line.
  if (/^ {0,3}(?:`{3}|~{3})/m.test(lastLine(block.raw) + more)) return undefined;
  const raw = block.raw + more;
  return { ...(block as Tokens.Code), raw, text: raw.slice(opening.length).replace(/\n$/, '') };
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1);
}

function plain(raw: string): Token {
  return { type: 'paragraph', raw, text: raw, tokens: [{ type: 'text', raw, text: raw, escaped: false }] };
}

const PARTIAL_LINK = /!?\[([^[\]\n]*)\]\([^()\s]*$/;

function withoutPartialLink(blocks: readonly Token[], rest: Rest | undefined): readonly Token[] {
  const last = blocks.at(-1);
  if (!last || last.type === 'code' || last.raw.length > LONGEST_PLAIN || !PARTIAL_LINK.test(last.raw)) return blocks;
  return [...blocks.slice(0, -1), ...lexRest(last.raw.replace(PARTIAL_LINK, '$1'), rest)];
}

function lex(source: string): Token[] {
  const list: TokensList = new Lexer({ gfm: true }).lex(source);
  const whole = list.reduce((length, block) => length + block.raw.length, 0);
  // Positions are counted in what the lexer says it read; if that is not all, one block holds it and is read anew each time.
  if (whole !== source.length) return [{ type: 'group', raw: source, tokens: [...list] }];
  return list.map((block) =>
    block.type === 'paragraph' && block.raw.length > LONGEST_PLAIN ? plain(block.raw) : block,
  );
}

/** Whether a fenced code block has not been closed yet. */
export function isOpenFence(raw: string): boolean {
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(raw)?.[1];
  if (fence === undefined) return false;
  const body = raw.trimEnd();
  const last = body.includes('\n') ? lastLine(body).trim() : '';
  return !(last.length >= fence.length && last === fence.charAt(0).repeat(last.length));
}

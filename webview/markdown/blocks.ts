// Cuts streamed Markdown into blocks, reading again only what the new text can have changed.
import { Lexer, type Token, type TokensList } from 'marked';

export interface BlockReader {
  /**
   * The blocks of `text`. Where it continues the text before, the finished blocks are the same objects as before.
   * While it is `streaming`, a link whose address has not arrived whole is shown as its words.
   */
  read(text: string, streaming: boolean): readonly Token[];
}

/**
 * A reader for one text item. While text is only added, everything before the last block is settled: no Markdown that
 * follows a block's end changes it, but for link definitions, which are seen when the text is read whole.
 */
export function createBlockReader(): BlockReader {
  let text = '';
  let blocks: Token[] = [];
  return {
    read(next, streaming) {
      const source = next.includes('\r') ? next.replace(/\r\n?/g, '\n') : next;
      if (source !== text) {
        const keep = source.startsWith(text) ? settledCount(blocks) : 0;
        const settled = blocks.slice(0, keep);
        const start = settled.reduce((length, block) => length + block.raw.length, 0);
        blocks = [...settled, ...lex(source.slice(start))];
        text = source;
      }
      return streaming ? withoutPartialLink(blocks) : blocks;
    },
  };
}

/** How many blocks from the start cannot change any more: all before the last one that is not white space. */
function settledCount(blocks: readonly Token[]): number {
  return Math.max(
    0,
    blocks.findLastIndex((block) => block.type !== 'space'),
  );
}

const PARTIAL_LINK = /!?\[([^[\]\n]*)\]\([^()\s]*$/;

function withoutPartialLink(blocks: readonly Token[]): readonly Token[] {
  const last = blocks.at(-1);
  if (!last || last.type === 'code' || !PARTIAL_LINK.test(last.raw)) return blocks;
  return [...blocks.slice(0, -1), ...lex(last.raw.replace(PARTIAL_LINK, '$1'))];
}

function lex(source: string): Token[] {
  const list: TokensList = new Lexer({ gfm: true }).lex(source);
  const whole = list.reduce((length, block) => length + block.raw.length, 0);
  // Positions are counted in what the lexer says it read; if that is not all, one block holds it and is read anew each time.
  return whole === source.length ? [...list] : [{ type: 'group', raw: source, tokens: [...list] }];
}

/** Whether a fenced code block has not been closed yet. */
export function isOpenFence(raw: string): boolean {
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(raw)?.[1];
  if (fence === undefined) return false;
  const last = raw.trimEnd().split('\n').slice(1).at(-1)?.trim() ?? '';
  return !(last.length >= fence.length && last === fence.charAt(0).repeat(last.length));
}

// Groups an answer's blocks into parts of about a screen, which are drawn or left out as one.
import type { Token, Tokens } from 'marked';
import { namedFile } from './named-file.ts';

export interface AnswerBlock {
  readonly token: Token;
  /** Of a heading. */
  readonly level: number | undefined;
  /** Of a block of code: the file that the answer names for it. */
  readonly path: string | undefined;
}

export interface AnswerPart {
  readonly blocks: readonly AnswerBlock[];
  /** About as many lines as it has when it is drawn. */
  readonly lines: number;
}

/** A part ends where it has so many lines. */
const PART_LINES = 40;
/** Of a panel that is not wide. */
const LINE_CHARS = 56;

/** Parts of blocks that are only added at the end: one whose blocks are the same objects is the same object as before. */
export function createPartGrouper(): (blocks: readonly Token[]) => readonly AnswerPart[] {
  let before: readonly AnswerPart[] = [];
  return (blocks) => {
    const levels = headingLevels(blocks);
    const parts: AnswerPart[] = [];
    for (let from = 0; from < blocks.length; from += parts.at(-1)!.blocks.length) {
      const old = before[parts.length];
      parts.push(old && isKept(old, blocks, from) ? old : partAt(blocks, levels, from));
    }
    before = parts;
    return parts;
  };
}

function isKept(part: AnswerPart, blocks: readonly Token[], from: number): boolean {
  const isWhole = part.lines >= PART_LINES || from + part.blocks.length === blocks.length;
  return isWhole && part.blocks.every(({ token }, index) => token === blocks[from + index]);
}

function partAt(all: readonly Token[], levels: readonly (number | undefined)[], from: number): AnswerPart {
  const blocks: AnswerBlock[] = [];
  let lines = 0;
  for (let at = from; at < all.length && lines < PART_LINES; at += 1) {
    blocks.push({ token: all[at]!, level: levels[at], path: fileOf(all, at) });
    lines += linesOf(all[at]!);
  }
  return { blocks, lines };
}

function linesOf({ raw }: Token): number {
  return raw.split('\n').reduce((sum, { length }) => sum + Math.ceil(length / LINE_CHARS), 0.5);
}

/** The file that a block of code names, a blank line between them or not. */
function fileOf(blocks: readonly Token[], index: number): string | undefined {
  const block = blocks[index]!;
  if (block.type !== 'code') return undefined;
  const before = blocks[index - 1];
  return namedFile(block as Tokens.Code, before?.type === 'space' ? blocks[index - 2] : before);
}

/** No level is left out on the way down, whatever the model wrote: the panel's own headings use the first three. */
function headingLevels(blocks: readonly Token[]): (number | undefined)[] {
  const above: number[] = [];
  return blocks.map((block) => {
    if (block.type !== 'heading') return undefined;
    const { depth } = block as Tokens.Heading;
    while (above.length > 0 && above.at(-1)! >= depth) above.pop();
    above.push(depth);
    return Math.min(6, 3 + above.length);
  });
}

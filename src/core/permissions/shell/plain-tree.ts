// The syntax tree of commands in which nothing can hide, as the grammar would give it: most commands, without loading the grammar.
import type { SyntaxNode, SyntaxTree } from './shell-grammar.ts';

/** No quote, expansion, redirection, glob, comment, escape, assignment or line break is made of these. */
const WORD = /^[\w./:@%+,-]+$/;
const NAME = /^[A-Za-z_./][\w./-]*$/;
/** These begin something else than a simple command. */
const RESERVED = new Set(
  (
    'if then elif else fi for while until do done case esac in select function time coproc ' +
    'declare typeset export readonly local unset unsetenv'
  ).split(' '),
);
const MAX_CHARS = 2_000;

/**
 * Words of plain characters, separated by spaces, in commands that are chained by `&&`, `||` or `;`. Undefined for any other text: that
 * is for the grammar. A test holds both against each other.
 */
export function plainTree(text: string): SyntaxTree | undefined {
  if (text.length > MAX_CHARS) return undefined;
  const root: SyntaxNode[] = [];
  let at = 0;
  for (const [index, sequence] of text.split(';').entries()) {
    if (index > 0) root.push(token(';', at - 1));
    const list = readList(sequence, at);
    if (!list) return undefined;
    root.push(list);
    at += sequence.length + 1;
  }
  // Where blanks surround it the program begins and ends elsewhere: not worth the exceptions.
  if (text !== text.trim()) return undefined;
  return { broken: false, root: { type: 'program', named: true, start: 0, end: text.length, children: root } };
}

function readList(text: string, offset: number): SyntaxNode | undefined {
  const pieces = text.split(/(&&|\|\|)/);
  let list: SyntaxNode | undefined;
  let at = offset;
  for (const [index, piece] of pieces.entries()) {
    if (index % 2 === 0) {
      const command = readCommand(piece, at);
      if (!command) return undefined;
      const operator = pieces[index - 1];
      list =
        list && operator !== undefined
          ? node('list', list.start, command.end, [list, token(operator, at - operator.length), command])
          : command;
    }
    at += piece.length;
  }
  return list;
}

function readCommand(text: string, offset: number): SyntaxNode | undefined {
  const words = [...text.matchAll(/[^ ]+/g)].map((match) => ({ word: match[0], start: offset + match.index }));
  const [name] = words;
  if (!name || !NAME.test(name.word) || RESERVED.has(name.word) || !words.every(({ word }) => WORD.test(word)))
    return undefined;
  const leaves = words.map(({ word, start }) => node(isNumber(word) ? 'number' : 'word', start, start + word.length));
  const [head, ...rest] = leaves;
  const last = leaves.at(-1);
  if (!head || !last) return undefined;
  const children = [node('command_name', head.start, head.end, [head]), ...rest];
  return node('command', head.start, last.end, children);
}

function isNumber(word: string): boolean {
  return /^-?(?:0x)?\d+$/.test(word);
}

function node(type: string, start: number, end: number, children: readonly SyntaxNode[] = []): SyntaxNode {
  return { type, named: true, start, end, children };
}

function token(type: string, start: number): SyntaxNode {
  return { type, named: false, start, end: start + type.length, children: [] };
}

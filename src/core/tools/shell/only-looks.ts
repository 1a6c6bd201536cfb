// Whether a command of bash changes nothing, told at once and without its grammar: such commands may run side by side.
import { freeCommand } from '../../permissions/shell/free-commands.ts';
import { literalWord } from '../../permissions/shell/shell-word.ts';

const PLAIN = String.raw`[\w./:=,@%+-]`;
/** One word: of plain characters, and quotes in which nothing is expanded. */
const WORD = String.raw`(?:${PLAIN}|'[^']*'|"[^"$\x60\\!]*")+`;
const COMMAND = String.raw`${WORD}(?:[ \t]+${WORD})*`;
const OPERATOR = String.raw`(?:&&|\|\||;|\|)`;
const LINE = new RegExp(String.raw`^[ \t]*${COMMAND}(?:[ \t]*${OPERATOR}[ \t]*${COMMAND})*[ \t]*$`);
const TOKENS = new RegExp(`(${OPERATOR})|${WORD}`, 'g');
/** Longer ones are rare, and not worth the look. */
const MAX_LENGTH = 1000;

/**
 * True only for proven ones: commands of words that stand for themselves, each one that needs no permission for what it does. It says
 * nothing about what they may read, which is the gate's.
 */
export function onlyLooks(command: string): boolean {
  if (command.length > MAX_LENGTH || !LINE.test(command)) return false;
  const commands: string[][] = [[]];
  for (const [word, operator] of command.matchAll(TOKENS)) {
    if (operator !== undefined) commands.push([]);
    else
      commands.at(-1)!.push(word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single = '', double = '') => single + double));
  }
  return commands.every(looks);
}

function looks(words: readonly string[]): boolean {
  const [name, ...rest] = words;
  if (name === 'sleep') return rest.length === 1 && /^\d+(?:\.\d+)?$/.test(rest[0]!);
  // It moves the session's shell.
  if (name === 'cd') return false;
  const part = {
    words: words.map(literalWord),
    assignments: [],
    redirections: [],
    text: words.join(' '),
    folders: [''],
  };
  return freeCommand(part, false) !== undefined;
}

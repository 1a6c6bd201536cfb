// Variables that other programs look at: a command that sets one is not what its rule allows, unless the rule names it.
import type { Rule } from '../rules.ts';
import type { SimpleCommand } from '../shell-analysis.ts';
import type { ShellLanguage } from './shell-grammar.ts';
import { ASSIGNMENT, programName } from './shell-word.ts';

const HARMLESS = new Set(['NODE_ENV', 'CI', 'LANG', 'LC_ALL', 'TZ', 'NO_COLOR', 'FORCE_COLOR']);

/** Builtins that set what their arguments name; those that hand it on to other programs. */
const SETTERS = new Set(
  'declare typeset local readonly read mapfile readarray getopts unset printf wait test ['.split(' '),
);
const EXPORTERS = new Set(['export']);

/** Why the part may not run unasked; undefined when it sets nothing that matters. `rule`: the one that allows it. */
export function setsVariables(
  part: SimpleCommand,
  rule: Rule | undefined,
  language: ShellLanguage,
): string | undefined {
  const named = rule?.specifier !== undefined && /^\w+=/.test(rule.specifier);
  const bad = part.assignments.find(({ name }) => !HARMLESS.has(name));
  if (bad && !(named && rule.specifier?.split('*')[0]?.includes(`${bad.name}=`))) {
    return `it sets ${bad.name}`;
  }
  if (language !== 'bash') return undefined;
  const [head, ...rest] = part.words;
  const name = head ? programName(head.text) : '';
  if (name === 'set') return setDoubt(rest.map((word) => (word.literal ? word.text : '-k')));
  if (!SETTERS.has(name) && !EXPORTERS.has(name)) return undefined;
  if (rule?.specifier !== undefined && !rule.specifier.includes('*') && rest.every((word) => word.literal))
    return undefined;
  return setterDoubt(name, rest);
}

/** `set -k` makes a variable of every argument that looks like one. */
function setDoubt(words: readonly string[]): string | undefined {
  const end = words.indexOf('--');
  const options = end === -1 ? words : words.slice(0, end);
  return options.some((word) => /^-[a-zA-Z]*k/.test(word) || word === 'keyword')
    ? 'it changes how variables are set'
    : undefined;
}

function setterDoubt(name: string, rest: readonly SimpleCommand['words'][number][]): string | undefined {
  const reason = 'it may set a variable that other programs look at';
  if (name === 'test' || name === '[')
    return rest.some(({ text }) => text === '-v' || text === '-R') ? reason : undefined;
  if (name === 'printf' || name === 'wait') {
    const flag = name === 'printf' ? /^-v/ : /^-p/;
    const first = rest[0];
    if (
      !first ||
      (first.literal && !flag.test(first.text)) ||
      (!first.splits && first.known !== '' && !first.known.startsWith('-'))
    ) {
      return undefined;
    }
  }
  const exported =
    EXPORTERS.has(name) ||
    rest.some(({ text }) => /^[-+][A-Za-z]*[xni]/.test(text) && name !== 'read' && name !== 'mapfile');
  for (const word of rest) {
    const { text, literal } = word;
    if (literal && text.startsWith('-')) continue;
    const variable = ASSIGNMENT.exec(text)?.[1] ?? text;
    const listed = HARMLESS.has(variable) || (!exported && isOwnVariable(variable));
    const value = ASSIGNMENT.test(text) && word.known.includes('=') && !text.slice(0, text.indexOf('=')).includes('[');
    if (!listed || (!literal && !value)) {
      // What is no name at all sets nothing: a prompt, a number.
      if (literal && !/^[A-Za-z_]/.test(text) && !text.includes('[')) continue;
      return reason;
    }
  }
  return undefined;
}

/** A name that no program looks at: lower case, and none of those few that are. */
export function isOwnVariable(name: string): boolean {
  return (
    /^[a-z_][a-z0-9_]*$/.test(name) && !/(?:^npm_|^dyld|^ld_|_proxy$|^_$|^path$|^auto_resume$|^histchars$)/.test(name)
  );
}

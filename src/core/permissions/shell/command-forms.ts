// Every spelling under which a deny or ask rule may know a command.
import type { SimpleCommand } from '../shell-analysis.ts';
import { aliasTargets } from './powershell-aliases.ts';
import type { ShellLanguage } from './shell-grammar.ts';
import { ASSIGNMENT, programName, RESERVED } from './shell-word.ts';

/** Programs whose first plain argument says what they do; their own options may stand before it. */
const WITH_SUBCOMMANDS = new Set(
  'git npm pnpm yarn bun npx docker podman kubectl helm cargo gh glab go terraform tofu aws gcloud az apt apt-get brew pip pip3 systemctl dotnet make mvn gradle'.split(
    ' ',
  ),
);

/** Words joined by single spaces: as written, by the bare name, without options before a subcommand, with empty expansions left out. */
export function commandForms(part: SimpleCommand, language: ShellLanguage): readonly string[] {
  const forms = new Set<string>();
  const add = (words: readonly string[]): void => {
    for (const form of spellings(words, language)) forms.add(form.join(' '));
  };
  const words = part.words.map((word) => word.text);
  add(words);
  if (part.words.some((word) => !word.literal)) {
    add(
      part.words
        .flatMap((word) => (word.literal ? [word.text] : word.bare.split(/[ \t\n]+/)))
        .filter((word) => word !== ''),
    );
  }
  if (part.guess) add(withoutPrelude(words));
  if (part.assignments.length > 0) {
    forms.add([...part.assignments.map(({ name, value }) => `${name}=${value.text}`), ...words].join(' '));
  }
  if (part.text !== '') forms.add(part.text);
  return [...forms];
}

/** What the words begin with, whatever the expansions turn out to be; with a space behind the last whole word. */
export function knownForms(part: SimpleCommand, language: ShellLanguage): readonly string[] {
  const at = part.words.findIndex((word) => !word.literal);
  if (at === -1) return [];
  const words = part.words.slice(0, at).map((word) => word.text);
  const { splits, known } = part.words[at]!;
  const next = splits ? '' : known;
  const forms = spellings(words, language).map((form) => [...form, next].join(' '));
  const [head = '', option = ''] = words;
  const name = programName(head).toLowerCase();
  // Among the options before a subcommand nobody can tell which word it is.
  return WITH_SUBCOMMANDS.has(name) && /^[-+]/.test(option) ? [...forms, `${name} `] : forms;
}

function withoutPrelude(words: readonly string[]): readonly string[] {
  const start = words.findIndex((word) => !ASSIGNMENT.test(word) && !RESERVED.has(word));
  return start === -1 ? [] : words.slice(start);
}

function spellings(words: readonly string[], language: ShellLanguage): (readonly string[])[] {
  const [head, ...rest] = words;
  if (head === undefined) return [];
  const plain = programName(language === 'powershell' ? head.replaceAll('\\', '/') : head);
  const short = plain.replace(/\.(?:exe|cmd|bat|com|ps1)$/i, '');
  const names = new Set([head, plain, short, plain.toLowerCase(), short.toLowerCase()]);
  if (language === 'powershell') for (const name of aliasTargets(short)) names.add(name);
  const tails = [rest];
  if (WITH_SUBCOMMANDS.has(short.toLowerCase()) && rest[0] !== undefined && /^[-+]/.test(rest[0])) {
    for (let index = 1; index < Math.min(rest.length, 40); index += 1) tails.push(rest.slice(index));
  }
  return [...names].flatMap((name) => tails.map((tail) => [name, ...tail]));
}

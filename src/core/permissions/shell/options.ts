// Reads the options of a command by a table, so that what follows them is known for sure.
import { isFixed, type ShellWord } from './shell-word.ts';

export interface OptionTable {
  /** Short options without a value, as letters. */
  readonly flags?: string;
  /** Short options with one. */
  readonly values?: string;
  /** Long options without a value, with their dashes, separated by spaces. */
  readonly long?: string;
  /** Long options with one, as `--name=value` or in the next word. */
  readonly longValues?: string;
  /** Whole words that are options beside these: `-5`. */
  readonly also?: RegExp;
  /** Options may stand behind other words. Default false: the first other word ends them. */
  readonly anywhere?: boolean;
}

export interface ReadOptions {
  /** Each with its value where it has one: `-n`, `--max-count`. */
  readonly options: readonly { readonly name: string; readonly value?: ShellWord }[];
  /** What is no option. */
  readonly rest: readonly ShellWord[];
}

const listed = (text: string | undefined, name: string): boolean => (text ?? '').split(' ').includes(name);

/** Undefined when a word may be an option that the table does not know. */
export function readOptions(words: readonly ShellWord[], table: OptionTable): ReadOptions | undefined {
  const options: { name: string; value?: ShellWord }[] = [];
  const rest: ShellWord[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]!;
    if (!isFixed(word)) return undefined;
    const { text } = word;
    if (text === '--' && word.literal) return { options, rest: [...rest, ...words.slice(index + 1)] };
    if (!text.startsWith('-') || text === '-') {
      if (!table.anywhere) return { options, rest: words.slice(index) };
      rest.push(word);
      continue;
    }
    if (table.also?.test(text)) {
      options.push({ name: text });
      continue;
    }
    const taken = text.startsWith('--') ? takeLong(words, index, table) : takeShort(words, index, table);
    if (!taken) return undefined;
    options.push(...taken.options);
    index += taken.more;
  }
  return { options, rest };
}

interface Taken {
  readonly options: readonly { name: string; value?: ShellWord }[];
  /** How many words more. */
  readonly more: number;
}

function part(word: ShellWord, from: number): ShellWord {
  const text = word.text.slice(from);
  return { ...word, text, known: word.known.slice(from), bare: text };
}

function takeLong(words: readonly ShellWord[], index: number, table: OptionTable): Taken | undefined {
  const word = words[index]!;
  const equals = word.text.indexOf('=');
  const name = equals === -1 ? word.text : word.text.slice(0, equals);
  if (equals !== -1) {
    return listed(table.longValues, name) ? { options: [{ name, value: part(word, equals + 1) }], more: 0 } : undefined;
  }
  if (listed(table.long, name)) return { options: [{ name }], more: 0 };
  const value = words[index + 1];
  if (!listed(table.longValues, name) || !value || value.splits) return undefined;
  return { options: [{ name, value }], more: 1 };
}

function takeShort(words: readonly ShellWord[], index: number, table: OptionTable): Taken | undefined {
  const word = words[index]!;
  const options: { name: string; value?: ShellWord }[] = [];
  for (let at = 1; at < word.text.length; at += 1) {
    const letter = word.text[at]!;
    if ((table.flags ?? '').includes(letter)) {
      options.push({ name: `-${letter}` });
      continue;
    }
    if (!(table.values ?? '').includes(letter)) return undefined;
    if (at + 1 < word.text.length) {
      return { options: [...options, { name: `-${letter}`, value: part(word, at + 1) }], more: 0 };
    }
    const value = words[index + 1];
    if (!value || value.splits) return undefined;
    return { options: [...options, { name: `-${letter}`, value }], more: 1 };
  }
  return { options, more: 0 };
}

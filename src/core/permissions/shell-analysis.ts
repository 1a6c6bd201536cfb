// Reads a shell command into its simple commands. Knows only plain ones for certain; whatever else it meets, it says that it is not sure.
import { hasHiddenCharacters } from './visible-text.ts';

export interface SimpleCommand {
  /** After quote removal. */
  readonly words: readonly string[];
  /** As it stands in the command, trimmed. */
  readonly text: string;
}

export interface ShellAnalysis {
  /** Every run of words that may be run as a command, in order; nested ones too. More than there are, when not complete. */
  readonly parts: readonly SimpleCommand[];
  /** The parts are exactly what runs. Only then may a rule allow the command. */
  readonly complete: boolean;
  /** Why not, for the person: "it expands a variable". */
  readonly reason?: string;
}

/** Programs that run their arguments: a rule about the outer word says nothing about the inner one. */
const WRAPPERS = new Set(
  (
    'timeout time nice nohup env xargs sudo doas su command exec eval builtin noglob stdbuf setsid ionice chrt watch flock parallel ' +
    'bash sh zsh dash ksh fish ash find source . trap script expect unbuffer strace ltrace busybox chroot nsenter unshare coproc'
  ).split(' '),
);

const RESERVED = new Set(
  '! { } [[ ]] if then elif else fi for select while until do done case esac in function time coproc'.split(' '),
);

const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*(?:\[[^\]]*\])?\+?=/;

/** Analyses the text as bash would read it. Never throws; text of any length is looked at whole. */
export function analyzeCommand(text: string): ShellAnalysis {
  const reader = new CommandReader(text);
  reader.read();
  const parts = [...reader.parts];
  const wrapper = parts.find((part) => isWrapper(part.words[0]));
  if (wrapper) reader.doubt(`${wrapper.words[0]} runs another command`);
  if (reader.reason === undefined) return { parts, complete: true };
  return { parts: [...parts, ...looseRuns(text)], complete: false, reason: reader.reason };
}

/** The words that may stand at the head of what really runs: past assignments and reserved words, and behind each wrapper. */
export function commandHeads(part: SimpleCommand): readonly (readonly string[])[] {
  let start = 0;
  while (start < part.words.length && isPrelude(part.words[start]!)) start += 1;
  const words = part.words.slice(start);
  if (words.length === 0) return part.words.length > 0 ? [part.words] : [];
  if (!isWrapper(words[0])) return start > 0 ? [words, part.words] : [words];
  const heads: (readonly string[])[] = [words];
  for (let index = 1; index < words.length; index += 1) {
    heads.push(words.slice(index));
    if (/\s/.test(words[index]!)) heads.push(...analyzeCommand(words[index]!).parts.flatMap(commandHeads));
  }
  return heads;
}

function isPrelude(word: string): boolean {
  return ASSIGNMENT.test(word) || RESERVED.has(word);
}

function isWrapper(word: string | undefined): boolean {
  return word !== undefined && WRAPPERS.has(word.slice(word.lastIndexOf('/') + 1));
}

/** A second look that knows no quotes: whatever stands between two characters that could end a command. */
function looseRuns(text: string): SimpleCommand[] {
  return text
    .replace(/\\\n/g, '')
    .split(/[;&|()`{}<>\n"'$]+/)
    .map((run) => ({ words: run.split(/[ \t]+/).filter(Boolean), text: run.trim() }))
    .filter((run) => run.words.length > 0);
}

/** What a closing `)` or backtick goes back to. */
interface Nesting {
  readonly close: ')' | '`';
  readonly quoted: boolean;
}

class CommandReader {
  readonly parts: SimpleCommand[] = [];
  reason: string | undefined;

  private at = 0;
  private words: string[] = [];
  private word: string | undefined;
  private partStart = 0;
  private quoted = false;
  private expectsCommand = false;
  private readonly nesting: Nesting[] = [];
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  doubt(reason: string): void {
    this.reason ??= reason;
  }

  read(): void {
    if (hasHiddenCharacters(this.text)) {
      this.doubt('it contains characters that cannot be seen');
    }
    while (this.at < this.text.length) {
      if (this.quoted) this.readQuoted();
      else this.readPlain();
    }
    if (this.quoted || this.nesting.length > 0) this.doubt('it ends inside a quote or a substitution');
    this.endPart();
    if (this.expectsCommand) this.doubt('it ends where another command should follow');
    if (this.parts.length === 0) this.doubt('it is empty');
  }

  /** Matches where the reader stands. The pattern is sticky. */
  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text)?.[0];
  }

  private add(text: string, length = text.length): void {
    this.word = (this.word ?? '') + text;
    this.at += length;
  }

  private readQuoted(): void {
    const char = this.text[this.at]!;
    if (char === '"') {
      this.quoted = false;
      this.add('', 1);
    } else if (char === '\\' && /[$`"\\\n]/.test(this.text[this.at + 1] ?? '')) {
      const next = this.text[this.at + 1]!;
      this.add(next === '\n' ? '' : next, 2);
    } else if (char === '$' || char === '`') {
      this.readExpansion();
    } else {
      this.add(char);
    }
  }

  private readPlain(): void {
    const char = this.text[this.at]!;
    if (char === ' ' || char === '\t') {
      this.endWord();
      this.at += 1;
    } else if (char === "'") {
      this.readSingleQuoted();
    } else if (char === '"') {
      this.quoted = true;
      this.add('', 1);
    } else if (char === '\\') {
      this.readEscape();
    } else if (char === '$' || char === '`') {
      this.readExpansion();
    } else if (this.readRedirection() || this.readOperator(char)) {
      return;
    } else {
      this.noteSpecial(char);
      this.add(char);
    }
  }

  private readSingleQuoted(): void {
    const end = this.text.indexOf("'", this.at + 1);
    if (end === -1) this.doubt('it ends inside a quote or a substitution');
    const stop = end === -1 ? this.text.length : end;
    this.add(this.text.slice(this.at + 1, stop), stop + 1 - this.at);
  }

  private readEscape(): void {
    const next = this.text[this.at + 1];
    if (next === undefined) this.doubt('it ends in a backslash');
    if (next === '\n') this.at += 2;
    else this.add(next ?? '', 2);
  }

  /** A character that bash may expand into something else, where it stands. */
  private noteSpecial(char: string): void {
    const startsWord = this.word === undefined;
    if ('*?['.includes(char)) this.doubt('it has a file pattern');
    else if (char === '~' && startsWord) this.doubt('it names a home folder by ~');
    else if (char === '#' && startsWord) this.doubt('it has a comment');
    else if (char === '{' || char === '}') this.doubt('it has braces');
    else if (char === '!' && startsWord) this.doubt('it has a !');
  }

  private readExpansion(): void {
    const backtick = this.text.startsWith('`', this.at);
    const substitution = this.text.startsWith('$(', this.at);
    this.doubt(backtick || substitution ? 'it runs a command inside another' : 'it expands a variable');
    if (backtick && this.nesting.at(-1)?.close === '`') this.closeNesting();
    else if (backtick) this.openNesting('`', 1);
    else if (substitution) this.openNesting(')', 2);
    else this.add('$');
  }

  private openNesting(close: Nesting['close'], length: number): void {
    this.nesting.push({ close, quoted: this.quoted });
    this.endPart();
    this.quoted = false;
    this.at += length;
    this.partStart = this.at;
  }

  private closeNesting(): void {
    this.endPart();
    this.quoted = this.nesting.pop()?.quoted ?? false;
    this.at += 1;
    this.partStart = this.at;
  }

  /** Takes the few redirections that lead nowhere; any other is a doubt, and its target a word. */
  private readRedirection(): boolean {
    const harmless = this.match(/(?:\d?>>?[ \t]*\/dev\/null|&>[ \t]*\/dev\/null|\d?>&[12])(?=[ \t\n;&|)]|$)/y);
    if (harmless !== undefined && (this.word === undefined || !/^\d/.test(harmless))) {
      this.endWord();
      this.at += harmless.length;
      return true;
    }
    const other = this.match(/[<>]\(|&?>>?[|&]?|<<<?-?|<[>&]?/y);
    if (other === undefined) return false;
    if (other.endsWith('(')) {
      this.doubt('it runs a command inside another');
      this.openNesting(')', 2);
      return true;
    }
    this.doubt(other.startsWith('<<') ? 'it has text of its own (a here-document)' : 'it redirects to or from a file');
    this.endWord();
    this.at += other.length;
    return true;
  }

  private readOperator(char: string): boolean {
    if (char === '(') {
      this.doubt('it groups commands');
      this.openNesting(')', 1);
      return true;
    }
    if (char === ')') {
      this.doubt('it groups commands');
      this.closeNesting();
      return true;
    }
    const operator = this.match(/&&|\|\||\|&|;;|[;&|\n]/y);
    if (operator === undefined) return false;
    if (operator === '&' || operator === '|&' || operator === ';;') this.doubt(`it uses ${operator}`);
    const hadCommand = this.endPart();
    const chains = operator === '&&' || operator === '||' || operator === '|';
    if (!hadCommand && operator !== '\n') this.doubt('a command is missing before an operator');
    this.expectsCommand = chains || (this.expectsCommand && !hadCommand);
    this.at += operator.length;
    this.partStart = this.at;
    return true;
  }

  private endWord(): void {
    if (this.word !== undefined) this.words.push(this.word);
    this.word = undefined;
  }

  /** Whether there was a command. */
  private endPart(): boolean {
    this.endWord();
    const [head] = this.words;
    if (head === undefined) return false;
    if (ASSIGNMENT.test(head)) this.doubt('it sets a variable');
    else if (RESERVED.has(head)) this.doubt(`it uses the shell's own word ${head}`);
    else if (head === '' || /\s/.test(head)) this.doubt('the name of a command is not plain');
    this.parts.push({ words: this.words, text: this.text.slice(this.partStart, this.at).trim() });
    this.words = [];
    this.expectsCommand = false;
    return true;
  }
}

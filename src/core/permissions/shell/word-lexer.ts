// Reads the words and redirections of one simple command as bash would, character by character; where an expansion ends, the tree says.
import type { SyntaxNode } from './shell-grammar.ts';
import type { ShellWord } from './shell-word.ts';

export type ShellToken =
  | { readonly kind: 'word'; readonly words: readonly ShellWord[]; readonly start: number; readonly end: number }
  | {
      readonly kind: 'redirection';
      readonly operator: string;
      readonly target: ShellWord;
      readonly start: number;
      readonly end: number;
    };

/** The text is not what the tree takes it for. */
export class LexError extends Error {}

export interface LexerOptions {
  /** Expansions by where they start. The lexer must come upon each one. */
  readonly spans: ReadonlyMap<number, SyntaxNode>;
  /** Called for each, in order. */
  readonly onSpan: (span: SyntaxNode, inQuotes: boolean) => void;
  /** Inside `[[ ]]`, where `<`, `>`, `(`, `)`, `&` and `|` are operators of its own. */
  readonly test?: boolean;
}

interface Char {
  readonly char: string;
  readonly quoted: boolean;
}

const REDIRECTION = /(?:\d+(?=[<>]))?(?:&>>|&>|<<<|<>|>>|>\||>&|<&|[<>])/y;

/** The tokens of `text` from `start` to `end`. Throws `LexError`. */
export function lexCommand(text: string, start: number, end: number, options: LexerOptions): ShellToken[] {
  return new WordLexer(text, start, end, options).read();
}

class WordLexer {
  private readonly text: string;
  private at: number;
  private readonly end: number;
  private readonly options: LexerOptions;

  private chars: Char[] = [];
  private known: string | undefined;
  private bare = '';
  private dynamic = false;
  private splits = false;
  private glob = false;

  constructor(text: string, start: number, end: number, options: LexerOptions) {
    this.text = text;
    this.at = start;
    this.end = end;
    this.options = options;
  }

  read(): ShellToken[] {
    const tokens: ShellToken[] = [];
    for (;;) {
      this.skipBlanks();
      if (this.at >= this.end) return tokens;
      tokens.push(this.readToken());
    }
  }

  private skipBlanks(): void {
    while (this.at < this.end) {
      const char = this.text[this.at];
      if (char === ' ' || char === '\t') this.at += 1;
      else if (char === '\\' && this.text[this.at + 1] === '\n') this.at += 2;
      else return;
    }
  }

  private readToken(): ShellToken {
    const start = this.at;
    const operator = this.options.test ? undefined : this.match(REDIRECTION);
    if (operator === undefined || this.options.spans.has(start)) {
      const words = this.readWord();
      return { kind: 'word', words, start, end: this.at };
    }
    this.at += operator.length;
    this.skipBlanks();
    const [target, ...more] = this.readWord();
    if (!target || more.length > 0) throw new LexError('a redirection without one target');
    return { kind: 'redirection', operator: operator.replace(/^\d+/, ''), target, start, end: this.at };
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text)?.[0];
  }

  /** More than one when braces multiply it. */
  private readWord(): ShellWord[] {
    const start = this.at;
    this.chars = [];
    this.known = undefined;
    this.bare = '';
    this.dynamic = this.splits = this.glob = false;
    while (this.at < this.end && !this.atWordEnd()) this.readPiece(start);
    if (this.at === start) throw new LexError('an operator where a word should be');
    const source = this.text.slice(start, this.at);
    if (/^\{\w+\}$/.test(source) && /[<>]/.test(this.text[this.at] ?? '')) throw new LexError('a named descriptor');
    if (/^\d+$/.test(source) && /[<>]/.test(this.text[this.at] ?? ''))
      throw new LexError('a number beside a redirection');
    return this.finishWord(source);
  }

  private atWordEnd(): boolean {
    const char = this.text[this.at]!;
    if (char === ' ' || char === '\t') return true;
    if (this.options.test) {
      if (char === '\n' || char === ';') throw new LexError('an operator inside [[ ]]');
      return false;
    }
    if (char === '<' || char === '>') return !this.options.spans.has(this.at);
    if (char === '&' && this.match(/&>>?/y) !== undefined) return true;
    if ('\n;&|()'.includes(char)) throw new LexError('an operator inside a command');
    return false;
  }

  private readPiece(start: number): void {
    const char = this.text[this.at]!;
    if (char === "'") this.readSingleQuoted();
    else if (char === '"') this.readDoubleQuoted();
    else if (char === '\\') this.readEscape();
    else if ('$`<>'.includes(char)) this.readExpansion(false);
    else {
      if (char === '#' && this.at === start && !this.options.test) throw new LexError('a comment inside a command');
      if ('*?'.includes(char) || (char === '[' && this.match(/\[[^ \t\n;&|<>()]*\]/y) !== undefined)) this.meet('glob');
      this.add(char, false);
      this.at += 1;
    }
  }

  private add(text: string, quoted: boolean): void {
    for (const char of text) this.chars.push({ char, quoted });
    this.bare += text;
  }

  /** From here on the word is not known. */
  private meet(what: 'glob' | 'dynamic'): void {
    this.known ??= this.chars.map(({ char }) => char).join('');
    if (what === 'glob') this.glob = true;
    else this.dynamic = true;
  }

  private readSingleQuoted(): void {
    const close = this.text.indexOf("'", this.at + 1);
    if (close === -1 || close >= this.end) throw new LexError('an open quote');
    this.add(this.text.slice(this.at + 1, close), true);
    this.at = close + 1;
  }

  private readEscape(): void {
    const next = this.text[this.at + 1];
    if (next === undefined || this.at + 1 >= this.end) throw new LexError('a backslash at the end');
    if (next !== '\n') this.add(next, true);
    this.at += 2;
  }

  private readDoubleQuoted(): void {
    this.at += 1;
    for (;;) {
      if (this.at >= this.end) throw new LexError('an open quote');
      const char = this.text[this.at]!;
      const next = this.text[this.at + 1] ?? '';
      if (char === '"') break;
      if (char === '\\' && '$`"\\\n'.includes(next) && next !== '') {
        if (next !== '\n') this.add(next, true);
        this.at += 2;
      } else if (char === '$' || char === '`') {
        this.readExpansion(true);
      } else {
        this.add(char, true);
        this.at += 1;
      }
    }
    this.at += 1;
  }

  private readExpansion(inQuotes: boolean): void {
    const span = this.options.spans.get(this.at);
    const next = this.text[this.at + 1] ?? '';
    if (span) {
      this.takeSpan(span, inQuotes);
    } else if (!inQuotes && this.text.startsWith("$'", this.at)) {
      this.readAnsiQuoted();
    } else if (!inQuotes && this.text.startsWith('$"', this.at)) {
      // A translation may replace the text.
      this.meet('dynamic');
      this.at += 1;
    } else if (this.text[this.at] === '$' && (!/[\w({[!?@*#$-]/.test(next) || this.at + 1 >= this.end)) {
      this.add('$', true);
      this.at += 1;
    } else if (this.options.test && /[<>]/.test(this.text[this.at]!) && next !== '(') {
      this.add(this.text[this.at]!, false);
      this.at += 1;
    } else {
      throw new LexError('an expansion that the grammar does not see');
    }
  }

  private takeSpan(span: SyntaxNode, inQuotes: boolean): void {
    if (span.end > this.end) throw new LexError('an expansion past the end');
    const source = this.text.slice(span.start, span.end);
    this.meet('dynamic');
    if (!inQuotes || /^\$(?:[@*]|\{[^}]*[@*])/.test(source)) this.splits ||= !/^(?:\$[#?$!]|[<>]\()/.test(source);
    const { bare } = this;
    this.add(source, true);
    this.bare = bare + (/^\$(?:IFS$|\{IFS\b)/.test(source) ? ' ' : '');
    this.at = span.end;
    this.options.onSpan(span, inQuotes);
  }

  private readAnsiQuoted(): void {
    const source = this.match(/\$'((?:[^'\\]|\\[^])*)'/y);
    if (source === undefined || this.at + source.length > this.end) throw new LexError('an open quote');
    const decoded = decodeAnsi(source.slice(2, -1));
    if (decoded === undefined) this.meet('dynamic');
    this.add(decoded ?? source, true);
    this.at += source.length;
  }

  private finishWord(source: string): ShellWord[] {
    const tilde = source.startsWith('~');
    if (tilde && !/^~(?:$|\/)/.test(source)) this.meet('dynamic');
    const braces = expandBraces(this.chars);
    const { dynamic, glob, bare } = this;
    const literal = !dynamic && !glob;
    const make = (chars: readonly Char[]): ShellWord => {
      const text = chars.map(({ char }) => char).join('');
      const known = literal ? text : (this.known ?? '');
      return { text, literal, splits: this.splits, glob, tilde, known, source, bare };
    };
    const odd =
      braces !== undefined &&
      braces.length > 1 &&
      (!literal || /~/.test(source) || braces.some((chars) => chars.length === 0));
    if (braces === undefined || odd) {
      return [{ ...make(this.chars), literal: false, splits: true, known: '' }];
    }
    if (braces.length === 1) return [make(this.chars)];
    return braces.map((chars) => ({ ...make(chars), bare: chars.map(({ char }) => char).join('') }));
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  E: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '?': '?',
};

/** Undefined when it has what cannot be told for sure: a NUL, a byte that is no character of its own, a control. */
function decodeAnsi(body: string): string | undefined {
  let sure = true;
  const text = body.replace(
    /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([^]))/g,
    (_whole, octal?: string, hex?: string, short?: string, long?: string, single?: string) => {
      if (single !== undefined) {
        sure &&= ESCAPES[single] !== undefined;
        return ESCAPES[single] ?? '';
      }
      const code = octal === undefined ? Number.parseInt(hex ?? short ?? long ?? '', 16) : Number.parseInt(octal, 8);
      const isByte = octal !== undefined || hex !== undefined;
      sure &&= code > 0 && code <= 0x10_ff_ff && !(isByte && code > 0x7f);
      return sure ? String.fromCodePoint(code) : '';
    },
  );
  return sure ? text : undefined;
}

/** `a{b,c}` as its words; one when there is nothing to multiply; undefined when there may be but it is not plain. */
function expandBraces(chars: readonly Char[]): readonly (readonly Char[])[] | undefined {
  const plain = (index: number, char: string): boolean => chars[index]?.char === char && !chars[index].quoted;
  const open = chars.findIndex((_, index) => plain(index, '{'));
  if (open === -1) return [chars];
  let depth = 0;
  const commas: number[] = [];
  for (let index = open; index < chars.length; index += 1) {
    if (plain(index, '{')) depth += 1;
    else if (plain(index, '}')) depth -= 1;
    else if (depth === 1 && plain(index, ',')) commas.push(index);
    if (depth !== 0) continue;
    if (commas.length === 0) return isInert(chars.slice(open + 1, index)) ? withPrefix(chars, index + 1) : undefined;
    const edges = [open, ...commas, index];
    const middles = edges.slice(1).map((edge, at) => chars.slice(edges[at]! + 1, edge));
    const results: (readonly Char[])[] = [];
    for (const middle of middles) {
      const inner = expandBraces([...middle, ...chars.slice(index + 1)]);
      if (inner === undefined || results.length + inner.length > 64) return undefined;
      // Braces that begin before the middle and end behind it are none: the middle is expanded by itself.
      results.push(...inner.map((rest) => [...chars.slice(0, open), ...rest]));
    }
    return results;
  }
  return commasBehind(chars, open) ? undefined : [chars];
}

function commasBehind(chars: readonly Char[], open: number): boolean {
  const rest = chars.slice(open).filter(({ quoted }) => !quoted);
  return rest.some(({ char }) => char === '}') && rest.some(({ char }) => char === ',' || char === '.');
}

/** `{}` and `{x}` stand for themselves; `{1..3}` does not. */
function isInert(inside: readonly Char[]): boolean {
  return !inside.some(({ char, quoted }) => !quoted && (char === '.' || char === '{'));
}

function withPrefix(chars: readonly Char[], index: number): readonly (readonly Char[])[] | undefined {
  const rest = expandBraces(chars.slice(index));
  return rest?.map((tail) => [...chars.slice(0, index), ...tail]);
}

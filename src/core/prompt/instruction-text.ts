// Takes an instruction file's text apart: frontmatter, block comments, the directive, and the paths it imports.
import { parsePathsFrontmatter } from './paths-frontmatter.ts';

export interface InstructionText {
  /** What is left for the model, trimmed; may be empty. */
  readonly text: string;
  /**
   * The first line that says something, when it is `@override` or `@append` and nothing else. `@override`: all broader files are
   * dropped, except the managed ones. `@append`: the file adds to them, as it does without a directive.
   */
  readonly directive?: 'override' | 'append';
  /** As written after the `@`, in order, each once. */
  readonly imports: readonly string[];
  /** Globs of the frontmatter's `paths`; empty: the file is for every path. */
  readonly paths: readonly string[];
}

/** A file past this is cut: it would crowd out the work. */
const MAX_CHARS = 40_000;
const CUT = `\n[cut here: the file is longer than ${MAX_CHARS} characters]`;
const MAX_CACHED = 300;
const MAX_IMPORTS = 50;

const cache = new Map<string, InstructionText>();

/** Never throws. The outcome depends on the text alone, so it is kept under the text's `hash`. */
export function parseInstruction(file: { readonly text: string; readonly hash: string }): InstructionText {
  const known = cache.get(file.hash);
  // The key moves to the end: the one unused longest goes first.
  cache.delete(file.hash);
  const parsed = known ?? parse(file.text);
  cache.set(file.hash, parsed);
  if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value!);
  return parsed;
}

function parse(whole: string): InstructionText {
  const { body, paths } = parsePathsFrontmatter(whole.replaceAll('\r\n', '\n'));
  const short = body.length > MAX_CHARS ? body.slice(0, MAX_CHARS).replace(/[\uD800-\uDBFF]$/, '') : body;
  const lines = readLines(short);
  const kept = lines
    .filter((line) => line.kind !== 'comment')
    .map((line) => line.text)
    .join('\n')
    .trim();
  const directive = /^@(override|append)[^\S\n]*(?:\n|$)/.exec(kept);
  const text = (directive ? kept.slice(directive[0].length).trim() : kept) + (short === body ? '' : CUT);
  return {
    text,
    imports: importsOf(lines),
    paths,
    ...(directive ? { directive: directive[1] as 'override' | 'append' } : {}),
  };
}

interface Line {
  readonly kind: 'prose' | 'code' | 'comment';
  readonly text: string;
}

/** Which lines are prose. A fence within a comment opens nothing, nor does a comment within a fence. */
function readLines(text: string): Line[] {
  const lines: Line[] = [];
  let fence: string | undefined;
  let comment = false;
  const rest = text.split('\n');
  // Once nothing closes a comment any more, none is opened: the lines stay.
  const lastClose = rest.findLastIndex((line) => line.includes('-->'));
  rest.forEach((line, index) => {
    if (comment) {
      comment = !line.includes('-->');
      pushAfterComment(lines, line, comment ? line.length : line.indexOf('-->') + 3);
    } else if (fence !== undefined) {
      lines.push({ kind: 'code', text: line });
      if (closesFence(line, fence)) fence = undefined;
    } else if (/^ {0,3}<!--/.test(line) && (closeOf(line) > 0 || index < lastClose)) {
      comment = closeOf(line) < 0;
      pushAfterComment(lines, line, comment ? line.length : closeOf(line));
    } else {
      fence = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[1];
      lines.push({ kind: fence === undefined ? 'prose' : 'code', text: line });
    }
  });
  return lines;
}

/** Where the comment that a line begins with ends; -1 when it does not on this line. */
function closeOf(line: string): number {
  const end = line.indexOf('-->', line.indexOf('<!--') + 4);
  return end < 0 ? end : end + 3;
}

function pushAfterComment(lines: Line[], line: string, end: number): void {
  lines.push({ kind: 'comment', text: line.slice(0, end) });
  if (line.slice(end).trim()) lines.push({ kind: 'prose', text: line.slice(end) });
}

function closesFence(line: string, fence: string): boolean {
  const run = /^ {0,3}(`{3,}|~{3,})\s*$/.exec(line)?.[1];
  return run !== undefined && run[0] === fence[0] && run.length >= fence.length;
}

/** `@path` where a word may begin; `\ ` is a space in it. Punctuation that ends the sentence is not part of it. */
function importsOf(lines: readonly Line[]): string[] {
  const prose = lines.map((line) => (line.kind === 'prose' ? line.text : '')).join('\n');
  const spoken = prose.replaceAll(/(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, ' ');
  const found = [...spoken.matchAll(/(?<=^|[\s([{"'*_])@((?:\\ |[^\s\\`<>])+)/gm)].map((match) =>
    match[1]!.replaceAll('\\ ', ' ').replace(/[.,;:!?)\]}"'*_]+$/, ''),
  );
  return [...new Set(found)].filter((path) => path !== '').slice(0, MAX_IMPORTS);
}

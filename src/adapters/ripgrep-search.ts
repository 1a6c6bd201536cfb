// Search by ripgrep, started with a list of arguments that nothing found or typed can turn into an option.
import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { SearchError, type GrepQuery, type Search, type SearchResult } from '../core/ports.ts';
import { childEnvironment } from './child-environment.ts';
import { globMatcher } from './glob-matcher.ts';
import { cutLine, MAX_COLLECTED, MAX_LINE_CHARS, pageOf, type FoundLine } from './grep-page.ts';
import { newestFirst } from './newest-first.ts';

/** More files than this are not listed: the pattern is too wide to be of use. */
const MAX_FILES = 200_000;
const COMMON = ['--no-config', '--color=never', '--hidden', '--glob=!.git', '--no-require-git', '--no-messages'];

interface Run {
  /** Ended before ripgrep was done. */
  readonly ended: boolean;
}

/** Takes the first of `programs` that starts; when none does, `fallback` answers from then on. */
export class RipgrepSearch implements Search {
  private programs: readonly string[];
  private readonly fallback: Search;

  constructor(programs: readonly string[], fallback: Search) {
    this.programs = programs;
    this.fallback = fallback;
  }

  async glob(pattern: string, folder: string, limit: number, signal: AbortSignal): Promise<SearchResult> {
    const matches = globMatcher(pattern);
    const found: string[] = [];
    const run = await this.run([...COMMON, '--files', '--null', '--', folder], '\0', signal, (file) => {
      if (matches(relative(folder, file))) found.push(file);
      return found.length < MAX_FILES;
    });
    if (!run) return this.fallback.glob(pattern, folder, limit, signal);
    const lines = (await newestFirst(found)).slice(0, limit);
    return { lines, total: found.length, capped: run.ended || lines.length < found.length };
  }

  async grep(query: GrepQuery, signal: AbortSignal): Promise<SearchResult> {
    const root = (await stat(query.path).catch(() => undefined))?.isFile() ? path.dirname(query.path) : query.path;
    const matches = query.glob === undefined ? undefined : globMatcher(query.glob);
    const found: FoundLine[] = [];
    // A list of files has no line breaks beside its NULs.
    const separator = query.mode === 'files_with_matches' ? '\0' : '\n';
    const run = await this.run(argumentsOf(query), separator, signal, (line) => {
      const parsed = parseLine(line, query);
      if (parsed && (!matches || matches(relative(root, parsed.path)))) found.push(parsed);
      return found.length < MAX_COLLECTED;
    });
    if (!run) return this.fallback.grep(query, signal);
    return pageOf(found, query, run.ended);
  }

  /** Undefined when no program starts. Throws `SearchError` with what ripgrep says is wrong. */
  private async run(
    args: readonly string[],
    separator: '\n' | '\0',
    signal: AbortSignal,
    onLine: (line: string) => boolean,
  ): Promise<Run | undefined> {
    for (;;) {
      const [program, ...others] = this.programs;
      if (program === undefined) return undefined;
      const run = await runRipgrep(program, args, separator, signal, onLine);
      if (run) return run;
      this.programs = others;
    }
  }
}

function relative(folder: string, file: string): string {
  return path.relative(folder, file).replaceAll(path.sep, '/');
}

function argumentsOf(query: GrepQuery): string[] {
  const output = {
    files_with_matches: ['--files-with-matches'],
    count: ['--count', '--with-filename'],
    content: [
      '--with-filename',
      '--no-heading',
      `--max-columns=${MAX_LINE_CHARS}`,
      '--max-columns-preview',
      query.lineNumbers ? '--line-number' : '--no-line-number',
      `--before-context=${query.before}`,
      `--after-context=${query.after}`,
      '--no-context-separator',
    ],
  };
  return [
    ...COMMON,
    '--null',
    ...output[query.mode],
    ...(query.ignoreCase ? ['--ignore-case'] : []),
    ...(query.multiline ? ['--multiline', '--multiline-dotall'] : []),
    ...(query.type === undefined ? [] : [`--type=${query.type}`]),
    ...narrowing(query),
    `--regexp=${query.pattern}`,
    '--',
    query.path,
  ];
}

/**
 * A glob given to ripgrep would bring ignored files back, so what is found is matched here. A pattern of names is also made a file
 * type, which spares ripgrep the other files and leaves the ignore files in force.
 */
function narrowing({ glob, type }: GrepQuery): string[] {
  if (glob === undefined || type !== undefined || /[/!\\]/.test(glob)) return [];
  return [`--type-add=asked:${glob}`, '--type=asked'];
}

/** `path NUL rest`, where the rest starts with a line number for content, a count for counts, or is missing. */
function parseLine(line: string, query: GrepQuery): FoundLine | undefined {
  if (query.mode === 'files_with_matches') return { path: line, rest: '' };
  const end = line.indexOf('\0');
  if (end === -1) return undefined;
  const file = line.slice(0, end);
  const rest = line.slice(end + 1);
  if (query.mode === 'count' || !query.lineNumbers) return { path: file, rest: `:${cutLine(rest)}` };
  const mark = /^\d+([:-])/.exec(rest)?.[1];
  return mark === undefined ? undefined : { path: file, rest: `${mark}${cutLine(rest)}` };
}

function runRipgrep(
  program: string,
  args: readonly string[],
  separator: '\n' | '\0',
  signal: AbortSignal,
  onLine: (line: string) => boolean,
): Promise<Run | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: childEnvironment(process.env),
      windowsHide: true,
    });
    let ended = false;
    let errors = '';
    const stop = (): void => {
      ended = true;
      child.kill('SIGKILL');
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (errors.length < 4_000) errors += text;
    });
    readParts(child.stdout, separator, (line) => {
      if (!ended && !onLine(line)) stop();
    });
    child.once('error', () => {
      signal.removeEventListener('abort', stop);
      resolve(undefined);
    });
    child.once('close', (code) => {
      signal.removeEventListener('abort', stop);
      // 2 without words: some file could not be read, which is no reason to keep the rest back.
      if (!ended && code === 2 && errors.trim() !== '') reject(new SearchError(explain(errors)));
      // 0: found, 1: nothing found. Anything else was not ripgrep, or did not get far.
      else resolve(ended || (code !== null && code <= 2) ? { ended } : undefined);
    });
  });
}

/** Only the separator ends a part: a carriage return in a file does not make two lines of one. */
function readParts(stream: NodeJS.ReadableStream, separator: string, onPart: (part: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const parts = (rest + text).split(separator);
    rest = parts.pop() ?? '';
    for (const part of parts) onPart(part);
  });
  stream.on('end', () => {
    if (rest !== '') onPart(rest);
  });
}

function explain(errors: string): string {
  const text = errors.replace(/^rg: /gm, '').trim().split('\n').slice(0, 8).join('\n');
  return `The search could not be run: ${text}\nCorrect the pattern, glob or type and search again.`;
}

// Search by ripgrep, started with a list of arguments that nothing found or typed can turn into an option.
import path from 'node:path';
import type { GlobQuery, GrepQuery, Search, SearchResult } from '../core/ports.ts';
import { globMatcher } from './glob-matcher.ts';
import { cutLine, GrepPage, MAX_LINE_CHARS, type FoundLine } from './grep-page.ts';
import { newestFirst } from './newest-first.ts';
import { runRipgrep, type RipgrepRun } from './ripgrep-run.ts';
import { checkPattern, searchRoot } from './search-root.ts';

/** More files than this are not listed: the pattern is too wide to be of use. */
const MAX_FILES = 200_000;
const COMMON = ['--no-config', '--color=never', '--hidden', '--glob=!.git', '--no-require-git', '--no-messages'];

/** Takes the first of `programs` that starts; when none does, `fallback` answers from then on. */
export class RipgrepSearch implements Search {
  private programs: readonly string[];
  private readonly fallback: Search;

  constructor(programs: readonly string[], fallback: Search) {
    this.programs = programs;
    this.fallback = fallback;
  }

  async glob(query: GlobQuery, signal: AbortSignal): Promise<SearchResult> {
    const { pattern, path: folder, limit, excludes } = query;
    const matches = globMatcher(pattern);
    const below = relativeTo(folder);
    const found: string[] = [];
    const args = [...COMMON, '--files', '--null', ...namesOnly(pattern), '--', folder];
    const run = await this.run(args, '\0', signal, (file) => {
      if (matches(below(file)) && !excludes?.(file)) found.push(file);
      return found.length < MAX_FILES;
    });
    if (!run) return this.fallback.glob(query, signal);
    const lines = await newestFirst(found, limit);
    return { lines, total: found.length, capped: run.ended || lines.length < found.length };
  }

  async grep(query: GrepQuery, signal: AbortSignal): Promise<SearchResult> {
    checkPattern(query.pattern);
    const isWanted = fileTest(query, await searchRoot(query.path));
    const page = new GrepPage(query);
    // A list of files has no line breaks beside its NULs.
    const separator = query.mode === 'files_with_matches' ? '\0' : '\n';
    const run = await this.run(argumentsOf(query), separator, signal, (line) => {
      const parsed = parseLine(line, query);
      return !parsed || !isWanted(parsed.path) || page.add(parsed);
    });
    return run ? page.result(run.ended) : this.fallback.grep(query, signal);
  }

  /** Undefined when no program starts. Throws `SearchError` with what ripgrep says is wrong. */
  private async run(
    args: readonly string[],
    separator: '\n' | '\0',
    signal: AbortSignal,
    onLine: (line: string) => boolean,
  ): Promise<RipgrepRun | undefined> {
    for (;;) {
      const [program, ...others] = this.programs;
      if (program === undefined) return undefined;
      const run = await runRipgrep(program, args, separator, signal, onLine);
      if (run) return run;
      if (this.programs[0] === program) this.programs = others;
    }
  }
}

/** The path below the folder with forward slashes; what ripgrep prints begins with the folder it was given. */
function relativeTo(folder: string): (file: string) => string {
  const prefix = folder.endsWith(path.sep) ? folder : folder + path.sep;
  return (file) => {
    const below = file.startsWith(prefix) ? file.slice(prefix.length) : path.relative(folder, file);
    return path.sep === '/' ? below : below.replaceAll(path.sep, '/');
  };
}

/** Lines of one file follow each other, so that each file is judged about once. */
function fileTest({ glob, excludes }: GrepQuery, root: string): (file: string) => boolean {
  const matches = glob === undefined ? undefined : globMatcher(glob);
  const below = relativeTo(root);
  let last: { readonly file: string; readonly wanted: boolean } | undefined;
  return (file) => {
    if (last?.file !== file) last = { file, wanted: (!matches || matches(below(file))) && !excludes?.(file) };
    return last.wanted;
  };
}

function argumentsOf(query: GrepQuery): string[] {
  const context = query.onlyMatching
    ? ['--only-matching']
    : [`--before-context=${query.before}`, `--after-context=${query.after}`, '--no-context-separator'];
  const output = {
    files_with_matches: ['--files-with-matches'],
    count: [query.multiline ? '--count-matches' : '--count', '--with-filename'],
    content: [
      '--with-filename',
      '--no-heading',
      `--max-columns=${MAX_LINE_CHARS}`,
      '--max-columns-preview',
      query.lineNumbers ? '--line-number' : '--no-line-number',
      ...context,
    ],
  };
  return [
    ...COMMON,
    '--null',
    ...output[query.mode],
    ...(query.ignoreCase ? ['--ignore-case'] : []),
    ...(query.multiline ? ['--multiline', '--multiline-dotall'] : []),
    ...(query.type === undefined ? [] : [`--type=${query.type}`]),
    ...(query.glob === undefined || query.type !== undefined ? [] : namesOnly(query.glob)),
    `--regexp=${query.pattern}`,
    '--',
    query.path,
  ];
}

/** Names that mean the same to ripgrep and to the matcher here. */
const PLAIN_NAME = /^[\w.*?-]*(?:\{[\w.*?-]+(?:,[\w.*?-]+)*\})?[\w.*?-]*$/;

/**
 * A glob given to ripgrep would bring ignored files back, so what is found is matched here. The name at its end is also made a file
 * type, which spares ripgrep the other files and leaves the ignore files in force.
 */
function namesOnly(glob: string): string[] {
  const name = glob.slice(glob.lastIndexOf('/') + 1);
  const folders = glob.slice(0, -name.length);
  const plain = PLAIN_NAME.test(name) && !/^\*+$/.test(name) && !/[!\\{}()[\]]/.test(folders);
  return plain ? [`--type-add=asked:${name}`, '--type=asked'] : [];
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

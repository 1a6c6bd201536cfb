// Search without ripgrep: a slow walk that respects ignore files. For machines and tests where there is nothing better.
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { SearchError, type GlobQuery, type GrepQuery, type Search, type SearchResult } from '../core/ports.ts';
import { globMatcher } from './glob-matcher.ts';
import { cutLine, GrepPage, type FoundLine } from './grep-page.ts';
import { newestFirst } from './newest-first.ts';
import { checkPattern, isBinary, searchRoot, utf16Mark } from './search-root.ts';

const MAX_FILE_BYTES = 8 * 1024 * 1024;
/** A pattern that backtracks without end must not meet a line of any length. */
const MAX_MATCHED_CHARS = 5_000;

const TYPES: Readonly<Record<string, readonly string[]>> = {
  c: ['c', 'h'],
  cpp: ['cpp', 'cc', 'cxx', 'hpp', 'hh', 'h'],
  cs: ['cs'],
  css: ['css', 'scss'],
  go: ['go'],
  html: ['html', 'htm'],
  java: ['java'],
  js: ['js', 'jsx', 'mjs', 'cjs', 'vue'],
  json: ['json'],
  kotlin: ['kt', 'kts'],
  md: ['md', 'markdown', 'mdx'],
  php: ['php'],
  py: ['py', 'pyi'],
  ruby: ['rb'],
  rust: ['rs'],
  sh: ['sh', 'bash', 'zsh'],
  swift: ['swift'],
  toml: ['toml'],
  ts: ['ts', 'tsx', 'mts', 'cts'],
  yaml: ['yaml', 'yml'],
};

interface IgnoreLevel {
  readonly folder: string;
  readonly rules: Ignore;
}

export class WalkSearch implements Search {
  async glob({ pattern, path: folder, limit, excludes }: GlobQuery, signal: AbortSignal): Promise<SearchResult> {
    const matches = globMatcher(pattern);
    const found: string[] = [];
    for await (const file of walk(folder, signal)) {
      if (matches(slashed(path.relative(folder, file))) && !excludes?.(file)) found.push(file);
    }
    const lines = await newestFirst(found, limit);
    return { lines, total: found.length, capped: signal.aborted || lines.length < found.length };
  }

  async grep(query: GrepQuery, signal: AbortSignal): Promise<SearchResult> {
    checkPattern(query.pattern);
    const expression = compile(query);
    const matches = query.glob === undefined ? () => true : globMatcher(query.glob);
    const ofType = typeTest(query.type);
    const root = await searchRoot(query.path);
    const page = new GrepPage(query);
    for await (const file of root === query.path ? walk(root, signal) : [query.path]) {
      if (signal.aborted) break;
      if (!ofType(file) || !matches(slashed(path.relative(root, file))) || query.excludes?.(file)) continue;
      const text = await readSearchable(file);
      if (text === undefined) continue;
      for (const line of searchText(file, text, expression, query)) if (!page.add(line)) return page.result(true);
    }
    return page.result(signal.aborted);
  }
}

function slashed(relative: string): string {
  return relative.replaceAll(path.sep, '/');
}

function compile(query: GrepQuery): RegExp {
  const inline = /^\(\?([is]+)\)/.exec(query.pattern);
  const source = inline ? query.pattern.slice(inline[0].length) : query.pattern;
  const flags = new Set(['g', 'm', ...(inline?.[1]?.split('') ?? [])]);
  if (query.ignoreCase) flags.add('i');
  if (query.multiline) flags.add('s');
  for (const unicode of ['u', '']) {
    try {
      return new RegExp(source, [...flags].join('') + unicode);
    } catch (error) {
      if (unicode === '')
        throw new SearchError(
          `The pattern is not a regular expression that can be searched for: ${reasonOf(error)}. Correct the pattern and search again.`,
        );
    }
  }
  throw new SearchError('The search could not be run. Correct the pattern.');
}

/** Without the expression, which is repeated in front of the reason. */
function reasonOf(error: unknown): string {
  const { message } = error as Error;
  return message.slice(message.lastIndexOf(': ') + 2).toLowerCase();
}

function typeTest(type: string | undefined): (file: string) => boolean {
  if (type === undefined) return () => true;
  const endings = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (!endings) {
    throw new SearchError(
      `There is no file type "${type}" here. Use one of ${Object.keys(TYPES).join(', ')}, or a glob.`,
    );
  }
  return (file) => endings.includes(path.extname(file).slice(1).toLowerCase());
}

/** Regular files below the folder, links not followed, ignored ones and `.git` left out. Unreadable folders are passed over. */
async function* walk(folder: string, signal: AbortSignal, levels: readonly IgnoreLevel[] = []): AsyncGenerator<string> {
  if (signal.aborted) return;
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const own = await ignoreLevel(
    folder,
    entries.map(({ name }) => name),
  );
  const known = own ? [...levels, own] : levels;
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    if (entry.name === '.git' || isIgnored(file, entry.isDirectory(), known)) continue;
    if (entry.isDirectory()) yield* walk(file, signal, known);
    else if (entry.isFile()) yield file;
  }
}

async function ignoreLevel(folder: string, names: readonly string[]): Promise<IgnoreLevel | undefined> {
  const rules = ignore();
  const sources = ['.gitignore', '.ignore', '.rgignore'].filter((name) => names.includes(name));
  for (const name of sources) rules.add(await readFile(path.join(folder, name), 'utf8').catch(() => ''));
  return sources.length > 0 ? { folder, rules } : undefined;
}

/** The deepest file that says anything about a path decides. */
function isIgnored(file: string, isFolder: boolean, levels: readonly IgnoreLevel[]): boolean {
  for (const { folder, rules } of levels.toReversed()) {
    const said = rules.test(slashed(path.relative(folder, file)) + (isFolder ? '/' : ''));
    if (said.ignored || said.unignored) return said.ignored;
  }
  return false;
}

async function readSearchable(file: string): Promise<string | undefined> {
  const found = await stat(file).catch(() => undefined);
  if (!found || found.size > MAX_FILE_BYTES) return undefined;
  const bytes = await readFile(file).catch(() => undefined);
  if (!bytes || isBinary(bytes.subarray(0, 8_192))) return undefined;
  return new TextDecoder(utf16Mark(bytes) ?? 'utf-8').decode(bytes);
}

interface Hits {
  /** Numbers of the lines, from 0, that a match touches. */
  readonly lines: ReadonlySet<number>;
  /** Each match that is not empty and the line it starts on. */
  readonly matches: readonly { readonly line: number; readonly text: string }[];
  /** As ripgrep counts: lines, or matches where these may span lines. */
  readonly count: number;
}

function searchText(file: string, text: string, expression: RegExp, query: GrepQuery): FoundLine[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const hits = query.multiline ? multilineHits(text, expression) : lineHits(lines, expression);
  if (hits.count === 0) return [];
  if (query.mode === 'files_with_matches') return [{ path: file, rest: '' }];
  if (query.mode === 'count') return [{ path: file, rest: `:${hits.count}` }];
  const show = (line: number, mark: string, content: string): FoundLine => ({
    path: file,
    rest: query.lineNumbers ? `${mark}${line + 1}${mark}${cutLine(content)}` : `:${cutLine(content)}`,
  });
  if (query.onlyMatching) {
    return hits.matches.flatMap(({ line, text: match }) =>
      match.split('\n').map((part, index) => show(line + index, ':', part)),
    );
  }
  const shown = new Set<number>();
  for (const hit of hits.lines) {
    const from = Math.max(0, hit - query.before);
    for (let line = from; line <= Math.min(lines.length - 1, hit + query.after); line += 1) shown.add(line);
  }
  return [...shown]
    .toSorted((left, right) => left - right)
    .map((line) => show(line, hits.lines.has(line) ? ':' : '-', lines[line] ?? ''));
}

function lineHits(lines: readonly string[], expression: RegExp): Hits {
  const hit = new Set<number>();
  const matches: { line: number; text: string }[] = [];
  lines.forEach((line, index) => {
    for (const [text] of line.slice(0, MAX_MATCHED_CHARS).replace(/\r$/, '').matchAll(expression)) {
      hit.add(index);
      if (text !== '') matches.push({ line: index, text });
    }
  });
  return { lines: hit, matches, count: hit.size };
}

function multilineHits(text: string, expression: RegExp): Hits {
  const hit = new Set<number>();
  const matches: { line: number; text: string }[] = [];
  let line = 0;
  let at = 0;
  let count = 0;
  for (const match of text.matchAll(expression)) {
    count += 1;
    for (; at < match.index; at += 1) if (text[at] === '\n') line += 1;
    const found = match[0].replace(/\n$/, '');
    const span = found.split('\n').length;
    for (let index = line; index < line + span; index += 1) hit.add(index);
    if (found !== '') matches.push({ line, text: found });
  }
  return { lines: hit, matches, count };
}

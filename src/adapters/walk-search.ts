// Search without ripgrep: a slow walk that respects ignore files. For machines and tests where there is nothing better.
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { SearchError, type GrepQuery, type Search, type SearchResult } from '../core/ports.ts';
import { globMatcher } from './glob-matcher.ts';
import { cutLine, MAX_COLLECTED, pageOf, type FoundLine } from './grep-page.ts';
import { newestFirst } from './newest-first.ts';

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
  async glob(pattern: string, folder: string, limit: number, signal: AbortSignal): Promise<SearchResult> {
    const matches = globMatcher(pattern);
    const found: string[] = [];
    for await (const file of walk(folder, signal)) {
      if (matches(slashed(path.relative(folder, file)))) found.push(file);
    }
    const lines = (await newestFirst(found)).slice(0, limit);
    return { lines, total: found.length, capped: lines.length < found.length };
  }

  async grep(query: GrepQuery, signal: AbortSignal): Promise<SearchResult> {
    const expression = compile(query);
    const matches = query.glob === undefined ? () => true : globMatcher(query.glob);
    const ofType = typeTest(query.type);
    const isFile = (await stat(query.path).catch(() => undefined))?.isFile() ?? false;
    const root = isFile ? path.dirname(query.path) : query.path;
    const found: FoundLine[] = [];
    for await (const file of isFile ? [query.path] : walk(root, signal)) {
      if (!ofType(file) || !matches(slashed(path.relative(root, file)))) continue;
      const text = await readSearchable(file);
      if (text !== undefined) found.push(...searchText(file, text, expression, query));
      if (found.length >= MAX_COLLECTED) return pageOf(found, query, true);
    }
    return pageOf(found, query, false);
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
        throw new SearchError(`The search could not be run: ${(error as Error).message}. Correct the pattern.`);
    }
  }
  throw new SearchError('The search could not be run. Correct the pattern.');
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
  return bytes && !bytes.subarray(0, 8_192).includes(0) ? bytes.toString('utf8') : undefined;
}

function searchText(file: string, text: string, expression: RegExp, query: GrepQuery): FoundLine[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const hits = query.multiline ? multilineHits(text, expression) : lineHits(lines, expression);
  if (hits.size === 0) return [];
  if (query.mode === 'files_with_matches') return [{ path: file, rest: '' }];
  if (query.mode === 'count') return [{ path: file, rest: `:${hits.size}` }];
  const shown = new Set<number>();
  for (const hit of hits) {
    const from = Math.max(0, hit - query.before);
    for (let line = from; line <= Math.min(lines.length - 1, hit + query.after); line += 1) shown.add(line);
  }
  return [...shown]
    .toSorted((left, right) => left - right)
    .map((line) => {
      const mark = hits.has(line) ? ':' : '-';
      const number = query.lineNumbers ? `${line + 1}${mark}` : '';
      return { path: file, rest: `${query.lineNumbers ? mark : ':'}${number}${cutLine(lines[line] ?? '')}` };
    });
}

function lineHits(lines: readonly string[], expression: RegExp): Set<number> {
  const hits = new Set<number>();
  lines.forEach((line, index) => {
    expression.lastIndex = 0;
    if (expression.test(line.slice(0, MAX_MATCHED_CHARS).replace(/\r$/, ''))) hits.add(index);
  });
  return hits;
}

function multilineHits(text: string, expression: RegExp): Set<number> {
  const hits = new Set<number>();
  let line = 0;
  let at = 0;
  for (const match of text.matchAll(expression)) {
    for (; at < match.index; at += 1) if (text[at] === '\n') line += 1;
    const span = match[0].replace(/\n$/, '').split('\n').length;
    for (let index = line; index < line + span; index += 1) hits.add(index);
  }
  return hits;
}

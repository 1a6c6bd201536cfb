// Judges a path by the rules: gitignore patterns, each hanging from the folder that its first characters name.
import ignore from 'ignore';
import type { Judgement } from './command-rules.ts';
import { foldName, foldText, isWindowsPath, namesWithin, parentPath, splitPath } from './lexical-path.ts';
import { coversTool, escapeRegExp, type Rule } from './rules.ts';

/** The folders that patterns hang from, each in every form it is known by (as written, and with its links resolved). */
export interface PatternFolders {
  readonly cwd: readonly string[];
  readonly home: readonly string[];
  /** Of the folder that a rule's source names as its root. */
  readonly root: (rule: Rule) => readonly string[];
}

/** Where a pattern hangs, and how many folders above that it begins. */
interface Place {
  readonly folder: 'cwd' | 'home' | 'root' | 'filesystem';
  readonly pattern: string;
  readonly up: number;
}

interface Pattern extends Omit<Place, 'pattern'> {
  /** Takes names joined by slashes, none at the front. */
  readonly matches: (path: string) => boolean;
}

interface CompiledRule {
  readonly exact: readonly Pattern[];
  readonly folded: readonly Pattern[];
}

const compiled = new WeakMap<Rule, CompiledRule>();

function compile(rule: Rule): CompiledRule {
  const known = compiled.get(rule);
  if (known) return known;
  const restrictive = rule.behavior !== 'allow';
  const places = placesOf(writtenPattern(rule), restrictive);
  const build = (fold: boolean): Pattern[] =>
    places.map(({ folder, up, pattern }) => ({
      folder,
      up,
      matches: restrictive ? restriction(pattern, fold) : permission(pattern),
    }));
  const result = { exact: build(false), folded: build(true) };
  compiled.set(rule, result);
  return result;
}

/** On Windows with forward slashes; `C:\x` is the pattern `//c/x`. */
function writtenPattern({ specifier = '', source }: Rule): string {
  if (!isWindowsPath(source.root)) return specifier;
  const plain = specifier.replaceAll('\\', '/');
  const onDrive = plain.replace(/^(?:\/\/)?([A-Za-z]):(?=\/)/, '//$1');
  return onDrive.replace(/^\/\/[A-Za-z](?=\/)/, (drive) => drive.toLowerCase());
}

function placesOf(text: string, restrictive: boolean): Place[] {
  const make = (folder: Place['folder'], pattern: string): Place =>
    restrictive ? { folder, ...withoutDots(pattern) } : { folder, pattern, up: 0 };
  if (text.startsWith('//')) return [make('filesystem', text.slice(1))];
  if (text === '~' || text.startsWith('~/')) return [make('home', text.slice(1) || '/')];
  if (text.startsWith('/')) return [make('root', text)];
  if (text === '.' || text.startsWith('./')) return [make('cwd', text.slice(1) || '/')];
  const pattern = text.startsWith('#') ? `\\${text}` : text;
  const places = [make('cwd', pattern)];
  if (!restrictive) return places;
  // A bare name reaches every folder, `name/**` every depth.
  if (!/\/./.test(pattern)) places.push(make('filesystem', pattern));
  else if (/^[^/]+\/\*\*$/.test(pattern)) places.push(make('cwd', `**/${pattern}`));
  return places;
}

/** What is meant to restrict does so however it is spelled: gitignore itself would take `..` for a name that no file has. */
function withoutDots(pattern: string): Omit<Place, 'folder'> {
  if (/^\/+$/.test(pattern)) return { pattern: '/**', up: 0 };
  const pieces = pattern.replace(/^\/|\/$/g, '').split('/');
  if (!pieces.some((piece) => ['', '.', '..'].includes(piece))) return { pattern, up: 0 };
  const names: string[] = [];
  let up = 0;
  for (const piece of pieces) {
    if (piece === '..' && names.length === 0) up += 1;
    else if (piece === '..') names.pop();
    else if (piece !== '' && piece !== '.') names.push(piece);
  }
  const end = pattern.endsWith('/') && names.length > 0 ? '/' : '';
  return { pattern: names.length === 0 ? '/**' : `/${names.join('/')}${end}`, up };
}

function restriction(pattern: string, fold: boolean): Pattern['matches'] {
  const matcher = ignore({ ignorecase: fold }).add({ pattern: fold ? foldPattern(pattern) : pattern });
  // `secret/` restricts the folder itself as well, and what it is cannot be told from its name.
  return (path) => matcher.ignores(path) || matcher.ignores(`${path}/`);
}

function foldPattern(pattern: string): string {
  return foldText(pattern).replace(/(?<=[^\s./*?\\])[. ]+(?=\/|$)/g, '');
}

/** A folder's name covers what lies in it; a wildcard stays in its own segment, and `*.ts` is no folder's name. */
function permission(pattern: string): Pattern['matches'] {
  const matcher = ignore({ ignorecase: false }).add({ pattern });
  const last = pattern.replace(/\/$/, '').split('/').at(-1) ?? '';
  if (last === '**' || !/[*?[]/.test(last)) return (path) => matcher.ignores(path);
  const whole = wholeMatcher(pattern);
  return (path) => matcher.ignores(path) && whole.test(path);
}

/** Matches the very path that a pattern names. */
function wholeMatcher(pattern: string): RegExp {
  const pieces = pattern.replace(/^\/|\/$/g, '').split('/');
  const anchored = pieces.length > 1 || pattern.startsWith('/');
  const source = pieces.map((piece, index) => {
    const end = index === pieces.length - 1;
    return piece === '**' ? '(?:[^/]+/)*' : `${pieceSource(piece)}${end ? '' : '/'}`;
  });
  return new RegExp(`^${anchored ? '' : '(?:[^/]+/)*'}${source.join('')}$`);
}

function pieceSource(piece: string): string {
  return piece.replace(
    /\\(.)|\*+|\?|(\[(?:\\.|[^\]\\])+\])|[^*?[\\]+|[[\\]/g,
    (part, escaped?: string, set?: string) => {
      if (escaped !== undefined) return escapeRegExp(escaped);
      // A set is the ignore library's to judge; here it is any one character.
      if (set !== undefined || part === '?') return '[^/]';
      return part.startsWith('*') ? '[^/]*' : escapeRegExp(part);
    },
  );
}

function matches(rule: Rule, path: string, folders: PatternFolders, fold: boolean): boolean {
  if (rule.specifier === undefined) return true;
  const patterns = fold ? compile(rule).folded : compile(rule).exact;
  return patterns.some(({ folder, up, matches }) =>
    namesBelow(path, folder, up, rule, folders, fold).some(
      (names) => names.length > 0 && matches((fold ? names.map(foldName) : names).join('/')),
    ),
  );
}

/** The path's names from each form of the folder on; none for what is not in it. */
function namesBelow(
  path: string,
  folder: Place['folder'],
  up: number,
  rule: Rule,
  folders: PatternFolders,
  fold: boolean,
): (readonly string[])[] {
  if (folder === 'filesystem') return [fileSystemNames(path)];
  const bases = folder === 'root' ? folders.root(rule) : folders[folder];
  return bases.flatMap((base) => {
    const names = namesWithin(path, above(base, up), fold);
    return names === undefined ? [] : [names];
  });
}

function above(folder: string, levels: number): string {
  return levels === 0 ? folder : above(parentPath(folder), levels - 1);
}

/** From the root of the file system; a Windows drive `C:\x` reads as `c/x`, a share `\\server\share\x` as `server/share/x`. */
function fileSystemNames(path: string): readonly string[] {
  const { root } = splitPath(path);
  const first = root.toLowerCase().replaceAll(':', '').split('\\');
  return [...first, ...(namesWithin(path, root) ?? [])].filter((name) => name !== '' && name !== '/');
}

/**
 * Deny and ask speak when any form of the path matches, without regard to case where `fold`; allow only when every form does.
 * `forms` are absolute. No rule is undefined: the caller's default.
 */
export function judgePath(
  rules: readonly Rule[],
  tool: string,
  forms: readonly string[],
  folders: PatternFolders,
  fold: boolean,
): Judgement | undefined {
  const ours = rules.filter((rule) => coversTool(rule, tool));
  for (const behavior of ['deny', 'ask'] as const) {
    const rule = ours.find(
      (rule) => rule.behavior === behavior && forms.some((form) => matches(rule, form, folders, fold)),
    );
    if (rule) return { decision: behavior, rule };
  }
  const rule = ours.find(
    (rule) => rule.behavior === 'allow' && forms.every((form) => matches(rule, form, folders, false)),
  );
  return rule && { decision: 'allow', rule };
}

/** A test for what a search finds: true for a path that a rule keeps from being read without asking. Undefined when there is no such rule. */
export function withheldPaths(
  rules: readonly Rule[],
  tool: string,
  folders: PatternFolders,
  fold: boolean,
): ((path: string) => boolean) | undefined {
  const restrictive = rules.filter(
    (rule) => rule.behavior !== 'allow' && rule.specifier !== undefined && coversTool(rule, tool),
  );
  if (restrictive.length === 0) return undefined;
  return (path) => restrictive.some((rule) => matches(rule, path, folders, fold));
}

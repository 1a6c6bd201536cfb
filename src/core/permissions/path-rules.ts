// Judges a path by the rules: gitignore patterns, each hanging from the folder that its first characters name.
import ignore from 'ignore';
import type { Judgement } from './command-rules.ts';
import { baseName, isWindowsPath, namesWithin, pathNames } from './lexical-path.ts';
import { coversTool, type Rule } from './rules.ts';

/** The folders that patterns hang from, each in every form it is known by (as written, and with its links resolved). */
export interface PatternFolders {
  readonly cwd: readonly string[];
  readonly home: readonly string[];
  /** Of the folder that a rule's source names as its root. */
  readonly root: (rule: Rule) => readonly string[];
}

interface Pattern {
  readonly folder: 'cwd' | 'home' | 'root' | 'filesystem';
  readonly matcher: { ignores(path: string): boolean };
}

interface CompiledRule {
  readonly exact: readonly Pattern[];
  readonly folded: readonly Pattern[];
}

const compiled = new WeakMap<Rule, CompiledRule>();

function compile(rule: Rule): CompiledRule {
  const known = compiled.get(rule);
  if (known) return known;
  const written = rule.specifier ?? '';
  const text = isWindowsPath(rule.source.root) ? written.replaceAll('\\', '/') : written;
  const patterns = placesOf(text, rule.behavior !== 'allow');
  const build = (fold: boolean): Pattern[] =>
    patterns.map(({ folder, pattern }) => ({
      folder,
      matcher: ignore({ ignorecase: fold }).add({ pattern: fold ? pattern.normalize('NFC') : pattern }),
    }));
  const result = { exact: build(false), folded: build(true) };
  compiled.set(rule, result);
  return result;
}

/** Deny and ask rules by a bare name or by `name/**` reach every depth, and a bare name every folder. */
function placesOf(text: string, restrictive: boolean): { folder: Pattern['folder']; pattern: string }[] {
  if (text.startsWith('//')) return [{ folder: 'filesystem', pattern: text.slice(1) }];
  if (text.startsWith('~/')) return [{ folder: 'home', pattern: text.slice(1) }];
  if (text.startsWith('/')) return [{ folder: 'root', pattern: text }];
  if (text.startsWith('./')) return [{ folder: 'cwd', pattern: text.slice(1) }];
  const pattern = text.startsWith('#') ? `\\${text}` : text;
  const places: { folder: Pattern['folder']; pattern: string }[] = [{ folder: 'cwd', pattern }];
  if (!restrictive) return places;
  if (!/\/./.test(pattern)) places.push({ folder: 'filesystem', pattern });
  else if (/^[^/]+\/\*\*$/.test(pattern)) places.push({ folder: 'cwd', pattern: `**/${pattern}` });
  return places;
}

/** A path's names below a folder, in the spelling of the ignore library: no leading slash. */
function below(path: string, folder: string, fold: boolean): string | undefined {
  const names = namesWithin(path, folder, fold);
  return names === undefined || names.length === 0 ? undefined : names.join('/');
}

function matches(rule: Rule, path: string, folders: PatternFolders, fold: boolean): boolean {
  if (rule.specifier === undefined) return true;
  const patterns = fold ? compile(rule).folded : compile(rule).exact;
  return patterns.some(({ folder, matcher }) => {
    const inner =
      folder === 'filesystem'
        ? [fileSystemPath(path)]
        : (folder === 'root' ? folders.root(rule) : folders[folder]).map((base) => below(path, base, fold));
    return inner.some(
      (name) => name !== undefined && name !== '' && matcher.ignores(fold ? name.normalize('NFC') : name),
    );
  });
}

/** From the root of the file system; a Windows drive `C:\x` reads as `c/x`. */
function fileSystemPath(path: string): string {
  const drive = /^([A-Za-z]):/.exec(path)?.[1]?.toLowerCase();
  return [...(drive === undefined ? [] : [drive]), ...pathNames(path)].join('/');
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
  return (path) => baseName(path) !== '' && restrictive.some((rule) => matches(rule, path, folders, fold));
}

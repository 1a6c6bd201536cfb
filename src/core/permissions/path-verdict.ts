// Judges a read or a write of a path: rules on every form of it, the workspace's borders, protected names.
import type { FileSystem } from '../ports.ts';
import type { Judgement } from './command-rules.ts';
import * as words from './gate-words.ts';
import { namesWithin, parentPath, pathNames, relativePath } from './lexical-path.ts';
import { judgePath, withheldPaths } from './path-rules.ts';
import { pathProblem, type ResolvedPath } from './paths.ts';
import { isProtectedPath, protectedFolders } from './protected-paths.ts';
import type { RulePage } from './rule-book.ts';
import {
  denyVerdict,
  type AskingText,
  type AskVerdict,
  type Granting,
  type PathAccess,
  type Verdict,
} from './verdict.ts';
import { visibleText } from './visible-text.ts';
import { t } from '../../shared/l10n.ts';

export interface PathSurroundings {
  readonly files: Pick<FileSystem, 'stat'> & Partial<Pick<FileSystem, 'list'>>;
  readonly home: string;
  /** The working folder, absolute. */
  readonly here: string;
  /** The file system takes names that differ in case for the same. */
  readonly fold: boolean;
}

/** A path access with all that is known about it. */
interface PathCase {
  readonly access: PathAccess;
  readonly page: RulePage;
  readonly resolved: ResolvedPath;
  readonly canonical: string;
  readonly judged: Judgement | undefined;
  /** A write to a name that decides what other programs run. */
  readonly guarded: boolean;
  /** The same file stands elsewhere too, under a name that nobody can tell. */
  readonly shared: boolean;
  readonly around: PathSurroundings;
}

export async function judgePathAccess(access: PathAccess, page: RulePage, around: PathSurroundings): Promise<Verdict> {
  const problem = pathProblem(access.path);
  if (problem !== undefined) return denyVerdict(words.unjudgeable(problem));
  const what = `${access.tool} ${visibleText(relativePath(around.here, access.path))}`;
  const resolved = await page.resolver.resolve(access.path);
  const { canonical, forms } = resolved;
  const judged = judgePath(page.rules, access.tool, forms, page.folders, around.fold);
  if (judged?.decision === 'deny') return denyVerdict(words.deniedByRule(what, judged.rule), judged.rule);
  if (canonical === undefined) return denyVerdict(words.unresolvable(access.path));

  const readOnly = await page.isReadOnly(canonical);
  const edits = access.kind === 'edit';
  if (readOnly && edits) return denyVerdict(words.readOnly(access.path));
  const guarded = edits && (await isGuarded(forms, page));
  const allowed = judged?.decision === 'allow' && !guarded;
  // Who allows reading by a rule has named the place.
  const unproven = edits ? !guarded : !judged && resolved.inside;
  const shared = unproven && (await isShared(access, canonical, page, around));
  const pathCase: PathCase = { access, page, resolved, canonical, judged, guarded, shared, around };
  const granting = grantingOf(pathCase);
  if (judged && allowed && !shared) {
    const reason = t('Allowed by {0}', words.describeRule(judged.rule));
    return { decision: 'allow', by: 'rule', reason, granting, rule: judged.rule };
  }
  if (!judged && !edits && !shared && (resolved.inside || readOnly)) {
    return {
      decision: 'allow',
      by: 'default',
      reason: readOnly ? t('A kept result') : t('In the workspace'),
      granting,
    };
  }
  // Not a rule that allows what is asked about all the same.
  const rule = judged?.decision === 'ask' ? { rule: judged.rule } : {};
  return { ...(await asked(pathCase, what)), granting, ...rule };
}

/** Package managers and builds link what they keep once into many projects. */
const STORES: ReadonlySet<string> = new Set(['node_modules', 'site-packages', 'target', '.git']);

/**
 * A file with several names may be one that another name protects: a key, a file that a rule withholds. Reading is not asked about where
 * such names are usual; writing is, for it would change what others share.
 */
async function isShared(
  { kind }: PathAccess,
  canonical: string,
  { folders }: RulePage,
  { files }: PathSurroundings,
): Promise<boolean> {
  const inner = folders.cwd.map((folder) => namesWithin(canonical, folder)).find((names) => names !== undefined);
  if (kind === 'read' && (inner ?? pathNames(canonical)).some((name) => STORES.has(name))) return false;
  const found = await files.stat(canonical).catch(() => undefined);
  return found?.kind === 'file' && (found.names ?? 1) > 1;
}

/** By its own name, or as what a protected name in the workspace is a link to. */
async function isGuarded(forms: readonly string[], { folders, resolver }: RulePage): Promise<boolean> {
  if (forms.some((form) => folders.home.some((home) => isProtectedPath(form, home)))) return true;
  const targets = await resolver.linked(protectedFolders);
  return targets.some((target) => forms.some((form) => namesWithin(form, target, true)));
}

function grantingOf({ access, page, canonical, around }: PathCase): Granting {
  const reads = access.kind === 'read';
  const excludes = reads ? withheldPaths(page.rules, access.tool, page.folders, around.fold) : undefined;
  return { path: canonical, access, ...(excludes ? { excludes } : {}) };
}

async function asked(pathCase: PathCase, what: string): Promise<Omit<AskVerdict, 'granting'>> {
  const { judged, guarded, shared, resolved, access } = pathCase;
  const edits = access.kind === 'edit';
  const because = judged?.decision === 'ask' ? 'rule' : guarded || (shared && edits) ? 'protected' : 'default';
  const reason =
    because === 'rule' && judged
      ? t('Asked by {0}', words.describeRule(judged.rule))
      : guarded
        ? t('A protected file')
        : shared
          ? t('A file that has other names too')
          : resolved.inside
            ? t('Edits are asked about')
            : t('Outside the workspace');
  const session = because === 'default' ? await sessionOf(pathCase) : undefined;
  return {
    decision: 'ask',
    because,
    reason,
    asking: question(pathCase, what),
    ...(session ? { session } : {}),
    suggestions: because === 'default' ? suggestionsOf(access, pathCase) : [],
  };
}

function question({ access, resolved, canonical, judged, guarded, shared }: PathCase, what: string): AskingText {
  const from = visibleText(resolved.lexical);
  const to = visibleText(canonical);
  const others = resolved.forms.filter((form) => form !== resolved.lexical && form !== canonical);
  const facts = [
    ...(from === to ? [] : [`${from} leads to ${to}`]),
    ...others.map((form) => t('It may also be taken for {0}', visibleText(form))),
    ...(resolved.inside ? [] : [words.leavesWorkspace()]),
    ...(guarded ? [t('Protected: this file decides what other programs run')] : []),
    ...(shared ? [t('It has other names on this disk (hard links): it may be a file that lies elsewhere too')] : []),
    ...words.ruleFact(judged?.decision === 'ask' ? judged.rule : undefined),
  ];
  const verb = access.kind === 'read' ? 'Read' : 'Write';
  const title = resolved.inside ? `${verb} in the workspace` : `${verb} outside the workspace`;
  return { what, title, subject: to, facts };
}

/** What "for this session" would allow: edits in the workspace, or the folder of what is read. */
async function sessionOf(pathCase: PathCase): Promise<AskVerdict['session']> {
  const { access, resolved, canonical } = pathCase;
  if (access.kind === 'edit') {
    return resolved.inside ? { scope: { kind: 'edits' }, words: 'all edits in the workspace' } : undefined;
  }
  const folder = await folderOf(pathCase);
  const scope = { kind: 'reading', folder, path: canonical } as const;
  return isTooWide(folder, pathCase.around)
    ? { scope }
    : { scope, words: `reading everything in ${visibleText(folder)}` };
}

async function folderOf({ canonical, around }: PathCase): Promise<string> {
  const stat = await around.files.stat(canonical).catch(() => undefined);
  return stat?.kind === 'folder' ? canonical : parentPath(canonical);
}

function isTooWide(folder: string, { home, here }: PathSurroundings): boolean {
  return namesWithin(home, folder) !== undefined || namesWithin(here, folder) !== undefined;
}

/** The narrowest rule that would allow the call again: of the file's folder in the workspace, or of the one file. */
function suggestionsOf(access: PathAccess, { canonical, resolved, around }: PathCase): string[] {
  const tool = access.kind === 'read' ? 'Read' : 'Edit';
  if (!resolved.inside) return canonical.startsWith('/') ? [`${tool}(/${plain(canonical)})`] : [];
  const names = namesWithin(parentPath(canonical), around.here);
  if (names === undefined) return [];
  return [
    names.length === 0
      ? `${tool}(./${plain(relativePath(around.here, canonical))})`
      : `${tool}(./${plain(names.join('/'))}/**)`,
  ];
}

/** Literal in a gitignore pattern. */
function plain(path: string): string {
  return path.replace(/[\\*?[\]!# ]/g, String.raw`\$&`);
}

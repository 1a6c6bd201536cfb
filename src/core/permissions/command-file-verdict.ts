// Judges a file that a command reads or writes as the gate judges those of the file tools, and says what it may reach below.
import type { CommandFile } from './command-files.ts';
import { describeRule, leavesWorkspace } from './gate-words.ts';
import { isFreeBelow } from './is-free-below.ts';
import { isWindowsPath, joinPath, namesWithin, relativePath, resolvePath } from './lexical-path.ts';
import { underMode } from './mode-verdict.ts';
import { judgePath, type PatternFolders } from './path-rules.ts';
import { judgePathAccess, type PathSurroundings } from './path-verdict.ts';
import { pathProblem, type ResolvedPath } from './paths.ts';
import type { RulePage } from './rule-book.ts';
import { coversTool, type Rule } from './rules.ts';
import type { AskVerdict, PathAccess } from './verdict.ts';
import { visibleText } from './visible-text.ts';

export interface FileSurroundings extends PathSurroundings {
  /** Where the command starts, absolute. */
  readonly cwd: string;
  /** The mode accepts edits in the workspace. */
  readonly edits: boolean;
}

export interface FileVerdict {
  readonly decision: 'allow' | 'ask' | 'deny';
  readonly because: AskVerdict['because'];
  readonly rule?: Rule;
  /** "Writes out.txt", the place where it really is. */
  readonly shown: string;
  /** Why it is so, the beginning of no sentence. */
  readonly reason: string;
  /** Rules that would allow it, as they would be saved. */
  readonly suggestions: readonly string[];
}

/** Passes on what the file system throws. */
export async function judgeCommandFile(
  file: CommandFile,
  page: RulePage,
  around: FileSurroundings,
): Promise<FileVerdict | undefined> {
  const tool = file.use === 'read' ? 'Read' : 'Edit';
  const restrictive = page.rules.filter((rule) => rule.behavior !== 'allow' && coversTool(rule, tool));
  if (file.need === 'forbid' && restrictive.length === 0) return undefined;
  return new FileJudge(file, page, around, restrictive).judge();
}

class FileJudge {
  private readonly file: CommandFile;
  private readonly page: RulePage;
  private readonly around: FileSurroundings;
  private readonly restrictive: readonly Rule[];
  private readonly verb: string;

  constructor(file: CommandFile, page: RulePage, around: FileSurroundings, restrictive: readonly Rule[]) {
    this.file = file;
    this.page = page;
    this.around = around;
    this.restrictive = restrictive;
    this.verb = file.use === 'read' ? 'Reads' : 'Writes';
  }

  async judge(): Promise<FileVerdict> {
    const { path, need, recursive } = this.file;
    if (path === undefined) return this.unknown();
    const whole = absolutePath(path, this.around);
    const verdict = await (need === 'allow' ? this.permitted(whole) : this.forbidden(whole));
    if (!recursive || verdict.decision === 'deny' || verdict.because === 'rule') return verdict;
    const resolved = await this.page.resolver.resolve(whole);
    const { forms } = resolved;
    // What may not be read may still be taken away with its folder.
    const rules = this.restrictive.filter((rule) => this.file.use === 'read' || rule.tool !== 'Read');
    const below = rules.find((rule) => mayMatchBelow(rule, forms, this.page.folders));
    if (!below || (await this.isFreeBelow(resolved))) return verdict;
    return this.asked(verdict.shown, 'rule', `what lies below may be what ${describeRule(below)} is about`, below);
  }

  /** What is written may be a name that is not there yet; what is read stands there now. */
  private async isFreeBelow({ canonical, forms }: ResolvedPath): Promise<boolean> {
    if (this.file.use !== 'read' || canonical === undefined) return false;
    return isFreeBelow(this.around.files, canonical, forms, (inner) => this.byRules(inner) !== undefined);
  }

  /** No one can tell which file it is: a rule that forbids some may forbid this one. */
  private unknown(): FileVerdict {
    const shown = `${this.verb} ${visibleText(this.file.shown)}`;
    const [rule] = this.restrictive;
    const reason = 'nobody can tell which file that is';
    if (!rule) return this.asked(shown, 'default', reason);
    return this.asked(shown, 'rule', `${reason}, and it may be what ${describeRule(rule)} is about`, rule);
  }

  /** As a file tool's access. */
  private async permitted(path: string): Promise<FileVerdict> {
    const { use } = this.file;
    const access: PathAccess = { kind: use, tool: use === 'read' ? 'Read' : 'Edit', path };
    const judged = await judgePathAccess(access, this.page, this.around);
    const verdict = this.around.edits ? underMode(judged, access, 'acceptEdits') : judged;
    const rule = verdict.rule ? { rule: verdict.rule } : {};
    if (verdict.decision === 'deny') {
      const shown = this.place(path);
      // What cannot be judged as a file is not forbidden by anyone: the person decides.
      if (!verdict.rule) return this.asked(shown, 'unsure', verdict.denial.note);
      return { ...rule, decision: 'deny', because: 'rule', shown, reason: verdict.denial.note, suggestions: [] };
    }
    const shown = this.place(path, verdict.granting.path);
    if (verdict.decision === 'allow') {
      return { ...rule, decision: 'allow', because: 'default', shown, reason: verdict.reason, suggestions: [] };
    }
    const { because, suggestions } = verdict;
    const outside = verdict.asking.facts.includes(leavesWorkspace());
    const reason = outside && because === 'default' ? 'leaves the workspace' : lowered(verdict.reason);
    return { ...rule, decision: 'ask', because, shown, reason, suggestions };
  }

  /** A rule allows the command: only those speak that deny or ask. */
  private async forbidden(path: string): Promise<FileVerdict> {
    const resolved = pathProblem(path) === undefined ? await this.page.resolver.resolve(path) : undefined;
    if (resolved?.canonical === undefined) return this.unresolved(path, resolved);
    const judged = this.byRules(resolved.forms);
    const shown = this.place(path, resolved.canonical);
    if (!judged) return { decision: 'allow', because: 'default', shown, reason: 'no rule forbids it', suggestions: [] };
    const { rule, decision } = judged;
    if (decision === 'deny') {
      return { decision, because: 'rule', rule, shown, reason: `denied by ${describeRule(rule)}`, suggestions: [] };
    }
    return this.asked(shown, 'rule', `asked by ${describeRule(rule)}`, rule);
  }

  private unresolved(path: string, resolved: ResolvedPath | undefined): FileVerdict {
    const judged = this.byRules(resolved?.forms ?? [resolvePath(this.around.cwd, path)]);
    if (judged?.decision !== 'deny') return this.unknown();
    const { rule } = judged;
    const reason = `denied by ${describeRule(rule)}`;
    return { decision: 'deny', because: 'rule', rule, shown: this.place(path), reason, suggestions: [] };
  }

  private byRules(forms: readonly string[]): ReturnType<typeof judgePath> {
    const tool = this.file.use === 'read' ? 'Read' : 'Edit';
    return judgePath(this.restrictive, tool, forms, this.page.folders, this.around.fold);
  }

  private asked(shown: string, because: AskVerdict['because'], reason: string, rule?: Rule): FileVerdict {
    return { decision: 'ask', because, shown, reason, suggestions: [], ...(rule ? { rule } : {}) };
  }

  private place(path: string, canonical?: string): string {
    const lexical = resolvePath(this.around.cwd, path);
    const target = canonical === undefined || canonical === lexical ? '' : `, which is ${visibleText(canonical)}`;
    return `${this.verb} ${visibleText(relativePath(this.around.here, lexical))}${target}`;
  }
}

function absolutePath(path: string, { home, cwd }: FileSurroundings): string {
  if (path === '~') return home;
  return path.startsWith('~/') ? joinPath(home, path.slice(2)) : joinPath(cwd, path);
}

function lowered(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

/** Whether a pattern may match something in the folder. Takes more for possible than is. */
function mayMatchBelow(rule: Rule, forms: readonly string[], folders: PatternFolders): boolean {
  const { specifier, source } = rule;
  if (specifier === undefined || isWindowsPath(source.root) || /(?:^|\/)\.\.(?:\/|$)|\\/.test(specifier)) return true;
  const [bases, pattern] = anchored(specifier, rule, folders);
  if (!bases) return true;
  const names = pattern.split('/').filter((name) => name !== '' && name !== '.');
  const glob = names.findIndex((name) => /[*?[]/.test(name));
  const plain = names.slice(0, glob === -1 ? undefined : glob).join('/') || '.';
  return bases.some((base) => {
    const start = resolvePath(base, plain);
    return forms.some((form) => namesWithin(start, form, true) || namesWithin(form, start, true));
  });
}

/** Where a pattern hangs; undefined where it reaches every depth. */
function anchored(
  specifier: string,
  rule: Rule,
  folders: PatternFolders,
): readonly [readonly string[] | undefined, string] {
  if (specifier.startsWith('//')) return [['/'], specifier.slice(2)];
  if (specifier === '~' || specifier.startsWith('~/')) return [folders.home, specifier.slice(1)];
  if (specifier.startsWith('/')) return [folders.root(rule), specifier];
  if (specifier === '.' || specifier.startsWith('./')) return [folders.cwd, specifier.slice(1)];
  const any = !/\/./.test(specifier) || /^[^/]+\/\*\*$/.test(specifier) || specifier.startsWith('**/');
  return [any ? undefined : folders.cwd, specifier];
}

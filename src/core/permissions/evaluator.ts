// The one evaluator: what the rules, the defaults and the mode say about a call. Asks nobody, changes nothing, makes no grant.
import type { FileSystem } from '../ports.ts';
import type { Access } from './access.ts';
import { judgeCommandAccess } from './command-verdict.ts';
import * as words from './gate-words.ts';
import type { PermissionMode } from './mode.ts';
import { underMode } from './mode-verdict.ts';
import { judgeNamedAccess } from './named-verdict.ts';
import { judgePathAccess } from './path-verdict.ts';
import type { PathFiles } from './paths.ts';
import { RuleBook, type RuleBookOptions, type RulePage } from './rule-book.ts';
import type { Rule } from './rules.ts';
import type { ShellGrammar } from './shell/shell-grammar.ts';
import { unsureVerdict } from './unsure-verdict.ts';
import { denyVerdict, type Granting, type Verdict } from './verdict.ts';

export interface EvaluatorOptions extends RuleBookOptions {
  readonly files: PathFiles & Pick<FileSystem, 'stat'> & Partial<Pick<FileSystem, 'list'>>;
  readonly platform: 'linux' | 'darwin' | 'win32';
  /** The file system takes names that differ in case or Unicode form for the same. Default: as the platform's usually does. */
  readonly foldsNames?: boolean;
  /** Asked for at each call. Default `default`. */
  readonly mode?: () => PermissionMode;
  /** Without it every command is asked about. */
  readonly grammar?: ShellGrammar;
}

export class PermissionEvaluator {
  private readonly options: EvaluatorOptions;
  private readonly rules: RuleBook;
  private readonly here: string;

  constructor(options: EvaluatorOptions) {
    this.options = options;
    this.rules = new RuleBook(options);
    this.here = options.workspace[0] ?? options.home;
  }

  /** `adding`: rules that are judged by as if they stood in a file. Never rejects; what cannot be judged is asked about. */
  async judge(access: Access, adding: readonly Rule[] = []): Promise<Verdict> {
    let mode: PermissionMode = 'default';
    try {
      mode = this.options.mode?.() ?? 'default';
      const page = (await this.rules.open()).with(adding);
      if (mode === 'bypassPermissions' && page.bypassForbidden) mode = 'default';
      const verdict = await this.byRules(access, page, mode);
      return underMode(withDoubt(verdict, access, page.unread), access, mode);
    } catch (error) {
      return underMode(await this.unsure(access, error), access, mode);
    }
  }

  /** Where a path leads now; undefined when that cannot be told. */
  async canonical(path: string): Promise<string | undefined> {
    const page = await this.rules.open();
    return (await page.resolver.resolve(path)).canonical;
  }

  private async byRules(access: Access, page: RulePage, mode: PermissionMode): Promise<Verdict> {
    const { files, home, platform, foldsNames = platform !== 'linux', grammar } = this.options;
    const around = { files, home, here: this.here, fold: foldsNames };
    if (access.kind === 'command') {
      return judgeCommandAccess(access, page, { ...around, platform, mode, ...(grammar ? { grammar } : {}) });
    }
    if (access.kind !== 'read' && access.kind !== 'edit') return judgeNamedAccess(access, page.rules);
    return judgePathAccess(access, page, around);
  }

  private async unsure(access: Access, error: unknown): Promise<Verdict> {
    const message = error instanceof Error ? error.message : String(error);
    const path = await this.grantedPath(access).catch(() => undefined);
    if (path === undefined) {
      return denyVerdict(words.unjudgeable(`It could not be judged (${message}), nor told where it leads.`));
    }
    return unsureVerdict(access, { path, access }, `It could not be judged (${message})`);
  }

  private async grantedPath(access: Access): Promise<string | undefined> {
    if (access.kind === 'command') return access.cwd;
    return access.kind === 'read' || access.kind === 'edit' ? this.canonical(access.path) : '';
  }
}

/** Where a file of rules could not be read, a rule that denies may be missing. */
function withDoubt(verdict: Verdict, access: Access, unread: string | undefined): Verdict {
  if (unread === undefined || verdict.decision === 'deny') return verdict;
  const granting: Granting = verdict.granting;
  return unsureVerdict(access, granting, `The permission rules could not be read (${unread})`);
}

// The one evaluator: what the rules, the defaults and the mode say about a call. Asks nobody, changes nothing, makes no grant.
import type { FileSystem } from '../ports.ts';
import type { Access } from './access.ts';
import { judgeCommandAccess } from './command-verdict.ts';
import type { PermissionMode } from './mode.ts';
import { underMode } from './mode-verdict.ts';
import { judgeNamedAccess } from './named-verdict.ts';
import { judgePathAccess } from './path-verdict.ts';
import { RuleBook, type RuleBookOptions, type RulePage } from './rule-book.ts';
import type { ShellGrammar } from './shell/shell-grammar.ts';
import type { Verdict } from './verdict.ts';

export interface EvaluatorOptions extends RuleBookOptions {
  readonly files: Pick<FileSystem, 'resolve' | 'stat'>;
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

  /** Never rejects. */
  async judge(access: Access): Promise<Verdict> {
    const page = await this.rules.open();
    const verdict = await this.byRules(access, page);
    const mode = this.options.mode?.() ?? 'default';
    return underMode(verdict, access, mode === 'bypassPermissions' && page.bypassForbidden ? 'default' : mode);
  }

  /** Where a path leads now; undefined when that cannot be told. */
  async canonical(path: string): Promise<string | undefined> {
    const page = await this.rules.open();
    return (await page.resolver.resolve(path)).canonical;
  }

  private async byRules(access: Access, page: RulePage): Promise<Verdict> {
    const { files, home, platform, foldsNames = platform !== 'linux' } = this.options;
    const { here } = this;
    const { grammar } = this.options;
    const around = { here, platform, ...(grammar ? { grammar } : {}) };
    if (access.kind === 'command') return judgeCommandAccess(access, page, around);
    if (access.kind !== 'read' && access.kind !== 'edit') return judgeNamedAccess(access, page.rules);
    return judgePathAccess(access, page, { files, home, here, fold: foldsNames });
  }
}

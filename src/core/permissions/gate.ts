// The one permission gate: judges what a call wants to do, asks the person where no rule decides, and is the only maker of grants.
import type { FileSystem } from '../ports.ts';
import type { Access, Authorization, AuthorizationRequest, Grant, PermissionGate } from './access.ts';
import { Asker, type Answer, type AskerOptions, type Asking } from './asker.ts';
import { judgeCommand, type Judgement } from './command-rules.ts';
import * as words from './gate-words.ts';
import { namesWithin, parentPath, relativePath } from './lexical-path.ts';
import { judgePath, withheldPaths } from './path-rules.ts';
import { pathProblem, type ResolvedPath } from './paths.ts';
import { isProtectedPath } from './protected-paths.ts';
import { RuleBook, type RuleBookOptions, type RulePage } from './rule-book.ts';
import type { Rule } from './rules.ts';
import { createSessionGrants } from './session-grants.ts';
import { analyzeCommand, type ShellAnalysis } from './shell-analysis.ts';
import { visibleText } from './visible-text.ts';

export interface PermissionGateOptions extends RuleBookOptions, AskerOptions {
  readonly files: Pick<FileSystem, 'resolve' | 'stat'>;
  readonly platform: 'linux' | 'darwin' | 'win32';
}

type PathAccess = Exclude<Access, { kind: 'command' }>;
type CommandAccess = Extract<Access, { kind: 'command' }>;

/** A path access with all that is known about it. */
interface PathCase {
  readonly access: PathAccess;
  readonly page: RulePage;
  readonly resolved: ResolvedPath;
  readonly canonical: string;
  readonly judged: Judgement | undefined;
  /** A write to a name that decides what other programs run. */
  readonly guarded: boolean;
  readonly readOnly: boolean;
}

/** One gate for one session: what the person allows "for this session" lives as long as it. */
export function createPermissionGate(options: PermissionGateOptions): PermissionGate {
  return new Gate(options);
}

class Gate implements PermissionGate {
  private readonly options: PermissionGateOptions;
  private readonly rules: RuleBook;
  private readonly asker: Asker;
  private readonly grants = createSessionGrants();
  private readonly here: string;
  private readonly fold: boolean;

  constructor(options: PermissionGateOptions) {
    this.options = options;
    this.rules = new RuleBook(options);
    this.asker = new Asker(options);
    this.here = options.workspace[0] ?? options.home;
    this.fold = options.platform !== 'linux';
  }

  authorize(request: AuthorizationRequest): Promise<Authorization> {
    const { access } = request;
    return access.kind === 'command' ? this.authorizeCommand(access, request) : this.authorizePath(access, request);
  }

  private async authorizePath(access: PathAccess, request: AuthorizationRequest): Promise<Authorization> {
    const problem = pathProblem(access.path);
    if (problem !== undefined) return words.unjudgeable(problem);
    const what = `${access.tool} ${this.short(access.path)}`;
    const page = await this.rules.open();
    const resolved = await page.resolver.resolve(access.path);
    const { lexical, canonical } = resolved;
    const forms = canonical === undefined ? [lexical] : [lexical, canonical];
    const judged = judgePath(page.rules, access.tool, forms, page.folders, this.fold);
    if (judged?.decision === 'deny') return words.deniedByRule(what, judged.rule);
    if (canonical === undefined) return words.unresolvable(access.path);

    const readOnly = await page.isReadOnly(canonical);
    if (readOnly && access.kind === 'edit') return words.readOnly(access.path);
    const guarded = access.kind === 'edit' && forms.some((form) => isProtectedPath(form, this.options.home));
    const pathCase: PathCase = { access, page, resolved, canonical, judged, guarded, readOnly };
    const allowed = this.allowedUnasked(pathCase);
    if (allowed) return allowed;
    const asking = await this.pathQuestion(pathCase, what);
    const answer: Answer = request.propose
      ? await this.asker.review(request, request.propose, canonical, asking)
      : await this.asker.ask(request, asking);
    if (answer.decision === 'deny') return answer;
    const again = await page.resolver.resolve(access.path);
    if (again.canonical !== canonical) return words.moved(access.path);
    const grant = this.pathGrant(pathCase, answer.review);
    return { decision: 'allow', grant, by: 'person', reason: answer.reason };
  }

  private allowedUnasked(pathCase: PathCase): Authorization | undefined {
    const { access, resolved, canonical, judged, guarded, readOnly } = pathCase;
    if (judged?.decision === 'ask' || guarded) return undefined;
    const grant = this.pathGrant(pathCase);
    if (judged)
      return { decision: 'allow', grant, by: 'rule', reason: `Allowed by ${words.describeRule(judged.rule)}` };
    const reads = access.kind === 'read';
    if (reads && resolved.inside) return { decision: 'allow', grant, by: 'default', reason: 'In the workspace' };
    if (reads && readOnly) return { decision: 'allow', grant, by: 'default', reason: 'A kept result' };
    const remembered = reads ? this.grants.hasReading(canonical) : this.grants.hasEdits() && resolved.inside;
    return remembered ? { decision: 'allow', grant, by: 'person', reason: 'Allowed for this session' } : undefined;
  }

  private pathGrant({ access, page, canonical }: PathCase, review?: Grant['review']): Grant {
    const { rules, folders } = page;
    const excludes = access.kind === 'read' ? withheldPaths(rules, access.tool, folders, this.fold) : undefined;
    return makeGrant({ path: canonical, access, ...(excludes ? { excludes } : {}), ...(review ? { review } : {}) });
  }

  private async pathQuestion(pathCase: PathCase, what: string): Promise<Asking> {
    const { access, resolved, canonical, judged, guarded } = pathCase;
    const from = visibleText(resolved.lexical);
    const to = visibleText(canonical);
    const facts = [
      ...(from === to ? [] : [`${from} leads to ${to}`]),
      ...(resolved.inside ? [] : ['Leaves the workspace']),
      ...(guarded ? ['Protected: this file decides what other programs run'] : []),
      ...words.ruleFact(judged?.rule),
    ];
    const verb = access.kind === 'read' ? 'Read' : 'Write';
    const title = resolved.inside ? `${verb} in the workspace` : `${verb} outside the workspace`;
    const session = judged || guarded ? undefined : await this.pathSession(pathCase);
    return { what, title, subject: to, facts, ...(session ? { session } : {}) };
  }

  /** What "for this session" would allow: edits in the workspace, or the folder of what is read. */
  private async pathSession({ access, resolved, canonical }: PathCase): Promise<Asking['session']> {
    const { grants } = this;
    if (access.kind === 'edit') {
      if (!resolved.inside) return undefined;
      return {
        words: 'all edits in the workspace',
        remember: () => grants.allowEdits(),
        covers: () => grants.hasEdits(),
      };
    }
    const stat = await this.options.files.stat(canonical).catch(() => undefined);
    const folder = stat?.kind === 'folder' ? canonical : parentPath(canonical);
    const tooWide =
      namesWithin(this.options.home, folder) !== undefined || namesWithin(this.here, folder) !== undefined;
    if (tooWide) return undefined;
    return {
      words: `reading everything in ${visibleText(folder)}`,
      remember: () => grants.allowReading(folder),
      covers: () => grants.hasReading(canonical),
    };
  }

  private async authorizeCommand(access: CommandAccess, request: AuthorizationRequest): Promise<Authorization> {
    const { command, cwd, purpose } = access;
    if (command.trim() === '') return words.unjudgeable('The command is empty. Give the command to run.');
    if (command.includes('\0')) return words.unjudgeable('The command contains a NUL character. Give it without.');
    const page = await this.rules.open();
    const analysis = this.analyze(command);
    const judged = judgeCommand(page.rules, access.tool, command, analysis);
    const what = `\`${command}\``;
    if (judged?.decision === 'deny') return words.deniedByRule(what, judged.rule);
    const grant = makeGrant({ path: cwd, access });
    if (judged?.decision === 'allow') {
      return { decision: 'allow', grant, by: 'rule', reason: `Allowed by ${words.describeRule(judged.rule)}` };
    }
    const session = {
      words: 'this exact command in this folder',
      remember: () => this.grants.allowCommand(command, cwd),
      covers: () => this.grants.hasCommand(command, cwd),
    };
    const asking: Asking = {
      what,
      title: 'Run a command',
      subject: visibleText(command),
      facts: this.commandFacts(cwd, analysis, judged?.rule),
      ...(purpose === undefined ? {} : { purpose: visibleText(purpose) }),
      ...(judged ? {} : { session }),
    };
    const answer = asking.session?.covers()
      ? ({ decision: 'allow', reason: 'Allowed for this session' } as const)
      : await this.asker.ask(request, asking);
    return answer.decision === 'deny' ? answer : { decision: 'allow', grant, by: 'person', reason: answer.reason };
  }

  private analyze(command: string): ShellAnalysis {
    const analysis = analyzeCommand(command);
    if (this.options.platform !== 'win32') return analysis;
    return { ...analysis, complete: false, reason: 'PowerShell is not analysed yet' };
  }

  private commandFacts(cwd: string, analysis: ShellAnalysis, rule: Rule | undefined): string[] {
    const several = analysis.complete && analysis.parts.length > 1;
    return [
      ...(cwd === this.here ? [] : [`In ${this.short(cwd)}`]),
      ...(several ? analysis.parts.map((part, index) => `Part ${index + 1}: ${visibleText(part.text)}`) : []),
      ...(analysis.complete ? [] : [`No rule can allow it: ${analysis.reason ?? 'it is not plain'}`]),
      ...words.ruleFact(rule),
    ];
  }

  private short(path: string): string {
    return visibleText(relativePath(this.here, path));
  }
}

/** The only place that makes one: the gate has judged what it names. */
function makeGrant(judged: { [Key in keyof Grant as Key extends string ? Key : never]: Grant[Key] }): Grant {
  return Object.freeze({ ...judged }) as Grant;
}

// The one permission gate: where the evaluator says ask it puts the question to the person, and it is the only maker of grants.
import type { RuleStore } from '../ports.ts';
import type { Access, Authorization, AuthorizationRequest, Grant, PermissionGate } from './access.ts';
import type { ApprovalStrategy } from './approval-strategy.ts';
import { Asker, type Answer, type AskerOptions, type Asking } from './asker.ts';
import { PermissionEvaluator, type EvaluatorOptions } from './evaluator.ts';
import * as words from './gate-words.ts';
import { tellPastEffect, type PastCalls } from './past-calls.ts';
import { riskOf } from './risk.ts';
import { createSessionGrants } from './session-grants.ts';
import type { AskVerdict, Granting } from './verdict.ts';
import { t } from '../../shared/l10n.ts';

export interface PermissionGateOptions extends EvaluatorOptions, AskerOptions {
  /** Keeps rules for good. Default: "always" is not offered. */
  readonly ruleStore?: RuleStore;
  /** Answers before the person is asked, where no rule asks; read at each call. Default: the person is asked. */
  readonly approve?: ApprovalStrategy;
  /** What a rule would have done to them is told before it is saved; read only when the person wants to save one. Default: nothing is told. */
  readonly pastCalls?: PastCalls;
}

/** One gate for one session: what the person allows "for this session" lives as long as it. */
export function createPermissionGate(options: PermissionGateOptions): PermissionGate {
  return new Gate(options);
}

class Gate implements PermissionGate {
  private readonly evaluator: PermissionEvaluator;
  private readonly asker: Asker;
  private readonly grants = createSessionGrants();
  private readonly ruleStore: RuleStore | undefined;
  private readonly approve: ApprovalStrategy | undefined;
  private readonly pastCalls: PermissionGateOptions['pastCalls'];

  constructor(options: PermissionGateOptions) {
    this.evaluator = new PermissionEvaluator(options);
    this.asker = new Asker(options);
    this.ruleStore = options.ruleStore;
    this.approve = options.approve;
    this.pastCalls = options.pastCalls;
  }

  async authorize(request: AuthorizationRequest): Promise<Authorization> {
    const verdict = await this.evaluator.judge(request.access);
    switch (verdict.decision) {
      case 'deny':
        return verdict.denial;
      case 'allow':
        return { decision: 'allow', grant: makeGrant(verdict.granting), by: verdict.by, reason: verdict.reason };
      case 'ask':
        return this.ask(verdict, request);
      default:
        return verdict satisfies never;
    }
  }

  async foresee(access: Access): Promise<string | undefined> {
    const verdict = await this.evaluator.judge(access);
    return verdict.decision === 'allow' ? verdict.granting.path : undefined;
  }

  private async ask(verdict: AskVerdict, request: AuthorizationRequest): Promise<Authorization> {
    const { granting } = verdict;
    const { what } = verdict.asking;
    if (verdict.session && this.grants.covers(verdict.session.scope)) {
      return { decision: 'allow', grant: makeGrant(granting), by: 'person', reason: t('Allowed for this session') };
    }
    const { access, propose } = request;
    const approval = this.approval(access, verdict);
    if (approval === 'deny') return words.deniedByStrategy(what);
    if (approval === 'approve') {
      // An edit that cannot apply fails here as it would before a person.
      await propose?.(granting.path);
      return { decision: 'allow', grant: makeGrant(granting), by: 'rule', reason: t('Approved by the strategy') };
    }
    const asking = await this.askingOf(verdict, request);
    const answer: Answer = propose
      ? await this.asker.review(request, propose, granting.path, asking)
      : await this.asker.ask(request, asking);
    if (answer.decision === 'deny') return answer;
    const path = access.kind === 'read' || access.kind === 'edit' ? access.path : undefined;
    // While the person was thinking a link on the way may have been changed.
    if (path !== undefined && (await this.canonical(path)) !== granting.path) return words.moved(path);
    return { decision: 'allow', grant: makeGrant(granting, answer.review), by: 'person', reason: answer.reason };
  }

  /** A strategy that breaks has not answered, and one that approves knows no more than the gate where that is unsure. */
  private approval(access: Access, verdict: AskVerdict): ReturnType<ApprovalStrategy> | undefined {
    const { because } = verdict;
    if (because !== 'default' && because !== 'unsure') return undefined;
    try {
      const answer = this.approve?.({ access, risk: riskOf(access, verdict) });
      return because === 'unsure' && answer !== 'deny' ? undefined : answer;
    } catch {
      return undefined;
    }
  }

  private async canonical(path: string): Promise<string | undefined> {
    return this.evaluator.canonical(path).catch(() => undefined);
  }

  private async askingOf(verdict: AskVerdict, request: AuthorizationRequest): Promise<Asking> {
    const { because, session, suggestions } = verdict;
    const asking = { ...verdict.asking, risk: riskOf(request.access, verdict) };
    const offered = suggestions.length > 0 && !request.propose;
    const file = offered ? await this.storeFile() : undefined;
    const always = file === undefined ? {} : { always: this.alwaysOf(suggestions, file, request) };
    // A rule that another answer has saved may cover it as well, though not where it is asked each time.
    const covered = async (): Promise<boolean> =>
      because === 'default' &&
      ((session !== undefined && this.grants.covers(session.scope)) ||
        (await this.evaluator.judge(request.access)).decision === 'allow');
    if (session?.words === undefined) return { ...asking, ...always, covered };
    const { scope, words } = session;
    return { ...asking, ...always, covered, session: { words, remember: () => this.grants.allow(scope) } };
  }

  private async storeFile(): Promise<string | undefined> {
    try {
      return await this.ruleStore?.file();
    } catch {
      return undefined;
    }
  }

  private alwaysOf(
    rules: readonly string[],
    file: string,
    { access, signal }: AuthorizationRequest,
  ): NonNullable<Asking['always']> {
    const save = async (): Promise<string> => {
      const saved = `${rules.join(', ')} in ${file}`;
      try {
        await this.ruleStore?.add(rules);
      } catch (error) {
        return t(
          'Allowed this once. The rule could not be saved: {0}',
          error instanceof Error ? error.message : String(error),
        );
      }
      // The proof: the same call, judged by what stands in the file now.
      const again = await this.evaluator.judge(access);
      if (again.decision === 'allow') return t('Allowed from now on by {0}.', saved);
      const why = again.decision === 'ask' ? again.reason : again.denial.note;
      return t('Allowed this once. {0} was saved, but the same call would be asked again: {1}.', saved, why);
    };
    const { pastCalls } = this;
    if (!pastCalls) return { rules, file, save };
    const judge = this.evaluator.judge.bind(this.evaluator);
    return { rules, file, save, effect: () => tellPastEffect(rules, pastCalls, judge, signal) };
  }
}

/** The only place that makes one: the evaluator has judged what it names. */
function makeGrant(granting: Granting, review?: Grant['review']): Grant {
  return Object.freeze({ ...granting, ...(review ? { review } : {}) }) as Grant;
}

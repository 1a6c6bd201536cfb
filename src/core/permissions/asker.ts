// Puts the gate's questions and edits to the person, those of calls side by side together; turns what comes back into an answer.
import type {
  EditProposal,
  EditReviewer,
  EditVerdict,
  PermissionAnswer,
  PermissionPrompter,
  PermissionQuestion,
} from '../ports.ts';
import { withoutLineEndings } from '../tools/files/line-endings.ts';
import type { AuthorizationRequest, Grant } from './access.ts';
import { denied, interrupted, type Denial } from './gate-words.ts';
import type { AskingText } from './verdict.ts';
import { visibleText } from './visible-text.ts';
import { t } from '../../shared/l10n.ts';

export interface Asking extends AskingText {
  /** From 0 to 10. */
  readonly risk: number;
  /** Whether an earlier yes covers it by now. */
  readonly covered?: () => boolean | Promise<boolean>;
  /** How a yes for the session is worded and remembered. Absent where a rule or a protected name asks each time. */
  readonly session?: { readonly words: string; readonly remember: () => void };
  /** What a yes for ever would save, and where. `save` resolves to what the person should hear of it; it never rejects. */
  readonly always?: NonNullable<PermissionQuestion['always']> & { readonly save: () => Promise<string> };
}

export type Answer =
  | Denial
  | { readonly decision: 'allow'; readonly reason: string; readonly review?: NonNullable<Grant['review']> };

export interface AskerOptions {
  readonly prompter: PermissionPrompter;
  readonly reviewer: EditReviewer;
  readonly newId: () => string;
}

/** A question that waits for its answer. */
interface Waiting {
  readonly covered: () => boolean | Promise<boolean>;
  readonly settle: () => void;
}

export class Asker {
  private readonly waiting = new Set<Waiting>();
  private readonly options: AskerOptions;

  constructor(options: AskerOptions) {
    this.options = options;
  }

  /** Questions of calls side by side are up side by side; one that another's answer covers needs none of its own. Never rejects. */
  async ask(request: AuthorizationRequest, asking: Asking): Promise<Answer> {
    const { what, covered = () => false } = asking;
    if (request.signal.aborted) return interrupted(what);
    const needless = new AbortController();
    const waiting = { covered, settle: () => needless.abort() };
    this.waiting.add(waiting);
    const requestId = this.options.newId();
    request.onWaiting({ requestId, words: `${asking.title}?`, review: false });
    const answer = await this.put(requestId, request, asking, needless.signal);
    this.waiting.delete(waiting);
    request.onAnswered();
    if (request.signal.aborted) return interrupted(what);
    // Words can only be the person's: they have said no while another answer was about to cover it.
    const refused = answer.decision === 'deny' && (answer.words ?? '').trim() !== '';
    if (needless.signal.aborted && !refused) return { decision: 'allow', reason: t('Allowed by an answer beside it') };
    if (answer.decision === 'deny') return denied(what, answer);
    const reason = await this.remember(answer, asking);
    if (answer.decision !== 'allow_once') await this.settleCovered();
    return { decision: 'allow', reason };
  }

  private async put(
    requestId: string,
    request: AuthorizationRequest,
    { session, always, covered: _, what: __, ...shown }: Asking,
    needless: AbortSignal,
  ): Promise<PermissionAnswer> {
    const question = {
      requestId,
      tool: request.access.tool,
      ...shown,
      facts: [...originFacts(request), ...shown.facts],
      ...(session ? { sessionGrant: session.words } : {}),
      ...(always ? { always: shownAlways(always) } : {}),
    };
    try {
      const answer = await this.options.prompter.ask(question, AbortSignal.any([request.signal, needless]));
      // Only a plain yes is one.
      return YES.has(answer.decision) ? answer : { ...answer, decision: 'deny' };
    } catch {
      // A prompter that breaks its promise has not said yes.
      return { decision: 'deny' };
    }
  }

  private async settleCovered(): Promise<void> {
    for (const waiting of this.waiting) if (await waiting.covered()) waiting.settle();
  }

  private async remember({ decision }: PermissionAnswer, { session, always }: Asking): Promise<string> {
    if (decision === 'allow_session' && session) {
      session.remember();
      return t('Allowed for this session: {0}', session.words);
    }
    if (decision === 'allow_always' && always) {
      const said = await always.save();
      this.tell(said);
      return said;
    }
    return t('Allowed once');
  }

  private async reviewed(shown: EditProposal, signal: AbortSignal): Promise<EditVerdict> {
    try {
      const verdict = await this.options.reviewer.review(shown, signal);
      // Only a plain yes is one.
      return verdict.decision === 'accept' ? verdict : { ...verdict, decision: 'reject' };
    } catch {
      return { decision: 'reject' };
    }
  }

  private tell(said: string): void {
    try {
      this.options.prompter.tell?.(said);
    } catch {
      // The call is allowed and its row says so.
    }
  }

  /** Shows the edit itself, to be accepted as it is, changed, or rejected. Passes on what `propose` throws. */
  async review(
    request: AuthorizationRequest,
    propose: NonNullable<AuthorizationRequest['propose']>,
    path: string,
    asking: Asking,
  ): Promise<Answer> {
    const proposal = await propose(path);
    if (request.signal.aborted) return interrupted(asking.what);
    const requestId = this.options.newId();
    request.onWaiting({ requestId, words: t('Review the change: {0}', asking.what), review: true });
    const shown = { ...proposal, requestId, facts: [...originFacts(request), ...asking.facts] };
    const verdict = await this.reviewed(shown, request.signal);
    request.onAnswered();
    if (request.signal.aborted) return interrupted(asking.what);
    if (verdict.decision === 'reject') return denied(asking.what, verdict);
    if (verdict.forSession) asking.session?.remember();
    const changed = withoutLineEndings(verdict.after) !== withoutLineEndings(proposal.after);
    return {
      decision: 'allow',
      reason: changed ? t('Accepted with changes') : t('Accepted'),
      review: { ...verdict, changed },
    };
  }
}

const YES: ReadonlySet<string> = new Set(['allow_once', 'allow_session', 'allow_always']);

function shownAlways({ save: _, ...shown }: NonNullable<Asking['always']>): NonNullable<PermissionQuestion['always']> {
  return shown;
}

function originFacts({ origin }: AuthorizationRequest): string[] {
  return origin === undefined ? [] : [t('Asked for by {0}', visibleText(origin))];
}

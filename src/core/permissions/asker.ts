// Puts the gate's questions to the person, one after another, and edits before them side by side; turns what comes back into an answer.
import type { EditReviewer, EditVerdict, PermissionAnswer, PermissionPrompter } from '../ports.ts';
import { withoutLineEndings } from '../tools/files/line-endings.ts';
import type { AuthorizationRequest, Grant } from './access.ts';
import { denied, interrupted, type Denial } from './gate-words.ts';
import type { AskingText } from './verdict.ts';
import { visibleText } from './visible-text.ts';

export interface Asking extends AskingText {
  /** Whether an earlier yes covers it by now. */
  readonly covered?: () => boolean | Promise<boolean>;
  /** How a yes for the session is worded and remembered. Absent where a rule or a protected name asks each time. */
  readonly session?: { readonly words: string; readonly remember: () => void };
  /** What a yes for ever would save, and where. `save` resolves to what the person should hear of it; it never rejects. */
  readonly always?: { readonly rules: readonly string[]; readonly file: string; readonly save: () => Promise<string> };
}

export type Answer =
  | Denial
  | { readonly decision: 'allow'; readonly reason: string; readonly review?: NonNullable<Grant['review']> };

export interface AskerOptions {
  readonly prompter: PermissionPrompter;
  readonly reviewer: EditReviewer;
  readonly newId: () => string;
}

export class Asker {
  private last: Promise<unknown> = Promise.resolve();
  private readonly options: AskerOptions;

  constructor(options: AskerOptions) {
    this.options = options;
  }

  /** Asks once the questions before it are answered: one of those may have covered it. Never rejects. */
  ask(request: AuthorizationRequest, asking: Asking): Promise<Answer> {
    const turn = this.last.then(() => this.askNow(request, asking));
    this.last = turn;
    return turn;
  }

  private async askNow(request: AuthorizationRequest, asking: Asking): Promise<Answer> {
    const { session, always, covered, what, ...shown } = asking;
    if (request.signal.aborted) return interrupted(what);
    if (await covered?.()) return { decision: 'allow', reason: 'Allowed by an earlier answer' };
    const requestId = this.options.newId();
    request.onWaiting({ requestId, words: `${asking.title}?`, review: false });
    const question = {
      requestId,
      tool: request.access.tool,
      ...shown,
      facts: [...originFacts(request), ...asking.facts],
      ...(session ? { sessionGrant: session.words } : {}),
      ...(always ? { always: { rules: always.rules, file: always.file } } : {}),
    };
    // A prompter that breaks its promise has not said yes.
    const denial: PermissionAnswer = { decision: 'deny' };
    const answer = await this.options.prompter.ask(question, request.signal).catch(() => denial);
    request.onAnswered();
    if (request.signal.aborted) return interrupted(what);
    if (answer.decision === 'deny') return denied(what, answer);
    return { decision: 'allow', reason: await this.remember(answer, asking) };
  }

  private async remember({ decision }: PermissionAnswer, { session, always }: Asking): Promise<string> {
    if (decision === 'allow_session' && session) {
      session.remember();
      return `Allowed for this session: ${session.words}`;
    }
    if (decision === 'allow_always' && always) {
      const said = await always.save();
      this.options.prompter.tell?.(said);
      return said;
    }
    return 'Allowed once';
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
    request.onWaiting({ requestId, words: `Review the change: ${asking.what}`, review: true });
    const rejection: EditVerdict = { decision: 'reject' };
    const shown = { ...proposal, requestId, facts: [...originFacts(request), ...asking.facts] };
    const verdict = await this.options.reviewer.review(shown, request.signal).catch(() => rejection);
    request.onAnswered();
    if (request.signal.aborted) return interrupted(asking.what);
    if (verdict.decision === 'reject') return denied(asking.what, verdict);
    if (verdict.forSession) asking.session?.remember();
    const changed = withoutLineEndings(verdict.after) !== withoutLineEndings(proposal.after);
    return {
      decision: 'allow',
      reason: changed ? 'Accepted with changes' : 'Accepted',
      review: { ...verdict, changed },
    };
  }
}

function originFacts({ origin }: AuthorizationRequest): string[] {
  return origin === undefined ? [] : [`Asked for by ${visibleText(origin)}`];
}

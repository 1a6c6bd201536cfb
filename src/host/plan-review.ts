// Shows a plan as a document that the person may change, and asks for the verdict. Closing the question or the document is none.
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { PlanReviewer, PlanVerdict } from '../core/tools/planning/person-ports.ts';
import type { Log } from './log.ts';
import type { ProposalFiles } from './proposal-files.ts';
import type { QuickQuestions } from './quick-question.ts';
import { reviewedText } from './reviewed-text.ts';
import { windowAttention, type WindowAttention } from './window-attention.ts';

const REJECTED: PlanVerdict = { decision: 'reject' };
const NAME = 'Plan.md';

type Choice = 'approve' | 'acceptEdits' | 'words' | 'keep';

const choices = (): readonly (vscode.QuickPickItem & { readonly choice: Choice })[] => [
  {
    choice: 'approve',
    label: vscode.l10n.t('Approve'),
    detail: vscode.l10n.t('Carry the plan out as the document reads now. Edits are asked for.'),
  },
  {
    choice: 'acceptEdits',
    label: vscode.l10n.t('Approve and Accept Edits'),
    detail: vscode.l10n.t('The same, with edits in the workspace made without asking.'),
  },
  {
    choice: 'words',
    label: vscode.l10n.t('Reject with Words…'),
    detail: vscode.l10n.t('Say what should be different. The model plans again.'),
  },
  {
    choice: 'keep',
    label: vscode.l10n.t('Keep Planning'),
    detail: vscode.l10n.t('No approval yet. The model goes on planning.'),
  },
];

interface Review {
  readonly plan: string;
  readonly uri: vscode.Uri;
  readonly signal: AbortSignal;
  /** The first verdict counts; its question is closed. */
  readonly settle: (verdict: PlanVerdict) => void;
  /** Its question is up, or is about to be. */
  asking: boolean;
  /** When its document is there: a tab that is still to come cannot be closed. Never rejects. */
  shown: Promise<unknown>;
}

export interface PlanReviewParts {
  readonly quick: QuickQuestions;
  /** Registered for `scheme` too. */
  readonly files: ProposalFiles;
  /** Of the plans' documents: not that of edits under review, whose tabs close with their review. */
  readonly scheme: string;
  readonly log: Log;
  /** Default: this window's. */
  readonly attention?: WindowAttention;
}

export class PlanReview implements PlanReviewer, vscode.Disposable {
  readonly #parts: PlanReviewParts;
  readonly #pending = new Set<Review>();
  readonly #end = new AbortController();

  constructor(parts: PlanReviewParts) {
    this.#parts = parts;
  }

  async review(plan: string, signal: AbortSignal): Promise<PlanVerdict> {
    const decided = new AbortController();
    const either = AbortSignal.any([signal, this.#end.signal, decided.signal]);
    if (either.aborted) return REJECTED;
    const { files, scheme } = this.#parts;
    const uri = files.put(`plan-${randomUUID()}`, NAME, plan).with({ scheme });
    let answer!: Review['settle'];
    const verdict = new Promise<PlanVerdict>((resolve) => (answer = resolve));
    const settle: Review['settle'] = (given) => {
      answer(given);
      decided.abort();
    };
    const review: Review = { plan, uri, signal: either, settle, asking: false, shown: Promise.resolve() };
    either.addEventListener('abort', () => settle(REJECTED), { once: true });
    this.#pending.add(review);
    try {
      // What the person is typing elsewhere must not go into the plan.
      void this.#open(review, true);
      this.#tellWhoLooksElsewhere(review);
      return await verdict;
    } finally {
      this.#pending.delete(review);
      void this.#putAway(review);
    }
  }

  /** Brings the plan that has waited longest to the front again, with its question; false when none waits. */
  show(): boolean {
    const [first] = this.#pending;
    if (first) void this.#open(first, false);
    return first !== undefined;
  }

  /** The verdict from the panel on the plan that reads so; false when none does. */
  decide(plan: string, verdict: 'approve' | 'keep'): boolean {
    const review = [...this.#pending].find((pending) => pending.plan === plan);
    review?.settle(verdict === 'keep' ? REJECTED : this.#approval(review, 'default'));
    return review !== undefined;
  }

  dispose(): void {
    this.#end.abort();
  }

  async #open(review: Review, preserveFocus: boolean): Promise<void> {
    const shown = this.#show(review.uri, preserveFocus);
    review.shown = Promise.all([review.shown, shown]);
    await shown;
    await this.#ask(review);
  }

  async #show(uri: vscode.Uri, preserveFocus: boolean): Promise<void> {
    try {
      await vscode.window.showTextDocument(uri, { preview: false, preserveFocus });
    } catch (error) {
      this.#parts.log.error('A plan could not be opened; it can be decided on all the same.', error);
    }
  }

  #tellWhoLooksElsewhere(review: Review): void {
    const { attention = windowAttention } = this.#parts;
    if (attention.isLookedAt()) return;
    const words = vscode.l10n.t('Capstan has made a plan and waits for your word.');
    void attention.offer(words).then(async (wanted) => {
      if (wanted && this.#pending.has(review)) await this.#open(review, false);
    });
  }

  async #ask(review: Review): Promise<void> {
    if (review.asking || !this.#pending.has(review)) return;
    review.asking = true;
    try {
      const verdict = await this.#parts.quick.inTurn(() => this.#verdict(review));
      if (verdict) review.settle(verdict);
    } catch (error) {
      this.#parts.log.error('The question about a plan could not be shown; it counts as not approved.', error);
      review.settle(REJECTED);
    } finally {
      review.asking = false;
    }
    if (this.#pending.has(review) && !review.signal.aborted) this.#offerAgain(review);
  }

  /** Undefined when the person closed the question. */
  async #verdict(review: Review): Promise<PlanVerdict | undefined> {
    const title = vscode.l10n.t('Capstan’s plan');
    const placeholder = vscode.l10n.t('Approve the plan? Escape lets you read and change it first.');
    for (;;) {
      const picked = await this.#parts.quick.choose({ title, placeholder, items: choices() }, review.signal);
      if (picked === undefined || picked === 'back') return undefined;
      const { choice } = picked[0]!;
      if (choice === 'keep') return REJECTED;
      if (choice !== 'words') return this.#approval(review, choice === 'approve' ? 'default' : 'acceptEdits');
      const box = {
        title,
        placeholder: vscode.l10n.t('What should be different?'),
        prompt: vscode.l10n.t('The model reads this.'),
      };
      const words = await this.#parts.quick.write(box, review.signal);
      if (words !== undefined) return { decision: 'reject', words };
      if (review.signal.aborted) return undefined;
    }
  }

  #approval({ plan, uri }: Review, mode: 'default' | 'acceptEdits'): PlanVerdict {
    // Typed but unsaved text counts.
    const shown = openDocument(uri)?.getText() ?? this.#parts.files.text(uri) ?? plan;
    return { decision: 'approve', plan: reviewedText(plan, shown), mode };
  }

  #offerAgain(review: Review): void {
    void vscode.window
      .showInformationMessage(
        vscode.l10n.t('Capstan’s plan waits for you. Change it as you like, then decide.'),
        vscode.l10n.t('Decide…'),
      )
      .then((pressed) => {
        if (pressed && this.#pending.has(review)) void this.#open(review, false);
      });
  }

  async #putAway({ uri, shown }: Review): Promise<void> {
    await shown;
    const document = openDocument(uri);
    try {
      // Saved to memory, so that closing it asks nothing.
      if (document?.isDirty) await document.save();
      const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
      const isOurs = ({ input }: vscode.Tab) =>
        input instanceof vscode.TabInputText && input.uri.toString() === uri.toString();
      await vscode.window.tabGroups.close(tabs.filter(isOurs), true);
    } catch (error) {
      this.#parts.log.warn(`A plan's tab could not be closed: ${String(error)}`);
    }
    this.#parts.files.remove(uri);
  }
}

function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
}

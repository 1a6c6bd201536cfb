// Shows proposed edits in the editor's diff editor and waits for the verdict. Closing the tab is none: the review stays pending.
import { posix, basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { EditProposal, EditReviewer, EditVerdict } from '../core/ports.ts';
import { contextKeys, PROPOSAL_SCHEME } from '../shared/contributions.ts';
import type { Log } from './log.ts';
import type { ProposalFiles } from './proposal-files.ts';
import type { ReadOnlyDocuments } from './read-only-documents.ts';
import { reviewedText } from './reviewed-text.ts';

const REJECTED: EditVerdict = { decision: 'reject' };
/** The editor never says so when it gives up opening a tab for another one. */
const OPENING_MS = 1500;

interface Review {
  readonly proposal: EditProposal;
  readonly name: string;
  readonly title: string;
  readonly original: vscode.Uri;
  readonly proposed: vscode.Uri;
  readonly verdict: Promise<EditVerdict>;
  /** The first verdict counts. */
  readonly settle: (verdict: EditVerdict) => void;
}

export interface DiffReviewParts {
  readonly originals: ReadOnlyDocuments;
  readonly proposals: ProposalFiles;
  readonly log: Log;
}

export class DiffReview implements EditReviewer, vscode.Disposable {
  readonly #parts: DiffReviewParts;
  readonly #pending = new Map<string, Review>();
  readonly #tabsChanged = vscode.window.tabGroups.onDidChangeTabs(({ opened }) => {
    this.#closeLate(opened);
    this.#updateContext();
  });
  readonly #groupsChanged = vscode.window.tabGroups.onDidChangeTabGroups(() => this.#updateContext());
  readonly #waitingChanged = new vscode.EventEmitter<boolean>();
  /** Whether a review waits for the person. */
  readonly onDidChangeWaiting = this.#waitingChanged.event;
  #reviewing = false;
  /** One tab opens at a time: two at once get in each other's way. */
  #opening: Promise<unknown> = Promise.resolve();

  constructor(parts: DiffReviewParts) {
    this.#parts = parts;
  }

  async review(proposal: EditProposal, signal: AbortSignal): Promise<EditVerdict> {
    if (signal.aborted) return REJECTED;
    const review = this.#prepare(proposal);
    const aborted = () => review.settle(REJECTED);
    signal.addEventListener('abort', aborted, { once: true });
    this.#pending.set(proposal.requestId, review);
    if (this.#pending.size === 1) this.#waitingChanged.fire(true);
    try {
      void this.#showNew(review);
      return await review.verdict;
    } finally {
      signal.removeEventListener('abort', aborted);
      this.#pending.delete(proposal.requestId);
      if (this.#pending.size === 0) this.#waitingChanged.fire(false);
      // Nobody has to wait for the tab.
      void this.#putAway(review);
    }
  }

  /** Opens the review again, or brings it to the front; false when it is not pending. */
  async open(requestId: string): Promise<boolean> {
    const review = this.#pending.get(requestId);
    if (review) await this.#show(review, false);
    return review !== undefined;
  }

  /** Opens the review that has waited longest; false when none waits. */
  async openFirst(): Promise<boolean> {
    const [first] = this.#pending.keys();
    return first !== undefined && this.open(first);
  }

  /** Without a target, the review in the active tab; false when there is none. */
  accept(target?: string | vscode.Uri): boolean {
    const review = this.#find(target);
    if (!review) return false;
    const after = reviewedText(review.proposal.after, this.#shownText(review));
    review.settle({ decision: 'accept', after });
    return true;
  }

  reject(target?: string | vscode.Uri): boolean {
    const review = this.#find(target);
    review?.settle(REJECTED);
    return review !== undefined;
  }

  /** Asks for the reason first; leaving that box is no verdict. */
  async rejectWithWords(target?: string | vscode.Uri): Promise<boolean> {
    const review = this.#find(target);
    if (!review) return false;
    const words = await vscode.window.showInputBox({
      title: vscode.l10n.t('Reject: {0}', review.title),
      prompt: vscode.l10n.t('Say what should be different. The model reads this.'),
      ignoreFocusOut: true,
    });
    if (words === undefined) return false;
    review.settle(words.trim() ? { decision: 'reject', words: words.trim() } : REJECTED);
    return true;
  }

  dispose(): void {
    for (const review of this.#pending.values()) review.settle(REJECTED);
    this.#tabsChanged.dispose();
    this.#groupsChanged.dispose();
    this.#waitingChanged.dispose();
  }

  #prepare(proposal: EditProposal): Review {
    const { requestId, path, before, after, facts } = proposal;
    // Paths of a virtual folder have forward slashes wherever the editor runs.
    const name = basename(posix.basename(path));
    const what = before === undefined ? 'proposed new file' : 'proposed edit';
    const title = `${name}: ${what}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
    const original = this.#parts.originals.put(requestId, name, before ?? '');
    const proposed = this.#parts.proposals.put(requestId, name, after);
    let settle!: Review['settle'];
    const verdict = new Promise<EditVerdict>((resolve) => (settle = resolve));
    return { proposal, name, title, original, proposed, verdict, settle };
  }

  /** A new review opens as a tab; one that the person is looking at stays in front. */
  async #showNew(review: Review): Promise<void> {
    const front = this.#find();
    await this.#show(review, true);
    if (front && this.#pending.has(front.proposal.requestId)) await this.#show(front, true);
  }

  #show(review: Review, preserveFocus: boolean): Promise<void> {
    const shown = this.#opening.then(() => this.#openTab(review, preserveFocus));
    this.#opening = shown;
    return shown;
  }

  async #openTab({ proposal, name, title, original, proposed }: Review, preserveFocus: boolean): Promise<void> {
    if (!this.#pending.has(proposal.requestId)) return;
    // Forgotten when its tab was closed.
    this.#parts.originals.put(proposal.requestId, name, proposal.before ?? '');
    const options: vscode.TextDocumentShowOptions = { preview: false, preserveFocus };
    const abandoned = new AbortController();
    try {
      await Promise.race([
        vscode.commands.executeCommand('vscode.diff', original, proposed, title, options),
        sleep(OPENING_MS, undefined, { signal: abandoned.signal }),
      ]);
    } catch (error) {
      this.#parts.log.error('The diff of an edit could not be opened. Open it from its row in the panel.', error);
    } finally {
      abandoned.abort();
    }
  }

  #find(target?: string | vscode.Uri): Review | undefined {
    if (typeof target === 'string') return this.#pending.get(target);
    const uri = target ?? activeModified();
    const key = uri?.toString();
    return [...this.#pending.values()].find(
      ({ proposed, original }) => proposed.toString() === key || original.toString() === key,
    );
  }

  /** What the right side says, typed but unsaved text included. */
  #shownText({ proposed, proposal }: Review): string {
    return openDocument(proposed)?.getText() ?? this.#parts.proposals.text(proposed) ?? proposal.after;
  }

  async #putAway({ proposed, original }: Review): Promise<void> {
    // It cannot be closed before it has come.
    await this.#opening;
    const document = openDocument(proposed);
    try {
      // Saved to memory, so that closing it asks nothing.
      if (document?.isDirty) await document.save();
      const keys = new Set([proposed.toString(), original.toString()]);
      const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
      const ours = tabs.filter((tab) => tabUris(tab).some((uri) => keys.has(uri.toString())));
      if (ours.length > 0) await vscode.window.tabGroups.close(ours, true);
    } catch (error) {
      this.#parts.log.warn(`A reviewed edit's tab could not be closed: ${String(error)}`);
    }
    this.#parts.proposals.remove(proposed);
    this.#parts.originals.delete(original);
    this.#updateContext();
  }

  /** A tab that opens after its review has ended. */
  #closeLate(opened: readonly vscode.Tab[]): void {
    const isLate = (tab: vscode.Tab) => {
      const [modified] = tabUris(tab);
      return modified?.scheme === PROPOSAL_SCHEME && !this.#find(modified);
    };
    const late = opened.filter(isLate);
    if (late.length > 0) void vscode.window.tabGroups.close(late, true).then(undefined, () => {});
  }

  #updateContext(): void {
    const reviewing = this.#find() !== undefined;
    if (reviewing === this.#reviewing) return;
    this.#reviewing = reviewing;
    void vscode.commands.executeCommand('setContext', contextKeys.reviewing, reviewing);
  }
}

function activeModified(): vscode.Uri | undefined {
  const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
  return tab && tabUris(tab)[0];
}

/** The right side of a diff comes first. */
function tabUris({ input }: vscode.Tab): vscode.Uri[] {
  if (input instanceof vscode.TabInputTextDiff) return [input.modified, input.original];
  return input instanceof vscode.TabInputText ? [input.uri] : [];
}

function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
}

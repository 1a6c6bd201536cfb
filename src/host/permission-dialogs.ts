// Asks the person for permission in the editor's own modal dialogs: one question at a time, or those that wait side by side as a list.
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { PermissionAnswer, PermissionPrompter, PermissionQuestion } from '../core/ports.ts';
import { visibleText } from '../core/permissions/visible-text.ts';
import { askUntilRead } from './ask-until-read.ts';
import type { Log } from './log.ts';
import { graveFirst, listText, questionText, type QuestionText } from './question-text.ts';
import type { ReadOnlyDocuments } from './read-only-documents.ts';
import { askToSave } from './rule-question.ts';
import { windowAttention, type WindowAttention } from './window-attention.ts';

const DENIED: PermissionAnswer = { decision: 'deny' };

const NOT_SHOWN: PermissionAnswer = {
  decision: 'deny',
  words: 'The editor could not show the question to the person.',
};

const once: vscode.MessageItem = { title: vscode.l10n.t('Allow Once') };
const session: vscode.MessageItem = { title: vscode.l10n.t('Allow for This Session') };
/** Escape and the close button press it. */
const deny: vscode.MessageItem = { title: vscode.l10n.t('Deny'), isCloseAffordance: true };
const always: vscode.MessageItem = { title: vscode.l10n.t('Always Allow…') };
const denyWithWords: vscode.MessageItem = { title: vscode.l10n.t('Deny and Say Why…') };

const each: vscode.MessageItem = { title: vscode.l10n.t('Review Each') };
const allowAll: vscode.MessageItem = { title: vscode.l10n.t('Allow All Once') };
const denyAll: vscode.MessageItem = { title: vscode.l10n.t('Deny All'), isCloseAffordance: true };
/** Calls of one answer come within moments of each other: so long the first waits for company. */
const GATHER_MS = 40;

interface Pending {
  readonly question: PermissionQuestion;
  readonly signal: AbortSignal;
  readonly settle: (answer: PermissionAnswer) => void;
  /** Has an answer, or needs none any more; a dialog that is still on screen answers nothing. */
  settled: boolean;
}

export class PermissionDialogs implements PermissionPrompter, vscode.Disposable {
  readonly #documents: ReadOnlyDocuments;
  readonly #log: Log;
  readonly #attention: WindowAttention;
  readonly #queue: Pending[] = [];
  readonly #waitingChanged = new vscode.EventEmitter<boolean>();
  /** Whether a question waits for the person. */
  readonly onDidChangeWaiting = this.#waitingChanged.event;
  #showing = false;
  /** Those of a list that the person wants to see one by one. */
  readonly #apart = new WeakSet<Pending>();
  /** Ends the wait for a window that is not looked at. */
  #attend: (() => void) | undefined;

  constructor(documents: ReadOnlyDocuments, log: Log, attention = windowAttention) {
    this.#documents = documents;
    this.#log = log;
    this.#attention = attention;
  }

  ask(question: PermissionQuestion, signal: AbortSignal): Promise<PermissionAnswer> {
    if (signal.aborted) return Promise.resolve(DENIED);
    return new Promise((resolve) => {
      const aborted = () => pending.settle(DENIED);
      const pending: Pending = {
        question,
        signal,
        settled: false,
        settle: (answer) => {
          if (pending.settled) return;
          pending.settled = true;
          signal.removeEventListener('abort', aborted);
          this.#remove(pending);
          resolve(answer);
        },
      };
      signal.addEventListener('abort', aborted, { once: true });
      this.#queue.push(pending);
      if (this.#queue.length === 1) this.#waitingChanged.fire(true);
      void this.#showNext();
    });
  }

  tell(message: string): void {
    void vscode.window.showInformationMessage(`Capstan: ${message}`);
  }

  /** Brings the question that is up to the front again, in case the editor has put its dialog away. */
  show(): boolean {
    this.#attend?.();
    if (this.#queue.length === 0) return false;
    void this.#showNext();
    return true;
  }

  dispose(): void {
    for (const pending of this.#queue.slice()) pending.settle(DENIED);
    this.#waitingChanged.dispose();
  }

  #remove(pending: Pending): void {
    this.#queue.splice(this.#queue.indexOf(pending), 1);
    this.#attend?.();
    if (this.#queue.length === 0) this.#waitingChanged.fire(false);
  }

  async #showNext(): Promise<void> {
    if (this.#showing) return;
    this.#showing = true;
    try {
      await sleep(GATHER_MS);
      for (let next = this.#queue[0]; next; next = this.#queue[0]) {
        const list = this.#queue.filter((pending) => !this.#apart.has(pending));
        if (list.length > 1) {
          if (!(await this.#presentList(list))) return this.#offerAgain();
          continue;
        }
        const answer = await this.#present(next);
        // The editor put the dialog away without the person: nothing was answered, and `show` brings it back.
        if (answer === undefined && !next.settled) return this.#offerAgain();
        next.settle(answer ?? DENIED);
      }
    } finally {
      this.#showing = false;
    }
  }

  /** Whether somebody answered. What cannot be shown is denied. */
  async #presentList(list: readonly Pending[]): Promise<boolean> {
    try {
      const questions = graveFirst(list.map(({ question }) => question));
      await this.#untilLookedAt(questions[0]!);
      const pressed = await this.#listDialog(questions);
      for (const pending of list) {
        if (pressed === each) this.#apart.add(pending);
        else if (pressed) pending.settle({ decision: pressed === allowAll ? 'allow_once' : 'deny' });
      }
      return pressed !== undefined || list.every((pending) => pending.settled);
    } catch (error) {
      this.#log.error('Permission questions could not be shown; they were answered with no.', error);
      for (const pending of list) pending.settle(NOT_SHOWN);
      return true;
    }
  }

  async #listDialog(questions: readonly PermissionQuestion[]): Promise<vscode.MessageItem | undefined> {
    const text = listText(questions);
    const close = await this.#openWhole(questions[0]!, text);
    try {
      return await askUntilRead<vscode.MessageItem | undefined>(
        async () =>
          vscode.window.showWarningMessage(text.message, { modal: true, detail: text.detail }, each, allowAll, denyAll),
        (button) => button === allowAll,
        () => performance.now(),
      );
    } finally {
      await close();
    }
  }

  /** Undefined when nobody answered. What cannot be shown is denied. */
  async #present(pending: Pending): Promise<PermissionAnswer | undefined> {
    try {
      await this.#untilLookedAt(pending.question);
      if (pending.settled) return undefined;
      const text = questionText(pending.question);
      const close = await this.#openWhole(pending.question, text);
      try {
        return await this.#dialog(pending, text);
      } finally {
        await close();
      }
    } catch (error) {
      this.#log.error('A permission question could not be shown; it was answered with no.', error);
      return NOT_SHOWN;
    }
  }

  async #dialog(pending: Pending, text: QuestionText): Promise<PermissionAnswer | undefined> {
    for (;;) {
      const answer = await this.#answer(pending, text);
      if (answer !== 'back') return answer;
      if (pending.settled) return undefined;
    }
  }

  async #answer(pending: Pending, text: QuestionText): Promise<PermissionAnswer | 'back' | undefined> {
    const { sessionGrant, always: lasting } = pending.question;
    const offered = [...(sessionGrant ? [session] : []), ...(lasting ? [always] : [])];
    const buttons = [once, ...offered, deny, denyWithWords];
    const pressed = await askUntilRead<vscode.MessageItem | undefined>(
      async () => vscode.window.showWarningMessage(text.message, { modal: true, detail: text.detail }, ...buttons),
      (button) => button === once || button === session,
      () => performance.now(),
    );
    if (pressed === once) return { decision: 'allow_once' };
    if (pressed === session && sessionGrant) return { decision: 'allow_session' };
    if (pressed === always && lasting) {
      if (pending.settled) return undefined;
      return (await askToSave(lasting)) === 'save' ? { decision: 'allow_always' } : 'back';
    }
    if (pressed === deny) return DENIED;
    if (pressed !== denyWithWords) return undefined;
    if (pending.settled) return DENIED;
    const words = await vscode.window.showInputBox({
      title: vscode.l10n.t('Deny and Say Why'),
      prompt: vscode.l10n.t('The model reads this. Escape denies without words.'),
      ignoreFocusOut: true,
    });
    return words?.trim() ? { decision: 'deny', words: words.trim() } : DENIED;
  }

  /** A dialog in a window that nobody looks at is not seen: a notification goes first. */
  async #untilLookedAt(question: PermissionQuestion): Promise<void> {
    if (this.#attention.isLookedAt()) return;
    const attended = new Promise<void>((resolve) => (this.#attend = resolve));
    const focus = this.#attention.onDidChange(() => this.#attention.isLookedAt() && this.#attend?.());
    const words = vscode.l10n.t('Capstan asks: {0}', visibleText(question.title));
    void this.#attention.offer(words).then((wanted) => wanted && this.#attend?.());
    try {
      await attended;
    } finally {
      focus.dispose();
      this.#attend = undefined;
    }
  }

  async #openWhole(question: PermissionQuestion, text: QuestionText): Promise<() => Promise<void>> {
    if (text.whole === undefined) return async () => {};
    const uri = this.#documents.put(question.requestId, `${question.tool} asks.txt`, text.whole);
    const column = vscode.ViewColumn.Beside;
    await vscode.window.showTextDocument(uri, { viewColumn: column, preserveFocus: true, preview: true });
    return async () => {
      const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
      const ours = tabs.filter(({ input }) => input instanceof vscode.TabInputText && input.uri.path === uri.path);
      await vscode.window.tabGroups.close(ours, true);
    };
  }

  #offerAgain(): void {
    void vscode.window
      .showInformationMessage(vscode.l10n.t('Capstan is waiting for an answer.'), vscode.l10n.t('Show the Question'))
      .then((pressed) => {
        if (pressed) this.show();
      });
  }
}

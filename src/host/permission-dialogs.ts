// Asks the person for permission in the editor's own modal dialogs, one at a time.
import * as vscode from 'vscode';
import type { PermissionAnswer, PermissionPrompter, PermissionQuestion } from '../core/ports.ts';
import { askUntilRead } from './ask-until-read.ts';
import type { Log } from './log.ts';
import { questionText, type QuestionText } from './question-text.ts';
import type { ReadOnlyDocuments } from './read-only-documents.ts';

const DENIED: PermissionAnswer = { decision: 'deny' };

const once: vscode.MessageItem = { title: 'Allow Once' };
const session: vscode.MessageItem = { title: 'Allow for This Session' };
/** Escape and the close button press it. */
const deny: vscode.MessageItem = { title: 'Deny', isCloseAffordance: true };
const denyWithWords: vscode.MessageItem = { title: 'Deny and Say Why…' };

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
  readonly #queue: Pending[] = [];
  readonly #waitingChanged = new vscode.EventEmitter<boolean>();
  /** Whether a question waits for the person. */
  readonly onDidChangeWaiting = this.#waitingChanged.event;
  #showing = false;
  /** Ends the wait for a window that is not looked at. */
  #attend: (() => void) | undefined;

  constructor(documents: ReadOnlyDocuments, log: Log) {
    this.#documents = documents;
    this.#log = log;
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
      for (let next = this.#queue[0]; next; next = this.#queue[0]) {
        const answer = await this.#present(next);
        // The editor put the dialog away without the person: nothing was answered, and `show` brings it back.
        if (answer === undefined && !next.settled) return this.#offerAgain();
        next.settle(answer ?? DENIED);
      }
    } finally {
      this.#showing = false;
    }
  }

  /** Undefined when nobody answered. What cannot be shown is denied. */
  async #present(pending: Pending): Promise<PermissionAnswer | undefined> {
    try {
      await this.#untilLookedAt(pending);
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
      return { decision: 'deny', words: 'The editor could not show the question to the person.' };
    }
  }

  async #dialog(pending: Pending, text: QuestionText): Promise<PermissionAnswer | undefined> {
    const { sessionGrant } = pending.question;
    const buttons = [once, ...(sessionGrant ? [session] : []), deny, denyWithWords];
    const pressed = await askUntilRead<vscode.MessageItem | undefined>(
      async () => vscode.window.showWarningMessage(text.message, { modal: true, detail: text.detail }, ...buttons),
      (button) => button === once || button === session,
      () => performance.now(),
    );
    if (pressed === once) return { decision: 'allow_once' };
    if (pressed === session && sessionGrant) return { decision: 'allow_session' };
    if (pressed === deny) return DENIED;
    if (pressed !== denyWithWords) return undefined;
    if (pending.settled) return DENIED;
    const words = await vscode.window.showInputBox({
      title: 'Deny and Say Why',
      prompt: 'The model reads this. Escape denies without words.',
      ignoreFocusOut: true,
    });
    return words?.trim() ? { decision: 'deny', words: words.trim() } : DENIED;
  }

  /** A dialog in a window that nobody looks at is not seen: a notification goes first. */
  async #untilLookedAt(pending: Pending): Promise<void> {
    if (vscode.window.state.focused) return;
    const attended = new Promise<void>((resolve) => (this.#attend = resolve));
    const focus = vscode.window.onDidChangeWindowState((state) => state.focused && this.#attend?.());
    const shown = vscode.window.showInformationMessage(`Capstan asks: ${pending.question.title}`, 'Show');
    void shown.then((pressed) => pressed && this.#attend?.());
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
      .showInformationMessage('Capstan is waiting for an answer.', 'Show the Question')
      .then((pressed) => {
        if (pressed) this.show();
      });
  }
}

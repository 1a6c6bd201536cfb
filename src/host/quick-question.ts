// The editor's quick pick and input box as questions: one at a time, waiting while the person looks elsewhere, deaf to keys that were already on their way.
import * as vscode from 'vscode';
import { READING_MS } from './ask-until-read.ts';

interface QuestionFrame {
  readonly title: string;
  readonly placeholder: string;
  /** 1-based, of `totalSteps`. */
  readonly step?: number;
  readonly totalSteps?: number;
}

export interface QuickChoice<Item extends vscode.QuickPickItem> extends QuestionFrame {
  readonly items: readonly Item[];
  /** Several may be chosen. Default false. */
  readonly many?: boolean;
  /** Chosen before, or for one: where the choice begins. */
  readonly selected?: readonly Item[];
  readonly canGoBack?: boolean;
}

/** Whose turn it is: the editor shows one such question at a time, and a second takes the first away. */
export class QuickQuestions {
  readonly #now: () => number;
  #last: Promise<unknown> = Promise.resolve();
  /** Brings the one that is up to the front. */
  #up: vscode.QuickInput | undefined;

  /** `now`: milliseconds on a clock that never goes back. Default: the machine's. */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** Runs `ask` when those before have ended. */
  inTurn<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const asked = this.#last.then(ask);
    this.#last = asked.catch(() => undefined);
    return asked;
  }

  /** False when none is up. */
  show(): boolean {
    this.#up?.show();
    return this.#up !== undefined;
  }

  /** What was chosen, at least one item; undefined when it was closed, or the signal aborted. */
  async choose<Item extends vscode.QuickPickItem>(
    question: QuickChoice<Item>,
    signal: AbortSignal,
  ): Promise<readonly Item[] | 'back' | undefined> {
    const pick = vscode.window.createQuickPick<Item>();
    const { items, many = false, selected = [], canGoBack = false } = question;
    pick.items = items;
    pick.canSelectMany = many;
    pick.matchOnDescription = true;
    pick.matchOnDetail = true;
    if (many) pick.selectedItems = selected;
    else if (selected.length > 0) pick.activeItems = selected;
    if (canGoBack) pick.buttons = [vscode.QuickInputButtons.Back];
    return this.#ask<readonly Item[] | 'back'>(pick, question, signal, (answer, isRead) => [
      pick.onDidTriggerButton(() => answer('back')),
      pick.onDidAccept(() => {
        if (isRead() && pick.selectedItems.length > 0) answer([...pick.selectedItems]);
      }),
    ]);
  }

  /** The person's words, trimmed and not empty; undefined when the box was left, or the signal aborted. */
  async write(question: QuestionFrame & { readonly prompt: string }, signal: AbortSignal): Promise<string | undefined> {
    const box = vscode.window.createInputBox();
    box.prompt = question.prompt;
    box.buttons = [vscode.QuickInputButtons.Back];
    return this.#ask<string | undefined>(box, question, signal, (answer) => [
      box.onDidTriggerButton(() => answer(undefined)),
      box.onDidAccept(() => {
        const words = box.value.trim();
        if (words) answer(words);
        else box.validationMessage = vscode.l10n.t('Write something, or press Escape.');
      }),
      box.onDidChangeValue(() => (box.validationMessage = undefined)),
    ]);
  }

  async #ask<Answer>(
    input: (vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox) & vscode.QuickInput,
    { title, placeholder, step, totalSteps }: QuestionFrame,
    signal: AbortSignal,
    listen: (answer: (answer: Answer) => void, isRead: () => boolean) => vscode.Disposable[],
  ): Promise<Answer | undefined> {
    if (signal.aborted) {
      input.dispose();
      return undefined;
    }
    input.title = title;
    input.placeholder = placeholder;
    input.step = totalSteps === 1 ? undefined : step;
    input.totalSteps = totalSteps === 1 ? undefined : totalSteps;
    // The person may have to look at a file before they can answer.
    input.ignoreFocusOut = true;
    const shown = this.#now();
    const close = () => input.hide();
    const listeners: vscode.Disposable[] = [];
    try {
      return await new Promise<Answer | undefined>((resolve) => {
        listeners.push(
          ...listen(resolve, () => this.#now() - shown >= READING_MS),
          input.onDidHide(() => resolve(undefined)),
        );
        signal.addEventListener('abort', close, { once: true });
        this.#up = input;
        input.show();
      });
    } finally {
      this.#up = undefined;
      signal.removeEventListener('abort', close);
      for (const listener of listeners) listener.dispose();
      input.dispose();
    }
  }
}

/** A text that is not the product's, as a label: nothing hidden in it, and no icon made of its words. */
export function plainLabel(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/\$\([\w-]+(?:~\w+)?\)/g, String.raw`\$&`);
}

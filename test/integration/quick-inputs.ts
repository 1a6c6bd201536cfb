// Knows which pick or box of ours is up, so that a test need not guess how long one takes. What the editor asks by itself it does not see.
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { until } from './editor.ts';

interface ShownInput {
  /** Whether what it offers is there. */
  isReady(): boolean;
  isOver: boolean;
}

export const NEXT = 'workbench.action.quickOpenSelectNext';
export const PREVIOUS = 'workbench.action.quickOpenSelectPrevious';
export const ACCEPT = 'workbench.action.acceptSelectedQuickOpenItem';
export const CLOSE = 'workbench.action.closeQuickOpen';

const shown = new Set<ShownInput>();

function begin(isReady: () => boolean): ShownInput {
  const input = { isReady, isOver: false };
  shown.add(input);
  return input;
}

function end(input: ShownInput): void {
  input.isOver = true;
  shown.delete(input);
}

/** Waits for a pick or a box, runs these commands in it, and waits until it is gone. */
export async function answerInput(...commands: readonly string[]): Promise<void> {
  const input = await until('a pick or a box is up', () => [...shown].findLast((one) => one.isReady()));
  // What is set after it was shown is told to the editor a moment later.
  await sleep(50);
  for (const command of commands) await vscode.commands.executeCommand(command);
  await until('the pick or the box is gone', () => input.isOver);
}

const { window } = vscode;
const { showQuickPick, showInputBox, createQuickPick, createInputBox } = window;

function watched<Result>(answer: Thenable<Result>, items?: unknown): Thenable<Result> {
  let isReady = items === undefined;
  void Promise.resolve(items).then(() => (isReady = true));
  const input = begin(() => isReady);
  void answer.then(
    () => end(input),
    () => end(input),
  );
  return answer;
}

function watchShow(input: vscode.QuickInput, isReady: () => boolean): void {
  const show = input.show.bind(input);
  let now: ShownInput | undefined;
  input.onDidHide(() => now && end(now));
  input.show = () => {
    if (!now || now.isOver) now = begin(isReady);
    show();
  };
}

Object.assign(window, {
  showQuickPick: (...args: Parameters<typeof showQuickPick>) => watched(showQuickPick(...args), args[0]),
  showInputBox: (...args: Parameters<typeof showInputBox>) => watched(showInputBox(...args)),
  createQuickPick() {
    const pick = createQuickPick();
    watchShow(pick, () => pick.items.length > 0 && !pick.busy);
    return pick;
  },
  createInputBox() {
    const box = createInputBox();
    watchShow(box, () => true);
    return box;
  },
});

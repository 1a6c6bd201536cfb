// A pick of the editor's own in which each entry does something when it is chosen.
import * as vscode from 'vscode';

export interface Choice extends vscode.QuickPickItem {
  /** Absent for a line between them. */
  readonly run?: () => unknown;
}

export interface Question {
  readonly title: string;
  readonly placeholder: string;
  readonly items: readonly Choice[];
  /** What the person may choose beyond the list, by what they typed. */
  readonly typed?: (text: string) => readonly Choice[];
}

/** Resolves when the choice has been acted upon, or nothing was chosen. */
export async function pickOne({ title, placeholder, items, typed }: Question): Promise<void> {
  const quick = vscode.window.createQuickPick<Choice>();
  quick.title = title;
  quick.placeholder = placeholder;
  quick.matchOnDescription = true;
  quick.items = items;
  if (typed) quick.onDidChangeValue((text) => (quick.items = [...items, ...typed(text.trim())]));
  try {
    const chosen = await new Promise<Choice | undefined>((resolve) => {
      quick.onDidAccept(() => resolve(quick.selectedItems[0]));
      quick.onDidHide(() => resolve(undefined));
      quick.show();
    });
    quick.hide();
    await chosen?.run?.();
  } finally {
    quick.dispose();
  }
}

export function marked(label: string, isCurrent: boolean): string {
  return isCurrent ? `$(check) ${label}` : `$(blank) ${label}`;
}

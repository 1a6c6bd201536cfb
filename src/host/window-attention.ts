// Whether somebody looks at this window, and how they are told that it needs them.
import * as vscode from 'vscode';

export interface WindowAttention {
  isLookedAt(): boolean;
  /** Fires when that may have changed. */
  readonly onDidChange: vscode.Event<unknown>;
  /** Shows a notification; resolves to whether the person wants to see what it is about, false when it went away by itself. */
  offer(words: string): Promise<boolean>;
}

export const windowAttention: WindowAttention = {
  isLookedAt: () => vscode.window.state.focused,
  onDidChange: (...listen) => vscode.window.onDidChangeWindowState(...listen),
  async offer(words) {
    return (await vscode.window.showInformationMessage(words, vscode.l10n.t('Show'))) !== undefined;
  },
};

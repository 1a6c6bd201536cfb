// Shows "Resolve with Capstan" above each merge conflict.
import * as vscode from 'vscode';
import { commands } from '../../shared/contributions.ts';
import { findConflicts } from './conflicts.ts';

/** Longer texts are not looked through at each change. */
const MAX_CHARS = 2_000_000;

export class ConflictLenses implements vscode.CodeLensProvider {
  static readonly selector: vscode.DocumentSelector = [{ scheme: 'file' }, { scheme: 'vscode-vfs' }];

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const text = document.getText();
    if (text.length > MAX_CHARS) return [];
    return findConflicts(text).map(({ startLine }) => {
      const range = new vscode.Range(startLine - 1, 0, startLine - 1, 0);
      const title = vscode.l10n.t('Resolve with Capstan');
      return new vscode.CodeLens(range, {
        title,
        command: commands.resolveConflict,
        arguments: [document.uri, startLine],
      });
    });
  }
}

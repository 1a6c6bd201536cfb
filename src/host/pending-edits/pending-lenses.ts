// Shows "Keep" and "Undo" above each hunk that is to be reviewed, and which one of how many it is.
import * as vscode from 'vscode';
import type { Hunk } from '../../core/review/tracked-text.ts';
import { commands } from '../../shared/contributions.ts';
import { toUri } from '../locations.ts';
import type { PendingEdits } from './pending-edits.ts';

export class PendingLenses implements vscode.CodeLensProvider {
  /** The files of this window, on disk or virtual. */
  static selector(): vscode.DocumentSelector {
    return [{ scheme: 'file' }, { scheme: toUri('/').scheme }];
  }

  readonly #pending: PendingEdits;
  readonly onDidChangeCodeLenses: vscode.Event<void>;

  constructor(pending: PendingEdits) {
    this.#pending = pending;
    this.onDidChangeCodeLenses = pending.onDidChange;
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const hunks = this.#pending.hunksIn(document);
    return hunks.flatMap((hunk, index) => lensesOf(document, hunk, index, hunks.length));
  }
}

function lensesOf(
  { uri, lineCount }: vscode.TextDocument,
  hunk: Hunk,
  index: number,
  count: number,
): vscode.CodeLens[] {
  const line = Math.min(hunk.now.start, lineCount - 1);
  const range = new vscode.Range(line, 0, line, 0);
  const lens = (command: string, title: string, tooltip: string) =>
    new vscode.CodeLens(range, { command, title, tooltip, arguments: [uri, hunk.now.start] });
  const undoTooltip = hunk.touched
    ? vscode.l10n.t('Somebody has typed in this change since. You are asked before their words go too.')
    : vscode.l10n.t('Put back what stood here before.');
  return [
    lens(commands.keepHunk, vscode.l10n.t('Keep'), vscode.l10n.t('Keep this change as it stands.')),
    lens(commands.undoHunk, hunk.touched ? vscode.l10n.t('Undo…') : vscode.l10n.t('Undo'), undoTooltip),
    lens(
      commands.nextHunk,
      vscode.l10n.t('{0} of {1}', index + 1, count),
      vscode.l10n.t('Go to the next change by Capstan.'),
    ),
  ];
}

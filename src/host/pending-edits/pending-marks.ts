// Marks the hunks that are to be reviewed in every editor that shows them: new lines by colour and a bar, old ones as words behind the line.
import * as vscode from 'vscode';
import type { Hunk } from '../../core/review/tracked-text.ts';
import type { PendingEdits } from './pending-edits.ts';

const MAX_GHOST = 60;
const MAX_HOVER = 4_000;

export class PendingMarks implements vscode.Disposable {
  readonly #pending: PendingEdits;
  readonly #added = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('diffEditor.insertedLineBackground'),
    borderColor: new vscode.ThemeColor('editorGutter.addedBackground'),
    borderStyle: 'solid',
    borderWidth: '0 0 0 2px',
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.addedForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  /** Where lines have gone: a line between two lines. */
  readonly #removed = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    borderColor: new vscode.ThemeColor('editorGutter.deletedBackground'),
    borderStyle: 'dashed',
    borderWidth: '1px 0 0 0',
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.deletedForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
  });
  readonly #ghost = vscode.window.createTextEditorDecorationType({});
  /** Editors that have marks. */
  readonly #marked = new WeakSet<vscode.TextEditor>();
  readonly #subscriptions: readonly vscode.Disposable[];

  constructor(pending: PendingEdits) {
    this.#pending = pending;
    this.#subscriptions = [
      this.#added,
      this.#removed,
      this.#ghost,
      pending.onDidChange(() => this.#markAll()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#markAll()),
    ];
    this.#markAll();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #markAll(): void {
    for (const editor of vscode.window.visibleTextEditors) this.#mark(editor);
  }

  #mark(editor: vscode.TextEditor): void {
    // A diff has marks of its own.
    const hunks = isAlone(editor) ? this.#pending.hunksIn(editor.document) : [];
    if (hunks.length === 0 && !this.#marked.has(editor)) return;
    if (hunks.length > 0) this.#marked.add(editor);
    else this.#marked.delete(editor);
    editor.setDecorations(
      this.#added,
      hunks.filter(isNew).map(({ now }) => new vscode.Range(now.start, 0, now.end - 1, 0)),
    );
    editor.setDecorations(
      this.#removed,
      hunks.filter((hunk) => !isNew(hunk)).map((hunk) => lineOf(editor.document, hunk)),
    );
    editor.setDecorations(
      this.#ghost,
      hunks.filter(({ removed }) => removed.length > 0).map((hunk) => ghostOf(editor.document, hunk)),
    );
  }
}

/** Not a side of a diff. */
function isAlone({ document, viewColumn }: vscode.TextEditor): boolean {
  const group = vscode.window.tabGroups.all.find((each) => each.viewColumn === viewColumn);
  const input = group?.activeTab?.input;
  return input instanceof vscode.TabInputText && input.uri.toString() === document.uri.toString();
}

function isNew({ added }: Hunk): boolean {
  return added.length > 0;
}

/** The first line of the hunk; for one that only took lines away, the line behind them. */
function lineOf(document: vscode.TextDocument, { now }: Hunk): vscode.Range {
  return document.lineAt(Math.min(now.start, document.lineCount - 1)).range;
}

function ghostOf(document: vscode.TextDocument, hunk: Hunk): vscode.DecorationOptions {
  const { removed } = hunk;
  const first = removed.find((line) => line.trim() !== '') ?? '';
  const more = removed.length > 1 ? ` ${vscode.l10n.t('… {0} lines', removed.length)}` : '';
  const was = first.trim().slice(0, MAX_GHOST);
  const hover = new vscode.MarkdownString(vscode.l10n.t('Before this change:'));
  hover.appendCodeblock(removed.join('').slice(0, MAX_HOVER), document.languageId);
  return {
    range: lineOf(document, hunk),
    hoverMessage: hover,
    renderOptions: {
      after: {
        contentText: `− ${was}${more}`,
        color: new vscode.ThemeColor('editorCodeLens.foreground'),
        fontStyle: 'italic',
        margin: '0 0 0 3ch',
      },
    },
  };
}

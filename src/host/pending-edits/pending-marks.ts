// Marks the hunks that are to be reviewed in every editor that shows them: in the gutter, by a tint, and old lines as words behind the line.
import * as vscode from 'vscode';
import type { Hunk } from '../../core/review/tracked-text.ts';
import { markKinds, markRanges, markStyle, type MarkKind } from './mark-styles.ts';
import type { PendingEdits } from './pending-edits.ts';

const MAX_GHOST = 60;
const MAX_HOVER = 4_000;

export class PendingMarks implements vscode.Disposable {
  readonly #pending: PendingEdits;
  readonly #types: readonly (readonly [MarkKind, vscode.TextEditorDecorationType])[];
  readonly #ghost = vscode.window.createTextEditorDecorationType({});
  /** Editors that have marks. */
  readonly #marked = new WeakSet<vscode.TextEditor>();
  readonly #subscriptions: readonly vscode.Disposable[];

  /** `extension`: its folder. */
  constructor(pending: PendingEdits, extension: vscode.Uri) {
    this.#pending = pending;
    this.#types = markKinds.map((kind) => [
      kind,
      vscode.window.createTextEditorDecorationType(markStyle(kind, extension)),
    ]);
    this.#subscriptions = [
      ...this.#types.map(([, type]) => type),
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
    const ranges = markRanges(hunks, editor.document.lineCount);
    for (const [kind, type] of this.#types) editor.setDecorations(type, ranges[kind]);
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

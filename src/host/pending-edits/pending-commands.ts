// Keeps, undoes and goes through the edits that are to be reviewed: for one hunk, a file, or all.
import path from 'node:path';
import * as vscode from 'vscode';
import type { Hunk } from '../../core/review/tracked-text.ts';
import { FileError } from '../../core/ports.ts';
import { commands } from '../../shared/contributions.ts';
import { toUri } from '../locations.ts';
import type { ReadOnlyDocuments } from '../read-only-documents.ts';
import type { PendingEdits, Undone } from './pending-edits.ts';
import type { PendingView } from './pending-view.ts';

export interface PendingCommandParts {
  readonly pending: PendingEdits;
  readonly documents: ReadOnlyDocuments;
}

interface Place {
  readonly path: string;
  readonly uri: vscode.Uri;
  readonly hunk: Hunk;
  readonly index: number;
}

export class PendingCommands {
  readonly #pending: PendingEdits;
  readonly #documents: ReadOnlyDocuments;
  /** A document keeps what it has loaded: each look gets documents of its own. */
  #looks = 0;

  constructor({ pending, documents }: PendingCommandParts) {
    this.#pending = pending;
    this.#documents = documents;
  }

  get handlers() {
    return {
      [commands.keepHunk]: (uri?: unknown, line?: unknown) => this.#keepHunk(uri, line),
      [commands.undoHunk]: (uri?: unknown, line?: unknown) => this.#undoHunk(uri, line),
      [commands.keepFile]: (uri?: unknown) => this.keep(this.#activePath(uri)),
      [commands.undoFile]: (uri?: unknown) => this.undo(this.#activePath(uri)),
      [commands.keepAll]: () => this.keepAll(),
      [commands.undoAll]: () => this.undoAll(),
      [commands.nextHunk]: (uri?: unknown, line?: unknown) => this.#go(1, uri, line),
      [commands.previousHunk]: () => this.#go(-1),
      [commands.reviewChanges]: () => this.review(),
    };
  }

  async keep(file: string | undefined): Promise<void> {
    if (file !== undefined) await this.#pending.keep(file);
  }

  async undo(file: string | undefined): Promise<void> {
    if (file !== undefined) this.#tell([await this.#tryUndo(file)]);
  }

  async keepAll(): Promise<void> {
    for (const { file } of this.#pending.files) await this.#pending.keep(file.path);
  }

  async undoAll(): Promise<void> {
    const done: Undone[] = [];
    for (const { file } of this.#pending.files) done.push(await this.#tryUndo(file.path));
    this.#tell(done);
  }

  /** One file in the diff editor, several in the multi-diff: what was reviewed last against what stands there now. */
  async review(file?: string): Promise<void> {
    const views = this.#pending.files.filter((view) => file === undefined || view.file.path === file);
    const [first] = views;
    if (!first) return void vscode.window.showInformationMessage(vscode.l10n.t('There are no changes to review.'));
    this.#looks += 1;
    if (views.length > 1) {
      const resources = views.map((view) => {
        const uri = toUri(view.file.path);
        return [uri, view.file.created ? undefined : this.#before(view), uri];
      });
      await vscode.commands.executeCommand('vscode.changes', multiDiffTitle(), resources);
      return;
    }
    const uri = toUri(first.file.path);
    const title = vscode.l10n.t('{0}: changes by Capstan', path.basename(first.file.path));
    await vscode.commands.executeCommand('vscode.diff', this.#before(first), uri, title, { preview: true });
  }

  #before({ file }: PendingView): vscode.Uri {
    return this.#documents.putBefore(`pending-${this.#looks}`, toUri(file.path), file.tracked.baseline);
  }

  async #keepHunk(uri: unknown, line: unknown): Promise<void> {
    const place = this.#place(uri, line);
    if (!place) return;
    await this.#pending.keep(place.path, only(place));
    await this.#goOn(place, line);
  }

  async #undoHunk(uri: unknown, line: unknown): Promise<void> {
    const place = this.#place(uri, line);
    if (!place) return;
    if (!place.hunk.touched) {
      await this.#tryUndo(place.path, place);
      return this.#goOn(place, line);
    }
    const both = vscode.l10n.t('Undo Both');
    const compare = vscode.l10n.t('Compare');
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t('Somebody has typed in this change since. Undoing it takes their words too.'),
      compare,
      both,
    );
    if (answer === both) await this.#tryUndo(place.path, place, true);
    if (answer === compare) await this.review(place.path);
  }

  async #tryUndo(file: string, place?: Place, force = false): Promise<Undone> {
    try {
      return await this.#pending.undo(file, place && only(place), force);
    } catch (error) {
      const why = error instanceof FileError ? error.message : String(error);
      void vscode.window.showErrorMessage(vscode.l10n.t('Nothing was undone in {0}: {1}', path.basename(file), why));
      return { undone: 0, spared: 0 };
    }
  }

  #tell(done: readonly Undone[]): void {
    const spared = done.reduce((sum, one) => sum + one.spared, 0);
    if (spared === 0) return;
    const review = vscode.l10n.t('Review');
    const words =
      spared === 1
        ? vscode.l10n.t('One change was left as it is: somebody has typed in it since.')
        : vscode.l10n.t('{0} changes were left as they are: somebody has typed in them since.', spared);
    void vscode.window.showInformationMessage(words, review).then((answer) => {
      if (answer === review) void this.review();
    });
  }

  /** The hunk that starts at `line` (0-based), or else the one at the cursor or next below it, or the last. */
  #place(uri: unknown, line: unknown): Place | undefined {
    const document = this.#document(uri);
    const file = document && this.#pending.pathOf(document);
    if (!document || file === undefined) return undefined;
    const hunks = this.#pending.hunksIn(document);
    const cursor = vscode.window.activeTextEditor?.selection.active.line ?? 0;
    const at =
      typeof line === 'number'
        ? hunks.findIndex(({ now }) => now.start === line)
        : hunks.findIndex(({ now }) => Math.max(now.end - 1, now.start) >= cursor);
    const index = at < 0 && typeof line !== 'number' ? hunks.length - 1 : at;
    const hunk = hunks[index];
    return hunk && { path: file, uri: document.uri, hunk, index };
  }

  #document(uri: unknown): vscode.TextDocument | undefined {
    if (!(uri instanceof vscode.Uri)) return vscode.window.activeTextEditor?.document;
    return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  }

  #activePath(uri: unknown): string | undefined {
    const document = this.#document(uri);
    return document && this.#pending.pathOf(document);
  }

  /** From the keys the work goes on at the next hunk; who clicked is looking at it already. */
  async #goOn({ uri, index }: Place, line: unknown): Promise<void> {
    const document = this.#document(uri);
    const hunks = document ? this.#pending.hunksIn(document) : [];
    const next = hunks[Math.min(index, hunks.length - 1)];
    if (next && typeof line !== 'number') await reveal(uri, next);
  }

  /** To the next or previous hunk of the active editor, and from its last one to the next file's first. */
  async #go(step: 1 | -1, uri?: unknown, line?: unknown): Promise<void> {
    const { files } = this.#pending;
    const document = this.#document(uri);
    const file = document && this.#pending.pathOf(document);
    const hunks = document ? this.#pending.hunksIn(document) : [];
    const cursor = typeof line === 'number' ? line : (vscode.window.activeTextEditor?.selection.active.line ?? 0);
    const starts = ({ now }: Hunk) => (step > 0 ? now.start > cursor : now.start < cursor);
    const hunk = step > 0 ? hunks.find(starts) : hunks.findLast(starts);
    if (hunk && document) return reveal(document.uri, hunk);
    const at = files.findIndex((view) => view.file.path === file);
    const other = files.at((at < 0 ? (step > 0 ? 0 : -1) : at + step) % files.length);
    const target = other?.hunks.at(step > 0 ? 0 : -1);
    if (other && target) await reveal(toUri(other.file.path), target);
  }
}

/** Names the tab of the multi-diff. */
export function multiDiffTitle(): string {
  return vscode.l10n.t('Changes by Capstan');
}

/** The same hunk, though the text may have been read anew. */
function only({ hunk, index }: Place) {
  return (hunks: readonly Hunk[]) => {
    const same = hunks.filter(({ added, removed }) => isSame(added, hunk.added) && isSame(removed, hunk.removed));
    const nearest = same.toSorted((one, other) => away(one, hunk) - away(other, hunk))[0];
    // Line endings may read differently in the file and in the editor.
    const chosen = nearest ?? hunks[index];
    return chosen && Math.abs(chosen.now.start - hunk.now.start) <= MOVED_LINES ? [chosen] : [];
  };
}

const MOVED_LINES = 1_000;

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line.trimEnd() === other[index]?.trimEnd());
}

function away(one: Hunk, other: Hunk): number {
  return Math.abs(one.now.start - other.now.start);
}

async function reveal(uri: vscode.Uri, { now }: Hunk): Promise<void> {
  const open = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  const options = open?.viewColumn === undefined ? {} : { viewColumn: open.viewColumn };
  const editor = await vscode.window.showTextDocument(uri, options);
  const line = Math.min(now.start, editor.document.lineCount - 1);
  editor.selection = new vscode.Selection(line, 0, line, 0);
  editor.revealRange(new vscode.Range(line, 0, line, 0), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

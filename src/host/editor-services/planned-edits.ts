// Edits of the editor's extensions as texts before and after, and doing such a change in one step that can be undone.
import * as vscode from 'vscode';
import { ServiceError, type ChangePlan, type TextChangePlan } from '../../core/tools/editor/language-services.ts';
import { changedRange } from '../text-change.ts';
import type { Addresses } from './addresses.ts';
import { bounded, openDocument, wordsOf } from './ask-editor.ts';

/** Changes nothing. */
export async function planEdit(
  addresses: Addresses,
  edit: vscode.WorkspaceEdit,
  signal: AbortSignal,
): Promise<ChangePlan> {
  const files: TextChangePlan[] = [];
  const beyond = new Set<string>(hasOtherSteps(edit) ? ['create, rename or delete files, or insert a template'] : []);
  for (const [uri, edits] of edit.entries()) {
    if (edits.length === 0) continue;
    const { path, virtual } = await addresses.pathOf(uri);
    if (virtual) {
      beyond.add(`change the document ${path}`);
      continue;
    }
    const document = await openDocument(uri, signal).catch(() => undefined);
    if (!document) {
      beyond.add(`write ${path}, which it cannot open now`);
      continue;
    }
    const before = document.getText();
    files.push({ path, before, after: applied(document, before, edits), count: edits.length });
  }
  return { files, beyond: [...beyond] };
}

/** The stable API shows text edits alone; what else an edit holds can be seen, where the editor lets it be, by its own list of steps. */
function hasOtherSteps(edit: vscode.WorkspaceEdit): boolean {
  const all = (edit as { _allEntries?: () => readonly unknown[] })._allEntries;
  if (typeof all !== 'function') return false;
  const texts = edit.entries().reduce((sum, [, edits]) => sum + edits.length, 0);
  return all.call(edit).length > texts;
}

function applied(document: vscode.TextDocument, before: string, edits: readonly vscode.TextEdit[]): string {
  const ending = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  const spans = edits
    .map(({ range, newText }) => ({
      start: document.offsetAt(range.start),
      end: document.offsetAt(range.end),
      text: newText.replace(/\r\n|\r|\n/g, ending),
    }))
    .toSorted((left, right) => left.start - right.start || left.end - right.end);
  let at = 0;
  let after = '';
  for (const { start, end, text } of spans) {
    if (start < at) throw new ServiceError('refused', 'its edits overlap');
    after += before.slice(at, start) + text;
    at = end;
  }
  return after + before.slice(at);
}

/** As `LanguageServices.apply`. */
export async function applyFiles(
  addresses: Addresses,
  files: readonly Omit<TextChangePlan, 'count'>[],
): Promise<readonly string[]> {
  const { signal } = new AbortController();
  const targets = await Promise.all(
    files.map(async (file) => ({ file, document: await openDocument(await addresses.uriOf(file.path), signal) })),
  );
  const edit = new vscode.WorkspaceEdit();
  const unsaved = new Set(targets.filter(({ document }) => document.isDirty).map(({ file }) => file.path));
  for (const { file, document } of targets) {
    if (document.getText() !== file.before) throw new ServiceError('stale', file.path);
    const { start, end, replacement } = changedRange(file.before, file.after);
    const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    if (start < end || replacement !== '') edit.replace(document.uri, range, replacement);
  }
  const taken = await vscode.workspace.applyEdit(edit).then(
    (done) => done,
    (error: unknown) => {
      throw new ServiceError('refused', wordsOf(error));
    },
  );
  if (!taken) throw new ServiceError('refused', 'it did not take the change; a file may be read-only');
  for (const { file, document } of targets) {
    if (unsaved.has(file.path) || !document.isDirty) continue;
    const saved = await bounded(document.save(), signal).catch(() => false);
    if (!saved || document.isDirty) unsaved.add(file.path);
  }
  return [...unsaved];
}

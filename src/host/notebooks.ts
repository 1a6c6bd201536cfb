// Notebooks that are open in the editor: edited there, so that the person sees it and can undo it.
import * as vscode from 'vscode';
import type { FileSystem } from '../core/ports.ts';
import type { CellEdit, CellKind } from '../core/tools/files/notebook.ts';
import type { OpenNotebooks } from '../core/tools/files/notebook-edit-tool.ts';
import { toPath, toUri } from './locations.ts';

/** `files` tells under which other name a notebook may be open. */
export function createOpenNotebooks(files: Pick<FileSystem, 'resolve'>): OpenNotebooks {
  return {
    async state(path) {
      const notebook = await findOpen(files, path);
      if (!notebook) return 'closed';
      return notebook.isDirty ? 'unsaved' : 'saved';
    },
    async edit(path, edit, before) {
      const notebook = await findOpen(files, path);
      if (!notebook) return false;
      const cell = before && findCell(notebook, edit.index, before);
      if (before && !cell) return false;
      if (edit.mode === 'insert' && edit.index > notebook.cellCount) return false;
      const wasDirty = notebook.isDirty;
      const change = new vscode.WorkspaceEdit();
      addEdit(change, notebook, edit, cell);
      if (!(await vscode.workspace.applyEdit(change))) return false;
      if (!wasDirty) await notebook.save();
      return true;
    },
  };
}

async function findOpen(
  files: Pick<FileSystem, 'resolve'>,
  path: string,
): Promise<vscode.NotebookDocument | undefined> {
  const uri = toUri(path);
  const open = vscode.workspace.notebookDocuments.filter(
    (notebook) => notebook.uri.scheme === uri.scheme && !notebook.isClosed,
  );
  const exact = open.find((notebook) => notebook.uri.toString() === uri.toString());
  if (exact) return exact;
  for (const notebook of open) {
    if ((await files.resolve(toPath(notebook.uri)).catch(() => undefined)) === path) return notebook;
  }
  return undefined;
}

/** By its id, else at its place; only if it says what the edit was worked out from. */
function findCell(
  notebook: vscode.NotebookDocument,
  index: number,
  before: { readonly id: string; readonly source: string },
): vscode.NotebookCell | undefined {
  const cells = notebook.getCells();
  const cell = cells.find(({ metadata }) => metadata['id'] === before.id) ?? cells[index];
  return cell && sameText(cell.document.getText(), before.source) ? cell : undefined;
}

/** A cell's document has line endings of its own. */
function sameText(left: string, right: string): boolean {
  return left.replace(/\r\n?/g, '\n') === right.replace(/\r\n?/g, '\n');
}

function addEdit(
  change: vscode.WorkspaceEdit,
  notebook: vscode.NotebookDocument,
  edit: CellEdit,
  cell: vscode.NotebookCell | undefined,
): void {
  const set = (...edits: vscode.NotebookEdit[]): void => change.set(notebook.uri, edits);
  if (edit.mode === 'insert') {
    const data = cellData(notebook, edit.kind, edit.source);
    data.metadata = { ...(edit.id === undefined ? {} : { id: edit.id }), metadata: {} };
    return set(vscode.NotebookEdit.insertCells(edit.index, [data]));
  }
  if (!cell) return;
  const range = new vscode.NotebookRange(cell.index, cell.index + 1);
  if (edit.mode === 'delete') return set(vscode.NotebookEdit.deleteCells(range));
  const { document } = cell;
  if (kindOf(cell) === edit.kind) {
    // As text, so that outputs, cursor and the cell itself stay.
    const end = document.lineAt(document.lineCount - 1).range.end;
    change.replace(document.uri, new vscode.Range(new vscode.Position(0, 0), end), edit.source);
    return;
  }
  const data = cellData(notebook, edit.kind, edit.source);
  const { execution_count: _, attachments: __, ...metadata } = cell.metadata;
  data.metadata = metadata;
  set(vscode.NotebookEdit.replaceCells(range, [data]));
}

function kindOf({ kind, document }: vscode.NotebookCell): CellKind {
  if (kind === vscode.NotebookCellKind.Markup) return 'markdown';
  return document.languageId === 'raw' ? 'raw' : 'code';
}

/** Code in the language of the notebook's other code. */
function cellData(notebook: vscode.NotebookDocument, kind: CellKind, source: string): vscode.NotebookCellData {
  if (kind === 'markdown') return new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, source, 'markdown');
  const code = notebook.getCells().find((cell) => kindOf(cell) === 'code');
  const language = kind === 'raw' ? 'raw' : (code?.document.languageId ?? 'python');
  return new vscode.NotebookCellData(vscode.NotebookCellKind.Code, source, language);
}

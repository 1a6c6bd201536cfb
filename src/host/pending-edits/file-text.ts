// Reads the files that are under review, and writes them so that the editor's undo takes it back.
import * as vscode from 'vscode';
import { FileError, type FileSystem, type TextFile } from '../../core/ports.ts';
import type { PendingFile } from '../../core/review/pending-file.ts';
import { toUri } from '../locations.ts';

/** Undefined for a file that is not there. Throws `FileError`. */
export async function readIfThere(files: FileSystem, path: string): Promise<TextFile | undefined> {
  try {
    return await files.readText(path);
  } catch (error) {
    if (error instanceof FileError && error.reason === 'not_found') return undefined;
    throw error;
  }
}

/** A file that was new and is empty again goes to the bin. Throws `FileError`, with nothing changed. */
export async function putText(files: FileSystem, file: PendingFile, text: string, present: TextFile): Promise<void> {
  const uri = toUri(file.path);
  const goes = file.created && text.trim() === '';
  // What is open is changed through the editor, which can undo it.
  const document = await vscode.workspace.openTextDocument(uri).then(
    (opened) => opened,
    () => undefined,
  );
  if (!goes || document?.isDirty) await files.writeText(file.path, text, present);
  if (!goes) return;
  if (document?.isDirty) await document.save();
  const edit = new vscode.WorkspaceEdit();
  edit.deleteFile(uri, { ignoreIfNotExists: true });
  if (await vscode.workspace.applyEdit(edit)) return;
  throw new FileError('other', `${file.path} could not be removed by the editor. Delete it in the explorer.`);
}

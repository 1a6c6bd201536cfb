// Makes chips from files and folders that are chosen in the explorer. They name them: what is in them the model reads itself, if it may.
import * as vscode from 'vscode';
import type { Attachment } from '../../shared/view-model.ts';
import { toPath } from '../locations.ts';

export const MAX_FILES = 30;

/** `args` are what the explorer passes: the one that was clicked and all that are selected. Without any: the active editor's file. */
export function chosenFiles(args: readonly unknown[]): vscode.Uri[] {
  const [clicked, selected] = args;
  const all = Array.isArray(selected) && selected.length > 0 ? selected : [clicked];
  const uris = all.filter((uri): uri is vscode.Uri => uri instanceof vscode.Uri);
  if (uris.length > 0) return uris;
  const active = vscode.window.activeTextEditor?.document;
  return active && !active.isUntitled ? [active.uri] : [];
}

/** Undefined when there is nothing at the address any more. */
export async function fileChip(uri: vscode.Uri): Promise<Attachment | undefined> {
  try {
    const { type } = await vscode.workspace.fs.stat(uri);
    const name = vscode.workspace.asRelativePath(uri);
    const isFolder = (type & vscode.FileType.Directory) !== 0;
    const what = isFolder ? 'folder' : 'file';
    return {
      kind: 'file',
      label: isFolder ? `${name}/` : name,
      // A folder is nothing that a click on the chip could open.
      ...(isFolder ? {} : { path: toPath(uri) }),
      text: `This is about the ${what} ${toPath(uri)}. Look into it before you answer.`,
    };
  } catch {
    return undefined;
  }
}

// Which encoding the editor uses for a file: that of its open document, else the person's setting.
import * as vscode from 'vscode';
import { toUri } from './locations.ts';

/** As the editor names encodings (`utf8`, `windows1252`). A byte order mark in the file goes before it. */
export function editorEncoding(path: string): string | undefined {
  const uri = toUri(path);
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  return open?.encoding ?? vscode.workspace.getConfiguration('files', uri).get<string>('encoding');
}

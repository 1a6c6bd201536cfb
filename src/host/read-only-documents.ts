// Read-only documents that live in memory: the original side of a diff, long outputs, long commands.
import * as vscode from 'vscode';
import { ORIGINAL_SCHEME } from '../shared/contributions.ts';

export class ReadOnlyDocuments implements vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();

  provideTextDocumentContent(uri: vscode.Uri): string | undefined {
    return this.#texts.get(uri.path);
  }

  /** `name` decides the tab's title and the highlighting. The same id and name replace what was there. */
  put(id: string, name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: ORIGINAL_SCHEME, path: `/${encodeURIComponent(id)}/${name}` });
    this.#texts.set(uri.path, text);
    return uri;
  }

  /** The editor keeps showing what it has loaded already. */
  delete(uri: vscode.Uri): void {
    this.#texts.delete(uri.path);
  }

  /** Forgets the text when the editor lets the document go. */
  forgetClosed(document: vscode.TextDocument): void {
    if (document.uri.scheme === ORIGINAL_SCHEME) this.delete(document.uri);
  }
}

// Read-only documents that live in memory: the original side of a diff, long outputs, long commands.
import * as vscode from 'vscode';
import { ORIGINAL_SCHEME } from '../shared/contributions.ts';

export class ReadOnlyDocuments implements vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();

  provideTextDocumentContent(uri: vscode.Uri): string | undefined {
    return this.#texts.get(keyOf(uri));
  }

  /** `name` decides the tab's title and the highlighting. The same id and name replace what was there. */
  put(id: string, name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: ORIGINAL_SCHEME, path: `/${encodeURIComponent(id)}/${name}` });
    this.#texts.set(uri.path, text);
    return uri;
  }

  /** Under the very path of a file, so that a list of diffs does not take the two for a renaming. The same id and file replace. */
  putBefore(id: string, file: vscode.Uri, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: ORIGINAL_SCHEME, path: file.path, query: id });
    this.#texts.set(keyOf(uri), text);
    return uri;
  }

  /** The editor keeps showing what it has loaded already. */
  delete(uri: vscode.Uri): void {
    this.#texts.delete(keyOf(uri));
  }

  /** Forgets the text when the editor lets the document go. */
  forgetClosed(document: vscode.TextDocument): void {
    if (document.uri.scheme === ORIGINAL_SCHEME) this.delete(document.uri);
  }
}

function keyOf({ path, query }: vscode.Uri): string {
  return query === '' ? path : `${path}?${query}`;
}

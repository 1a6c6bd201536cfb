// Finds the canonical path of documents that are open under another spelling: through a link, with another drive letter.
import * as vscode from 'vscode';
import type { FileSystem } from '../../core/ports.ts';
import { toPath } from '../locations.ts';

export class DocumentPaths {
  readonly #files: Pick<FileSystem, 'resolve'>;
  readonly #known = new Map<string, string>();

  constructor(files: Pick<FileSystem, 'resolve'>) {
    this.#files = files;
  }

  /** The path as spelled where no other is known. */
  pathOf({ uri }: Pick<vscode.TextDocument, 'uri'>): string {
    return this.#known.get(uri.toString()) ?? toPath(uri);
  }

  /** Looks at the open documents. Resolves to whether there is news. */
  async learnAll(): Promise<boolean> {
    const found = await Promise.all(vscode.workspace.textDocuments.map((document) => this.learn(document)));
    return found.includes(true);
  }

  async learn({ uri }: Pick<vscode.TextDocument, 'uri'>): Promise<boolean> {
    if (uri.scheme !== 'file' || this.#known.has(uri.toString())) return false;
    const path = await this.#files.resolve(uri.fsPath).catch(() => undefined);
    if (path === undefined) return false;
    this.#known.set(uri.toString(), path);
    return path !== uri.fsPath;
  }

  forget({ uri }: Pick<vscode.TextDocument, 'uri'>): void {
    this.#known.delete(uri.toString());
  }
}

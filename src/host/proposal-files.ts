// The editable side of a review: files in memory under their own names, so that they keep their highlighting; the query tells them apart.
import * as vscode from 'vscode';
import { PROPOSAL_SCHEME } from '../shared/contributions.ts';

/** Marks the bytes as UTF-8 for the editor, whatever encoding the person's settings name. */
const MARK = new Uint8Array([0xef, 0xbb, 0xbf]);

interface ProposalFile {
  readonly text: string;
  readonly mtime: number;
}

/** Takes every write: a document left over from before a reload must be closable without a question. */
export class ProposalFiles implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;
  readonly #files = new Map<string, ProposalFile>();

  put(id: string, name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: PROPOSAL_SCHEME, path: `/${name}`, query: id });
    this.#set(uri, text, vscode.FileChangeType.Created);
    return uri;
  }

  /** What was put or saved last. */
  text(uri: vscode.Uri): string | undefined {
    return this.#files.get(uri.query)?.text;
  }

  remove(uri: vscode.Uri): void {
    if (this.#files.delete(uri.query)) this.#changed.fire([{ type: vscode.FileChangeType.Deleted, uri }]);
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const file = this.#files.get(uri.query);
    if (!file) throw vscode.FileSystemError.FileNotFound(uri);
    const size = MARK.length + Buffer.byteLength(file.text);
    return { type: vscode.FileType.File, ctime: 0, mtime: file.mtime, size };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    const file = this.#files.get(uri.query);
    if (!file) throw vscode.FileSystemError.FileNotFound(uri);
    return Buffer.concat([MARK, Buffer.from(file.text)]);
  }

  writeFile(uri: vscode.Uri, content: Uint8Array): void {
    this.#set(uri, new TextDecoder().decode(content), vscode.FileChangeType.Changed);
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {});
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(from: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(from);
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.#changed.dispose();
    this.#files.clear();
  }

  #set(uri: vscode.Uri, text: string, type: vscode.FileChangeType): void {
    // Two writes in one millisecond are still two versions.
    const mtime = Math.max(Date.now(), (this.#files.get(uri.query)?.mtime ?? 0) + 1);
    this.#files.set(uri.query, { text, mtime });
    this.#changed.fire([{ type, uri }]);
  }
}

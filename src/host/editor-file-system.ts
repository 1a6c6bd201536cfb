// Files as the person sees them: what is open in the editor is read and edited there, everything else goes to the files below.
import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { encodeText } from '../adapters/text-encoding.ts';
import { FileError, type FileSystem, type TextFile } from '../core/ports.ts';
import { changedRange, hasOneLineEnding } from './text-change.ts';
import { toPath, toUri } from './locations.ts';

/** `base` holds the same files without an editor; it stays its owner's. */
export class EditorFileSystem implements FileSystem {
  readonly #base: FileSystem;
  readonly readAhead?: NonNullable<FileSystem['readAhead']>;

  constructor(base: FileSystem) {
    this.#base = base;
    if (base.readAhead) this.readAhead = async (path) => base.readAhead?.(path);
  }

  async stat(path: string): ReturnType<FileSystem['stat']> {
    return this.#base.stat(path);
  }

  async list(path: string): ReturnType<FileSystem['list']> {
    return this.#base.list(path);
  }

  async readBytes(path: string, options?: { maxBytes?: number }): Promise<Uint8Array> {
    return this.#base.readBytes(path, options);
  }

  async resolve(path: string): Promise<string | undefined> {
    return this.#base.resolve(path);
  }

  async isLink(path: string): Promise<boolean> {
    return (await this.#base.isLink?.(path)) ?? (await this.#base.resolve(path)) !== path;
  }

  async readText(path: string): Promise<TextFile> {
    const document = await this.#openDocument(path);
    return document?.isDirty ? bufferFile(document) : this.#base.readText(path);
  }

  async writeText(path: string, text: string, like: TextFile | undefined): Promise<TextFile> {
    const document = await this.#openDocument(path);
    if (document?.isDirty) return writeBuffer(document, text, like);
    if (!document || !like) return this.#base.writeText(path, text, like);
    return this.#writeClean(document, path, text, like);
  }

  /** Through the editor, so that it can be undone, and saved; only where that says the same bytes. */
  async #writeClean(document: vscode.TextDocument, path: string, text: string, like: TextFile): Promise<TextFile> {
    await checkExpressible(document, text);
    const now = await this.#base.readText(path);
    if (now.hash !== like.hash) throw stale(path);
    const lossless = hasOneLineEnding(now.text) && hasOneLineEnding(text) && sameEnding(document, text);
    // A document that the editor has not read again yet must not be built on.
    if (!lossless || document.getText() !== now.text) return this.#base.writeText(path, text, like);
    if (document.isDirty) throw stale(path);
    await replaceText(document, text);
    if (!(await savedWithoutError(document))) {
      await putBack(document, now.text);
      throw new FileError(
        'other',
        `${path} could not be saved by the editor, and nothing was changed. See why saving fails in the editor, then try again.`,
      );
    }
    return this.#base.readText(path);
  }

  /** The editor's document for this path, opened under whatever spelling. */
  async #openDocument(path: string): Promise<vscode.TextDocument | undefined> {
    const uri = toUri(path);
    const open = vscode.workspace.textDocuments.filter(
      (document) => document.uri.scheme === uri.scheme && !document.isClosed,
    );
    const exact = open.find((document) => document.uri.toString() === uri.toString());
    if (exact || uri.scheme !== 'file') return exact;
    for (const document of open) {
      if ((await this.#base.resolve(document.uri.fsPath)) === path) return document;
    }
    return undefined;
  }
}

/** The unsaved buffer. Line endings are the document's own. */
function bufferFile(document: vscode.TextDocument): TextFile {
  const text = document.getText();
  const hash = createHash('sha256').update(text).digest('hex');
  return { text, encoding: document.encoding, bom: document.encoding === 'utf8bom', hash, unsaved: true };
}

async function writeBuffer(document: vscode.TextDocument, text: string, like: TextFile | undefined): Promise<TextFile> {
  await checkExpressible(document, text);
  if (!like || bufferFile(document).hash !== like.hash) throw stale(toPath(document.uri));
  await replaceText(document, text);
  return bufferFile(document);
}

/** Throws where a save would put question marks in the place of characters that the document's encoding does not have. */
async function checkExpressible(document: vscode.TextDocument, text: string): Promise<void> {
  const { encoding } = document;
  await encodeText(text, { encoding, bom: false }, toPath(document.uri));
}

/** One edit over the part that differs: cursors and undo stay. Throws, with nothing changed, when the editor refuses it. */
async function replaceText(document: vscode.TextDocument, text: string): Promise<void> {
  const { start, end, replacement } = changedRange(document.getText(), text);
  const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, range, replacement);
  if (await vscode.workspace.applyEdit(edit)) return;
  throw new FileError(
    'no_access',
    `The editor did not take the edit of ${toPath(document.uri)}. Nothing was changed; it may be read-only.`,
  );
}

async function savedWithoutError(document: vscode.TextDocument): Promise<boolean> {
  try {
    return (await document.save()) && !document.isDirty;
  } catch {
    return false;
  }
}

/** After a failed save: the buffer says again what is on disk, and is not marked as changed. */
async function putBack(document: vscode.TextDocument, text: string): Promise<void> {
  await replaceText(document, text);
  await vscode.window.showTextDocument(document, { preserveFocus: true, preview: false });
  await vscode.commands.executeCommand('workbench.action.files.revert');
}

function sameEnding(document: vscode.TextDocument, text: string): boolean {
  const ending = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  return !/[\r\n]/.test(text) || text.includes('\r\n') === (ending === '\r\n');
}

function stale(path: string): FileError {
  return new FileError('stale', `${path} has changed since it was read. Read it again, then edit what is there now.`);
}

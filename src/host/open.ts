// Opens what the panel points at: files of the workspace, diffs, long outputs, links.
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { FileSystem } from '../core/ports.ts';
import type { ToolItem } from '../shared/view-model.ts';
import type { Log } from './log.ts';
import { openableLink } from './openable-link.ts';
import { insideWorkspace, isWithin, toPath, toUri } from './locations.ts';
import type { ReadOnlyDocuments } from './read-only-documents.ts';

export interface OpenerParts {
  readonly files: FileSystem;
  readonly documents: ReadOnlyDocuments;
  readonly log: Log;
}

export class Opener {
  readonly #parts: OpenerParts;

  constructor(parts: OpenerParts) {
    this.#parts = parts;
  }

  /** `line` counts from 1. What lies outside the workspace, links followed, is not opened. */
  async openFile(name: string, line?: number): Promise<void> {
    const path = await this.inside(name);
    if (path === undefined) {
      return tell(vscode.l10n.t('{0} is not in this workspace. Open it by hand if you want to see it.', name));
    }
    try {
      const at = new vscode.Position(Math.max(0, (line ?? 1) - 1), 0);
      const selection = line === undefined ? {} : { selection: new vscode.Range(at, at) };
      await vscode.window.showTextDocument(toUri(path), { preview: true, ...selection });
    } catch (error) {
      this.#parts.log.warn(`${path} could not be opened: ${String(error)}`);
      tell(vscode.l10n.t('{0} cannot be opened as text; it may have been moved or deleted.', basename(path)));
    }
  }

  /** The edit as it was made: side by side while the file still says what it led to, else as a patch. */
  async openFinishedEdit(item: ToolItem): Promise<void> {
    if (item.diff === undefined) return item.path === undefined ? undefined : this.openFile(item.path, item.line);
    const name = basename(item.path ?? 'edit');
    const before = item.path === undefined ? undefined : await this.#textBefore(item.path, item.diff);
    if (item.path === undefined || before === undefined) return this.#show(item.id, `${name}.diff`, item.diff);
    const original = this.#parts.documents.put(item.id, name, before);
    const options: vscode.TextDocumentShowOptions = { preview: true };
    await vscode.commands.executeCommand(
      'vscode.diff',
      original,
      toUri(item.path),
      `${name}: edit by Capstan`,
      options,
    );
  }

  async showOutput(item: ToolItem, output: string): Promise<void> {
    await this.#show(`${item.id} output`, `${item.name} output.txt`, output);
  }

  /** Web and mail addresses only, through the editor, which asks before it leaves. */
  async openLink(address: string): Promise<void> {
    const url = openableLink(address);
    if (url !== undefined) await vscode.env.openExternal(vscode.Uri.parse(url, true));
    else tell(vscode.l10n.t('Only web and mail links are opened from the conversation.'));
  }

  async copy(text: string): Promise<void> {
    await vscode.env.clipboard.writeText(text);
  }

  /** Over the selection of the active editor, or into a new document when there is none. */
  async insertAtCursor(text: string): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!editor) {
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: text }));
      return;
    }
    const inserted = await editor.edit((edit) =>
      editor.selections.forEach((selection) => edit.replace(selection, text)),
    );
    if (!inserted)
      return tell(vscode.l10n.t('The text could not be inserted: the editor is read-only. Copy it instead.'));
    await vscode.window.showTextDocument(editor.document, editor.viewColumn);
  }

  get files(): FileSystem {
    return this.#parts.files;
  }

  /** Those of the names that are files of a trusted workspace. */
  async found(names: readonly string[]): Promise<string[]> {
    if (!vscode.workspace.isTrusted) return [];
    const isFile = async (name: string) => {
      const path = await this.inside(name);
      return path !== undefined && (await this.files.stat(path))?.kind === 'file';
    };
    const there = await Promise.all(names.map((name) => isFile(name).catch(() => false)));
    return names.filter((_, index) => there[index]);
  }

  /**
   * Where a name of the workspace leads, there or not; undefined outside it, links followed. They are followed for the workspace's own
   * folders too: one may have been opened through a link.
   */
  async inside(name: string): Promise<string | undefined> {
    const path = insideWorkspace(name);
    const resolved = path === undefined ? undefined : await this.files.resolve(path);
    if (resolved === undefined) return undefined;
    for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
      const root = await this.#parts.files.resolve(toPath(uri));
      if (root !== undefined && isWithin(root, resolved)) return path;
    }
    return undefined;
  }

  async #textBefore(path: string, diff: string): Promise<string | undefined> {
    try {
      const { applyPatch, parsePatch, reversePatch } = await import('diff');
      const now = await this.#parts.files.readText(path);
      const [patch] = parsePatch(diff);
      const before = patch ? applyPatch(now.text, reversePatch(patch)) : false;
      return before === false ? undefined : before;
    } catch {
      return undefined;
    }
  }

  async #show(id: string, name: string, text: string): Promise<void> {
    const uri = this.#parts.documents.put(`${id} ${randomUUID()}`, name, text);
    await vscode.window.showTextDocument(uri, { preview: true });
  }
}

function tell(message: string): void {
  void vscode.window.showInformationMessage(message);
}

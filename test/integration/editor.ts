// Steps that the suites share: the extension under test, files of the open workspace, waiting.
import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { CapstanApi } from '../../src/extension.ts';
import type { Host } from '../../src/host/compose.ts';
import { ORIGINAL_SCHEME, PROPOSAL_SCHEME } from '../../src/shared/contributions.ts';

export async function activated(): Promise<{ api: CapstanApi; host: Host }> {
  const extension = vscode.extensions.getExtension<CapstanApi>('capstan.capstan');
  assert.ok(extension, 'the extension is installed');
  const api = await extension.activate();
  assert.ok(api.host, 'the extension host runs tests');
  return { api, host: await api.host() };
}

/** A folder of the workspace for one suite. */
export function scratchFolder(name: string): {
  file(name: string): string;
  make(): Promise<void>;
  remove(): Promise<void>;
} {
  const [workspace] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(workspace, 'a folder is open');
  const folder = path.join(workspace.uri.fsPath, `scratch-${name}`);
  return {
    file: (name) => path.join(folder, name),
    make: async () => void (await mkdir(folder, { recursive: true })),
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

export async function openFile(file: string, content?: string | Uint8Array): Promise<vscode.TextEditor> {
  if (content !== undefined) await writeFile(file, content);
  return vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
}

export async function replaceAll(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const end = document.lineAt(document.lineCount - 1).range.end;
  edit.replace(document.uri, new vscode.Range(new vscode.Position(0, 0), end), text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

/** Closes every tab without a question, throwing unsaved text away. */
export async function closeEverything(): Promise<void> {
  for (const document of vscode.workspace.textDocuments) {
    // The editor's own settings document is not the tests' to close.
    if (!document.isDirty || !vscode.workspace.getWorkspaceFolder(document.uri)) continue;
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

export async function until<T>(what: string, probe: () => T | undefined | false, timeoutMs = 20_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = probe();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs / 1000} s`);
    await sleep(20);
  }
}

export function reviewTabs(): vscode.Tab[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.filter(
    ({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.scheme === PROPOSAL_SCHEME,
  );
}

/** Nothing of a finished review may be left open or unsaved. */
export function assertNothingLeft(): void {
  assert.deepEqual(
    reviewTabs().map((tab) => tab.label),
    [],
  );
  const dirty = vscode.workspace.textDocuments.filter(
    ({ isDirty, uri }) => isDirty && [ORIGINAL_SCHEME, PROPOSAL_SCHEME].includes(uri.scheme),
  );
  assert.deepEqual(
    dirty.map(({ uri }) => uri.toString()),
    [],
  );
}

/** Whether terminals can run anything here: the oldest editor comes without the native part that starts shells. Says so where not. */
export async function startsShells(): Promise<boolean> {
  const probe = vscode.window.createTerminal({ name: 'probe', shellPath: '/bin/bash' });
  const started = await Promise.race([probe.processId, sleep(5_000)]);
  probe.dispose();
  if (started === undefined) console.log('      skipped: this editor cannot start shells in its terminals');
  return started !== undefined;
}

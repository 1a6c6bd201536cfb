// Puts the review of edits that have landed together: what is pending, its lenses, marks and commands, and what the panel is shown of it.
import path from 'node:path';
import * as vscode from 'vscode';
import type { FileSystem } from '../../core/ports.ts';
import { contextKeys, PENDING_MEMORY } from '../../shared/contributions.ts';
import type { Intent } from '../../shared/protocol.ts';
import type { Environment } from '../../shared/view-model.ts';
import type { Log } from '../log.ts';
import type { ReadOnlyDocuments } from '../read-only-documents.ts';
import { multiDiffTitle, PendingCommands } from './pending-commands.ts';
import { PendingEdits } from './pending-edits.ts';
import { PendingLenses } from './pending-lenses.ts';
import { PendingMarks } from './pending-marks.ts';
import { createPendingStore } from './pending-store.ts';

export interface PendingReviewParts {
  readonly context: vscode.ExtensionContext;
  readonly files: FileSystem;
  readonly documents: ReadOnlyDocuments;
  readonly log: Log;
  readonly show: (pending: Environment['pending']) => void;
}

type PendingIntent = Extract<Intent, { type: 'pending' }>;

export interface PendingReview extends vscode.Disposable {
  readonly edits: PendingEdits;
  readonly commands: PendingCommands['handlers'];
  /** What the panel asks for, about one file or all. */
  handle(intent: PendingIntent): Promise<void>;
}

export function composePendingReview({ context, files, documents, log, show }: PendingReviewParts): PendingReview {
  const edits = new PendingEdits({ files, log, store: createPendingStore(storageFolder(context)) });
  const commands = new PendingCommands({ pending: edits, documents });
  const set = contextSetter();
  let shown = '';
  const update = () => {
    const pending = summaryOf(edits);
    const now = JSON.stringify(pending);
    if (now === shown) return;
    shown = now;
    show(pending);
    set(contextKeys.pending, pending !== undefined);
    // The next window looks for what is left only where something is.
    if (context.workspaceState.get(PENDING_MEMORY, false) !== (pending !== undefined))
      void context.workspaceState.update(PENDING_MEMORY, pending !== undefined);
  };
  const updateHere = () => {
    const document = vscode.window.activeTextEditor?.document;
    set(contextKeys.pendingHere, document !== undefined && edits.hunksIn(document).length > 0);
    const { activeTab } = vscode.window.tabGroups.activeTabGroup;
    set(contextKeys.reviewingAll, activeTab?.label.startsWith(multiDiffTitle()) ?? false);
  };
  const owned = [
    edits,
    edits.onDidChange(update),
    edits.onDidChange(updateHere),
    vscode.window.onDidChangeActiveTextEditor(updateHere),
    vscode.window.tabGroups.onDidChangeTabs(updateHere),
    vscode.window.tabGroups.onDidChangeTabGroups(updateHere),
    vscode.languages.registerCodeLensProvider(PendingLenses.selector(), new PendingLenses(edits)),
    new PendingMarks(edits, context.extensionUri),
  ];
  void edits.restore();
  return {
    edits,
    commands: commands.handlers,
    handle: (intent) => handle(intent, commands),
    dispose: () => {
      for (const disposable of owned.toReversed()) disposable.dispose();
    },
  };
}

/** Beside the sessions, where commands in the sandbox cannot look; one folder for each workspace. */
function storageFolder({ globalStorageUri, storageUri }: vscode.ExtensionContext): string {
  const workspace = storageUri ? path.basename(path.dirname(storageUri.fsPath)) : 'none';
  return path.join(globalStorageUri.fsPath, 'pending', workspace);
}

async function handle({ action, path: file }: PendingIntent, commands: PendingCommands): Promise<void> {
  switch (action) {
    case 'keep':
      return file === undefined ? commands.keepAll() : commands.keep(file);
    case 'undo':
      return file === undefined ? commands.undoAll() : commands.undo(file);
    case 'review':
      return commands.review(file);
    default:
      action satisfies never;
  }
}

/** Tells the editor only what has changed. */
function contextSetter(): (key: string, value: boolean) => void {
  const last = new Map<string, boolean>();
  return (key, value) => {
    if ((last.get(key) ?? false) === value) return;
    last.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
}

function summaryOf({ files }: PendingEdits): Environment['pending'] {
  if (files.length === 0) return undefined;
  const sum = (key: 'added' | 'removed') => files.reduce((total, view) => total + view[key], 0);
  return { paths: files.map(({ file }) => file.path), added: sum('added'), removed: sum('removed') };
}

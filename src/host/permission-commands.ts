// The commands about permissions: what would be decided about a call, and how much the conversation asks.
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { shellLanguage } from '../adapters/host-platform.ts';
import { PermissionEvaluator } from '../core/permissions/evaluator.ts';
import { permissionModes } from '../core/permissions/mode.ts';
import type { FileSystem } from '../core/ports.ts';
import type { Conversation } from './conversation.ts';
import { explainPermission } from './explain-permission.ts';
import { toPath } from './locations.ts';
import type { Log } from './log.ts';
import { modeWords } from './mode-words.ts';
import { permissionParts } from './permission-parts.ts';
import type { ReadOnlyDocuments } from './read-only-documents.ts';

export interface PermissionCommandParts {
  readonly conversation: Conversation;
  readonly files: FileSystem;
  readonly documents: ReadOnlyDocuments;
  readonly log: Log;
  /** Holds the logs of all sessions, absolute. */
  readonly sessionsFolder: string;
}

/** As the conversation that is shown would be judged; nothing is run. */
export async function explainHere(parts: PermissionCommandParts): Promise<void> {
  const { conversation, files, documents, log, sessionsFolder } = parts;
  const workspace = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => toPath(uri));
  const mode = permissionModes.find((mode) => mode === conversation.view.session.mode) ?? 'default';
  const { pastCalls, ...rules } = permissionParts(log, { workspace, readOnly: [], sessions: sessionsFolder });
  const evaluator = new PermissionEvaluator({ ...rules, files, mode: () => mode });
  const shellTool = shellLanguage() === 'powershell' ? 'PowerShell' : 'Bash';
  const cwd = workspace[0] ?? homedir();
  await explainPermission({ evaluator, documents, cwd, shellTool, ...(pastCalls ? { pastCalls } : {}) });
}

/** For the conversation that is shown, or begins next; it counts from the next call on. */
export async function chooseMode({ conversation }: Pick<PermissionCommandParts, 'conversation'>): Promise<void> {
  await conversation.restore();
  const current = conversation.view.session.mode;
  const words = modeWords();
  const items = permissionModes.map((mode) => ({
    mode,
    label: `${mode === current ? '$(check)' : '$(blank)'} ${words[mode].label}`,
    detail: words[mode].detail,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Permission Mode'),
    matchOnDetail: true,
  });
  if (!chosen || chosen.mode === current) return;
  if (chosen.mode === 'bypassPermissions' && !(await isSure())) return;
  conversation.choose({ mode: chosen.mode });
}

async function isSure(): Promise<boolean> {
  const yes: vscode.MessageItem = { title: vscode.l10n.t('Bypass Permissions') };
  const detail = vscode.l10n.t(
    'Commands and edits of this conversation will run without a question, outside the workspace too.',
  );
  const pressed = await vscode.window.showWarningMessage(vscode.l10n.t('Ask no more?'), { modal: true, detail }, yes);
  return pressed === yes;
}

// What fills the context of the conversation that is shown, by kind, in a pick: with the ways to make room.
import path from 'node:path';
import * as vscode from 'vscode';
import type { ContextKind, ContextShare } from '../../core/context/context-shares.ts';
import { commands } from '../../shared/contributions.ts';
import type { Conversation } from '../conversation.ts';
import { longWork } from '../long-work.ts';
import { short } from './meter-words.ts';
import type { SessionMeter } from './session-meter.ts';
export interface ContextPickParts {
  readonly conversation: Conversation;
  readonly meter: SessionMeter;
}

interface Row extends vscode.QuickPickItem {
  readonly run?: () => unknown;
}

/** Until something was chosen or the pick left. */
export async function showContext({ conversation, meter }: ContextPickParts): Promise<void> {
  await conversation.restore();
  const { session } = conversation;
  if (!session) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Nothing has been sent yet. Send a message, then look again.'),
    );
    return;
  }
  const title = vscode.l10n.t('Capstan counts what the context holds');
  const shares = await longWork(title, () => session.contextShares());
  if (!shares) return;
  const used = shares.reduce((sum, { tokens }) => sum + tokens, 0);
  const { limit } = session.context;
  const chosen = await vscode.window.showQuickPick(rows(shares, limit, session.view.turns.length > 0, meter), {
    title: vscode.l10n.t('Context: {0} of {1} tokens', short(used), short(limit)),
    placeHolder: vscode.l10n.t(
      '{0} tokens are free; all figures are estimates but the sum',
      short(Math.max(0, limit - used)),
    ),
    matchOnDescription: true,
  });
  await chosen?.run?.();
}

function rows(shares: readonly ContextShare[], limit: number, hasTurns: boolean, meter: SessionMeter): Row[] {
  const files = shares.find(({ kind }) => kind === 'instructions')?.pieces ?? [];
  const used = shares.reduce((sum, { tokens }) => sum + tokens, 0);
  const [, ...facts] = meter.lines.split('\n');
  return [
    line(vscode.l10n.t('What fills it')),
    ...shares.map((share) => shareRow(share, limit)),
    { label: vscode.l10n.t('Free'), description: amount(Math.max(0, limit - used), limit) },
    ...(facts.length > 0 ? [line(vscode.l10n.t('Cost')), ...facts.slice(1).map((label) => ({ label }))] : []),
    line(vscode.l10n.t('Make room')),
    ...(hasTurns
      ? [{ label: vscode.l10n.t('$(fold) Compact Now…'), run: () => vscode.commands.executeCommand(commands.compact) }]
      : []),
    { label: vscode.l10n.t('$(add) New Conversation'), run: () => vscode.commands.executeCommand(commands.newSession) },
    ...files.map(({ name, tokens }) => ({
      label: vscode.l10n.t('$(go-to-file) Open {0}', path.basename(name)),
      description: vscode.l10n.t('{0} tokens', short(tokens)),
      detail: name,
      run: () => vscode.window.showTextDocument(vscode.Uri.file(name)),
    })),
  ];
}

function line(label: string): Row {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function shareRow({ kind, tokens, pieces }: ContextShare, limit: number): Row {
  // Of many tools the largest say enough.
  const largest = pieces.slice(0, 3).map(({ name, tokens: each }) => `${path.basename(name)} ${short(each)}`);
  return {
    label: kindWords(kind),
    description: amount(tokens, limit),
    ...(largest.length > 1 ? { detail: vscode.l10n.t('Largest: {0}', largest.join(', ')) } : {}),
  };
}

function amount(tokens: number, limit: number): string {
  return vscode.l10n.t('{0} tokens, {1} %', short(tokens), ((tokens / limit) * 100).toFixed(1));
}

function kindWords(kind: ContextKind): string {
  switch (kind) {
    case 'system':
      return vscode.l10n.t('System prompt');
    case 'tools':
      return vscode.l10n.t('Tools');
    case 'instructions':
      return vscode.l10n.t('Instruction files');
    case 'surroundings':
      return vscode.l10n.t('Git, folders and what else was told');
    case 'conversation':
      return vscode.l10n.t('Conversation');
    case 'results':
      return vscode.l10n.t('Results of tools');
    default:
      return kind satisfies never;
  }
}

// The commands that move through a long conversation: find, the person's turns one by one, and a list of them all.
import * as vscode from 'vscode';
import { commands } from '../../shared/contributions.ts';
import type { Turn } from '../../shared/view-model.ts';
import type { Surfaces } from './surfaces.ts';

export function createTranscriptCommands(surfaces: Surfaces) {
  const step = async (to: 'previous' | 'next') => {
    if (!surfaces.active.visible) await surfaces.focus();
    surfaces.active.send({ type: 'step', to });
  };
  return {
    [commands.find]: async () => {
      await surfaces.focus();
      surfaces.active.send({ type: 'openFind' });
    },
    [commands.previousTurn]: () => step('previous'),
    [commands.nextTurn]: () => step('next'),
    [commands.goToTurn]: () => goToTurn(surfaces),
  };
}

async function goToTurn(surfaces: Surfaces): Promise<void> {
  const { active } = surfaces;
  const { turns } = active.conversation.view;
  if (turns.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is nothing to go to yet. Ask something first.'));
    return;
  }
  const rows = turns.map((turn, index) => ({ ...rowOf(turn, index), turnId: turn.id })).toReversed();
  const picked = await vscode.window.showQuickPick(rows, {
    title: vscode.l10n.t('Go to Turn'),
    placeHolder: vscode.l10n.t('What you said, the newest first'),
    matchOnDescription: true,
  });
  if (!picked) return;
  await surfaces.focus(active);
  active.reveal({ turnId: picked.turnId });
}

const LABEL_CHARS = 120;

function rowOf(turn: Turn, index: number): vscode.QuickPickItem {
  const words = turn.text
    .slice(0, 10 * LABEL_CHARS)
    .replaceAll(/\s+/g, ' ')
    .trim();
  const attached = turn.attachments.map(({ label }) => label).join(', ');
  return {
    // A dollar sign would begin an icon.
    label: `${index + 1}: ${(words || attached).slice(0, LABEL_CHARS).replaceAll('$(', '$ (')}`,
    description: new Date(turn.startedAt).toLocaleString(vscode.env.language),
  };
}

// "Take a Tour": a conversation of its own, whose answers come from a script.
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Surfaces } from '../surfaces/surfaces.ts';
import { TOUR_MODEL } from './with-tour.ts';

/** Begins it at once. Says why when it cannot: the folder is not trusted, or none is open. */
export async function takeTour(surfaces: Surfaces): Promise<void> {
  await surfaces.focus();
  const { conversation } = surfaces.active;
  await conversation.begin();
  conversation.choose({ model: TOUR_MODEL });
  const text = vscode.l10n.t('Show me how you work.');
  const sent = await conversation.submit({ id: randomUUID(), text, attachments: [] });
  if (!sent.taken) void vscode.window.showWarningMessage(sent.reason);
}

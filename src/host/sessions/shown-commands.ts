// The commands about the conversation that is shown where the person was last: rename, export, go on in a copy.
import * as vscode from 'vscode';
import { commands } from '../../shared/contributions.ts';
import type { Conversation } from '../conversation.ts';
import type { ListedSession, SessionActions } from './session-actions.ts';

export function createShownCommands(
  conversation: () => Pick<Conversation, 'restore' | 'view'>,
  actions: Pick<SessionActions, 'rename' | 'export' | 'fork'>,
) {
  const withShown = async (work: (session: ListedSession) => Promise<void>) => {
    const shown = conversation();
    await shown.restore();
    const { session, turns } = shown.view;
    if (turns.length > 0) return work(session);
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no conversation yet. Ask something first.'));
  };
  return {
    [commands.renameConversation]: (given: unknown) =>
      withShown((session) => actions.rename(session, typeof given === 'string' ? given : '')),
    [commands.exportConversation]: () => withShown((session) => actions.export(session)),
    [commands.copyConversation]: () => withShown((session) => actions.fork(session)),
  };
}

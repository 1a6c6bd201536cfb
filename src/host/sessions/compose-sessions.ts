// Puts together what goes on around conversations: their list, what is done with them, and the word to a person who looks elsewhere.
import * as vscode from 'vscode';
import type { SessionShelf } from '../../core/sessions/session-log.ts';
import type { Conversation } from '../conversation.ts';
import type { Log } from '../log.ts';
import { readPriceSetting, readSettings } from '../settings.ts';
import { SessionActions } from './session-actions.ts';
import { SessionList } from './session-list.ts';
import { SessionNotices, type SessionNotice } from './session-notices.ts';
import { quoted } from './session-words.ts';

export interface SessionsParts {
  readonly conversation: Conversation;
  readonly shelf: SessionShelf;
  /** Which sessions belong to this window. */
  readonly folder: () => string;
  readonly focus: () => Promise<void>;
  /** Opens the edit that has waited longest; false when none waits. */
  readonly openReview: () => Promise<boolean>;
  readonly offerRemedy: (reason: string) => void;
  readonly log: Log;
}

export interface Sessions {
  readonly actions: SessionActions;
  readonly list: SessionList;
  /** A session that was to be brought back is open in another window. */
  locked(id: string): Promise<void>;
  dispose(): Promise<void>;
}

export function composeSessions(parts: SessionsParts): Sessions {
  const { conversation, shelf, folder, focus, log } = parts;
  const actions = new SessionActions({ conversation, shelf, focus, log });
  const list = new SessionList({ conversation, shelf, actions, folder, prices: readPriceSetting });
  const isShown = (id: string) => conversation.session?.id === id;
  const notices = new SessionNotices({
    isSeen: (id) => isShown(id) && vscode.window.state.focused,
    goesOn: (id) => conversation.sessions.some((session) => session.id === id && session.queued.length > 0),
    isWanted: () => readSettings().notifications,
    show: (notice) => showNotice(notice, parts, actions),
  });
  const look = () => {
    const { session } = conversation;
    if (session && vscode.window.state.focused) notices.forget(session.id);
  };
  const window = vscode.window.onDidChangeWindowState(look);
  const stopListening = conversation.listen({
    replaced: look,
    event: (event, id) => notices.take(event, id),
  });
  return {
    actions,
    list,
    async locked(id) {
      const found = (await shelf.list(folder())).find((session) => session.id === id);
      if (found) await actions.offerCopy(found);
    },
    async dispose() {
      stopListening();
      window.dispose();
      await actions.dispose();
    },
  };
}

const SHOW = 'Show';
const TRY_AGAIN = 'Try Again';

async function showNotice(
  { sessionId: id, cause, turnId }: SessionNotice,
  { conversation, openReview, offerRemedy }: SessionsParts,
  actions: SessionActions,
): Promise<void> {
  const title = conversation.sessions.find((session) => session.id === id)?.title ?? '';
  const name = quoted(title || 'Conversation');
  const pressed = await {
    done: () => vscode.window.showInformationMessage(`${name} is done.`, SHOW),
    review: () => vscode.window.showInformationMessage(`${name} has an edit for you to review.`, SHOW),
    limit: () => vscode.window.showWarningMessage(`${name} is paused at a limit. It goes on when you say so.`, SHOW),
    failed: () =>
      vscode.window.showErrorMessage(`${name} has failed. What was done until then is kept.`, SHOW, TRY_AGAIN),
  }[cause]();
  if (pressed === undefined) return;
  await actions.open({ id, title });
  if (conversation.session?.id !== id) return;
  if (cause === 'review') await openReview();
  if (pressed !== TRY_AGAIN) return;
  const reason = await conversation.retry(turnId);
  if (reason !== undefined) offerRemedy(reason);
}

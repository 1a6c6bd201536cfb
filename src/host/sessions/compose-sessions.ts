// Puts together what goes on around conversations: their list, what is done with them, and the word to a person who looks elsewhere.
import * as vscode from 'vscode';
import type { SessionShelf } from '../../core/sessions/session-log.ts';
import type { Log } from '../log.ts';
import { readPriceSetting, readSettings } from '../settings.ts';
import type { Surfaces } from '../surfaces/surfaces.ts';
import { SessionActions, type SessionPlaces } from './session-actions.ts';
import { SessionList } from './session-list.ts';
import { SessionNotices, type SessionNotice } from './session-notices.ts';
import type { SessionPool } from './session-pool.ts';
import { quoted } from './session-words.ts';

export interface SessionsParts {
  readonly pool: SessionPool;
  readonly surfaces: Surfaces;
  readonly shelf: SessionShelf;
  /** Which sessions belong to this window. */
  readonly folder: () => string;
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
  const { pool, surfaces, shelf, folder, log } = parts;
  const actions = new SessionActions({
    pool,
    places: placesOf(surfaces),
    shelf,
    log,
    waiting: (work) => surfaces.waiting(work),
  });
  const list = new SessionList({
    pool,
    isShown: (id) => surfaces.showing(id) !== undefined,
    shelf,
    actions,
    folder,
    prices: readPriceSetting,
  });
  const notices = new SessionNotices({
    isSeen: (id) => vscode.window.state.focused && surfaces.isVisible(id),
    goesOn: (id) => pool.sessions.some((session) => session.id === id && session.queued.length > 0),
    isWanted: () => readSettings().notifications,
    show: (notice) => showNotice(notice, parts, actions),
  });
  const look = () => {
    if (!vscode.window.state.focused) return;
    for (const { conversation, visible } of surfaces.all)
      if (visible && conversation.session) notices.forget(conversation.session.id);
  };
  const listening = [
    vscode.window.onDidChangeWindowState(look),
    surfaces.onDidChangeShown(look),
    { dispose: pool.listen({ event: (event, session) => notices.take(event, session.id) }) },
  ];
  return {
    actions,
    list,
    async locked(id) {
      const found = (await shelf.list(folder())).find((session) => session.id === id);
      if (found) await actions.offerCopy(found);
    },
    async dispose() {
      for (const one of listening) one.dispose();
      await actions.dispose();
    },
  };
}

function placesOf(surfaces: Surfaces): SessionPlaces {
  return {
    isShown: (id) => surfaces.showing(id) !== undefined,
    async open(id) {
      const surface = surfaces.showing(id) ?? surfaces.active;
      await surface.conversation.show(id);
      await surfaces.focus(surface);
    },
    openTab: (id) => surfaces.openTab(id),
    openInBackground: (id) => surfaces.active.conversation.show(id),
  };
}

async function showNotice(
  { sessionId: id, cause, turnId }: SessionNotice,
  { pool, surfaces, openReview, offerRemedy }: SessionsParts,
  actions: SessionActions,
): Promise<void> {
  const title = pool.sessions.find((session) => session.id === id)?.title ?? '';
  const name = quoted(title || vscode.l10n.t('Conversation'));
  const show = vscode.l10n.t('Show');
  const tryAgain = vscode.l10n.t('Try Again');
  const { window, l10n } = vscode;
  const pressed = await {
    done: () => window.showInformationMessage(l10n.t('{0} is done.', name), show),
    review: () => window.showInformationMessage(l10n.t('{0} has an edit for you to review.', name), show),
    limit: () => window.showWarningMessage(l10n.t('{0} is paused at a limit. It goes on when you say so.', name), show),
    failed: () =>
      window.showErrorMessage(l10n.t('{0} has failed. What was done until then is kept.', name), show, tryAgain),
  }[cause]();
  if (pressed === undefined) return;
  await actions.open({ id, title });
  const conversation = surfaces.showing(id)?.conversation;
  if (!conversation) return;
  if (cause === 'review') await openReview();
  if (pressed !== tryAgain) return;
  const reason = await conversation.retry(turnId);
  if (reason !== undefined) offerRemedy(reason);
}

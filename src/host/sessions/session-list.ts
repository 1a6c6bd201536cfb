// The conversations of this workspace in a quick pick: a badge each, search over titles and first messages, a button for each action.
import * as vscode from 'vscode';
import { visibleText } from '../../core/permissions/visible-text.ts';
import type { SessionShelf, SessionSummary } from '../../core/sessions/session-log.ts';
import type { PriceTable } from '../../core/usage/prices.ts';
import { plainLabel } from '../quick-question.ts';
import type { SessionActions } from './session-actions.ts';
import type { SessionPool } from './session-pool.ts';
import { sessionRows, type SessionBadge, type SessionRow } from './session-rows.ts';

export interface SessionListParts {
  readonly pool: Pick<SessionPool, 'sessions' | 'listen'>;
  /** Whether it is to be seen in some place. */
  readonly isShown: (id: string) => boolean;
  readonly shelf: Pick<SessionShelf, 'list'>;
  readonly actions: SessionActions;
  /** Which sessions belong to this window. */
  readonly folder: () => string;
  readonly prices: () => PriceTable;
}

type Action = 'open' | 'openTab' | 'rename' | 'export' | 'fork' | 'archive' | 'unarchive' | 'delete';

interface Choice {
  readonly row: SessionRow;
  readonly action: Action;
}

interface ActionButton extends vscode.QuickInputButton {
  readonly action: Action;
}

interface SessionItem extends vscode.QuickPickItem {
  /** Undefined for a line between them. */
  readonly row: SessionRow | undefined;
}

const icons = {
  running: 'sync~spin',
  'needs you': 'bell-dot',
  done: 'check',
  failed: 'error',
  paused: 'debug-pause',
  stopped: 'circle-slash',
  archived: 'archive',
} satisfies Record<SessionBadge, string>;

export class SessionList {
  readonly #parts: SessionListParts;

  constructor(parts: SessionListParts) {
    this.#parts = parts;
  }

  /** Until a conversation was opened or the list left. */
  async show(): Promise<void> {
    for (let choice = await this.#choose(); choice; choice = await this.#choose(choice.row.id)) {
      if (await this.#act(choice)) return;
    }
  }

  /** Whether that was all that the person wanted of the list. */
  async #act({ row, action }: Choice): Promise<boolean> {
    const { actions } = this.#parts;
    switch (action) {
      case 'open':
        await actions.open(row);
        return true;
      case 'openTab':
        await actions.openTab(row);
        return true;
      case 'export':
        await actions.export(row);
        return true;
      case 'fork':
        await actions.fork(row);
        return true;
      case 'rename':
        await actions.rename(row);
        return false;
      case 'archive':
      case 'unarchive':
        await actions.setArchived(row, action === 'archive');
        return false;
      case 'delete':
        await actions.delete(row);
        return false;
      default:
        return action satisfies never;
    }
  }

  async #choose(activeId?: string): Promise<Choice | undefined> {
    const pick = vscode.window.createQuickPick<SessionItem>();
    pick.title = vscode.l10n.t('Conversations');
    pick.placeholder = vscode.l10n.t('Search titles and first messages');
    pick.matchOnDetail = true;
    pick.busy = true;
    const rows = this.#liveRows(pick, activeId);
    try {
      const chosen = this.#chosen(pick);
      pick.show();
      await rows.update();
      pick.busy = false;
      return await chosen;
    } finally {
      rows.dispose();
      pick.dispose();
    }
  }

  /** Keeps the rows as the conversations are, and the person's place among them. */
  #liveRows(pick: vscode.QuickPick<SessionItem>, activeId: string | undefined) {
    const { pool, shelf, folder } = this.#parts;
    let summaries: readonly SessionSummary[] | undefined;
    let states = '';
    let ended = false;
    const draw = () => {
      if (ended || !summaries) return;
      const items = this.#items(summaries);
      const wanted = pick.activeItems[0]?.row?.id ?? activeId;
      pick.keepScrollPosition = true;
      pick.items = items;
      const active = wanted === undefined ? undefined : items.find(({ row }) => row?.id === wanted);
      if (active) pick.activeItems = [active];
    };
    const update = async () => {
      draw();
      summaries = await shelf.list(folder());
      if (!ended && summaries.length === 0)
        pick.placeholder = vscode.l10n.t('There are no conversations in this folder yet.');
      draw();
    };
    const activity = () => {
      const now = pool.sessions.map(({ id, state, lastTurn }) => `${id} ${state} ${lastTurn}`).join();
      if (now === states) return;
      states = now;
      void update();
    };
    const stopListening = pool.listen({ activity });
    return {
      update,
      dispose() {
        ended = true;
        stopListening();
      },
    };
  }

  #chosen(pick: vscode.QuickPick<SessionItem>): Promise<Choice | undefined> {
    return new Promise((resolve) => {
      pick.onDidAccept(() => {
        const row = pick.activeItems[0]?.row;
        if (row) resolve({ row, action: 'open' });
      });
      pick.onDidTriggerItemButton(({ item: { row }, button }) => {
        if (row) resolve({ row, action: (button as ActionButton).action });
      });
      pick.onDidHide(() => resolve(undefined));
    });
  }

  #items(summaries: readonly SessionSummary[]): SessionItem[] {
    const { pool, isShown, prices } = this.#parts;
    const rows = sessionRows({
      summaries,
      open: pool.sessions,
      isShown,
      prices: prices(),
      now: Date.now(),
    });
    const firstArchived = rows.findIndex(({ archived }) => archived);
    return rows.flatMap((row, index) => [...(index === firstArchived ? [archivedLine()] : []), itemOf(row)]);
  }
}

const archivedLine = (): SessionItem => ({
  label: vscode.l10n.t('archived'),
  kind: vscode.QuickPickItemKind.Separator,
  row: undefined,
});

function itemOf(row: SessionRow): SessionItem {
  const title = plainLabel(visibleText(row.title));
  const first = plainLabel(visibleText(row.firstMessage)).trim();
  return {
    label: `$(${row.badge ? icons[row.badge] : 'comment'}) ${title}`,
    description: row.shown ? `${vscode.l10n.t('shown')} · ${row.facts}` : row.facts,
    // The title is the first message, until it is given another.
    ...(first && first !== title ? { detail: first } : {}),
    buttons: [
      button('openTab', 'go-to-file', vscode.l10n.t('Open in Editor')),
      button('rename', 'edit', vscode.l10n.t('Rename…')),
      button('export', 'export', vscode.l10n.t('Export…')),
      button('fork', 'repo-forked', vscode.l10n.t('Go On in a Copy')),
      row.archived
        ? button('unarchive', 'inbox', vscode.l10n.t('Take Out of the Archive'))
        : button('archive', 'archive', vscode.l10n.t('Archive')),
      button('delete', 'trash', vscode.l10n.t('Delete…')),
    ],
    row,
  };
}

function button(action: Action, icon: string, tooltip: string): ActionButton {
  return { action, tooltip, iconPath: new vscode.ThemeIcon(icon) };
}

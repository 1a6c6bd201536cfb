// Puts together what conversations need of the editor: the pool of sessions, the surfaces that show them, and what is told around them.
import * as vscode from 'vscode';
import type { AgentEvent } from '../../core/events.ts';
import type { SessionShelf } from '../../core/sessions/session-log.ts';
import { dollars } from '../../core/usage/budget.ts';
import { contextKeys } from '../../shared/contributions.ts';
import { Conversation } from '../conversation.ts';
import type { Drafts } from '../drafts.ts';
import type { EnvironmentWatcher } from '../environment.ts';
import { handleIntent, type IntentParts } from '../intents.ts';
import type { Remedies } from '../remedies.ts';
import { composeSessions, type Sessions } from '../sessions/compose-sessions.ts';
import { SessionPool, type OpenedSession } from '../sessions/session-pool.ts';
import { onSettingsChanged, readPriceSetting, readSettings, startingMode } from '../settings.ts';
import type { StatusBar } from '../status-bar.ts';
import { Surfaces } from './surfaces.ts';

export interface SurfacesHostParts extends Pick<
  IntentParts,
  'opener' | 'review' | 'pending' | 'plans' | 'questions' | 'mentions' | 'images' | 'log'
> {
  readonly context: vscode.ExtensionContext;
  readonly drafts: Drafts;
  readonly shelf: SessionShelf;
  /** Which sessions belong to this window. */
  readonly folder: () => string;
  readonly openSession: (id: string) => Promise<OpenedSession>;
  readonly remedies: Remedies;
  readonly environment: EnvironmentWatcher;
  readonly statusBar: StatusBar;
  readonly onEvent: (event: AgentEvent) => void;
}

export interface SurfacesHost {
  readonly surfaces: Surfaces;
  readonly sessions: Sessions;
  /** Stops what runs and waits until it is written down. */
  dispose(): Promise<void>;
}

const SESSION_MEMORY = 'capstan.session';

export function composeSurfaces(parts: SurfacesHostParts): SurfacesHost {
  const { context, shelf, folder, remedies, environment, statusBar, log } = parts;
  const warn = (message: string, error?: unknown) => log.error(message, error);
  const offerRemedy = (reason: string) => void remedies.offer(reason);
  const pool = new SessionPool({ openSession: parts.openSession, warn });
  const surfaces = new Surfaces({
    pool,
    extension: context.extensionUri,
    environment: () => environment.current,
    drafts: parts.drafts,
    warn,
    meters: { defaults: readSettings, prices: readPriceSetting, now: Date.now },
    createConversation: (start) =>
      new Conversation({
        ...start,
        pool,
        obstacle: (model) => remedies.obstacle(model),
        model: () => readSettings().model,
        mode: startingMode,
        warn,
        locked: (id) => void sessions.locked(id),
      }),
    sideBar: {
      memory: {
        get: () => context.workspaceState.get<string>(SESSION_MEMORY),
        set: (id) => void context.workspaceState.update(SESSION_MEMORY, id),
      },
      first: async () => (await shelf.list(folder()))[0]?.id,
    },
    onIntent: (intent, surface) => {
      const { conversation } = surface;
      const forkBefore = (turnId: string) =>
        sessions.actions.forkBefore(conversation.view.session, turnId, conversation);
      const intentParts = { ...parts, conversation, panel: surface, offerRemedy, forkBefore };
      handleIntent(intent, intentParts).catch((error: unknown) => warn(`The panel's ${intent.type} failed.`, error));
    },
  });
  const sessions = composeSessions({
    pool,
    surfaces,
    shelf,
    folder,
    openReview: () => parts.review.openFirst(),
    offerRemedy,
    log,
  });
  const showStatus = statusDisplay(pool, surfaces, statusBar);
  const listening = [
    environment.onDidChange((now) => surfaces.environmentChanged(now)),
    surfaces.onDidChangeShown(showStatus),
    onSettingsChanged(() => surfaces.settingsChanged()),
  ];
  pool.listen({ event: parts.onEvent, activity: showStatus });
  return {
    surfaces,
    sessions,
    async dispose() {
      for (const one of listening) one.dispose();
      await Promise.all([pool.dispose(), surfaces.dispose(), parts.drafts.flush()]);
      await sessions.dispose();
    },
  };
}

/** Shows what goes on in the status bar and to key bindings; says nothing twice. */
function statusDisplay(pool: SessionPool, surfaces: Surfaces, statusBar: StatusBar): () => void {
  let shown = '';
  return () => {
    const { activity, sessions } = pool;
    const { conversation, meter } = surfaces.active;
    const { session, turns } = conversation.view;
    const behind = sessions.filter(({ id, state }) => state !== 'idle' && !surfaces.showing(id)).length;
    const status = {
      activity,
      behind,
      used: turns.length > 0 ? meter.lines : undefined,
      cost: session.costUsd ? dollars(session.costUsd) : undefined,
      isBudgetLow: meter.isBudgetLow,
    };
    const running = session.state !== 'idle';
    const now = JSON.stringify([status, running]);
    if (now === shown) return;
    shown = now;
    statusBar.show(status);
    void vscode.commands.executeCommand('setContext', contextKeys.running, running);
  };
}

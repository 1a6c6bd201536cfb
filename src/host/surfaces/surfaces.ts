// Owns the places where conversations are shown, the side bar and the tabs, and knows which of them the person used last.
import * as vscode from 'vscode';
import { CONVERSATION_TAB, PANEL_VIEW } from '../../shared/contributions.ts';
import type { Intent } from '../../shared/protocol.ts';
import type { Environment } from '../../shared/view-model.ts';
import { NEW_SESSION, type Conversation, type ConversationParts } from '../conversation.ts';
import type { SessionPool } from '../sessions/session-pool.ts';
import { tabPlace, viewPlace } from './place.ts';
import { Surface, type SurfaceParts } from './surface.ts';
import { tabTitle } from './tab-title.ts';
import { ViewProgress } from './view-progress.ts';

type Start = Pick<ConversationParts, 'memory' | 'first'>;

export interface SurfacesParts extends Pick<
  SurfaceParts,
  'extension' | 'environment' | 'drafts' | 'onIntent' | 'warn' | 'meters'
> {
  readonly pool: SessionPool;
  readonly createConversation: (start: Start) => Conversation;
  /** How the conversation in the side bar begins. */
  readonly sideBar: Start;
}

interface Tab {
  readonly surface: Surface;
  readonly panel: vscode.WebviewPanel;
  /** Until then a tab of before a reload keeps the title that it had. */
  isRestored: boolean;
}

export class Surfaces implements vscode.WebviewViewProvider, vscode.WebviewPanelSerializer {
  readonly #parts: SurfacesParts;
  readonly #sideBar: Surface;
  readonly #tabs: Tab[] = [];
  /** By when the person used them, the last one first. */
  #used: readonly Surface[];
  readonly #stopListening: () => void;
  readonly #changed = new vscode.EventEmitter<void>();
  /** Another surface is the one used last, is to be seen or not, shows another session, or its figures have changed. */
  readonly onDidChangeShown = this.#changed.event;
  readonly #progress = new ViewProgress();
  #view: vscode.WebviewView | undefined;
  #needing = 0;

  constructor(parts: SurfacesParts) {
    this.#parts = parts;
    this.#sideBar = this.#create(parts.sideBar);
    this.#sideBar.conversation.listen({ waiting: (work) => this.waiting(work) });
    this.#used = [this.#sideBar];
    this.#stopListening = parts.pool.listen({ activity: () => this.#showStates() });
  }

  /** The one that the person used last: commands without a place of their own are about it. */
  get active(): Surface {
    return this.#used[0] ?? this.#sideBar;
  }

  get all(): readonly Surface[] {
    return [this.#sideBar, ...this.#tabs.map(({ surface }) => surface)];
  }

  /** The one that shows this session; of several the one used last. */
  showing(sessionId: string): Surface | undefined {
    return this.#used.find(({ conversation }) => conversation.session?.id === sessionId);
  }

  /** Whether a person who looks at the window sees this session. */
  isVisible(sessionId: string): boolean {
    return this.all.some(({ conversation, visible }) => visible && conversation.session?.id === sessionId);
  }

  /** A person has pressed something above the conversation there; of the tabs in the active one. */
  usedAt(place: 'side-bar' | 'tab'): void {
    const tab = this.#tabs.find(({ panel }) => panel.active);
    this.#use(place === 'side-bar' ? this.#sideBar : (tab?.surface ?? this.active));
  }

  async focus(surface = this.active): Promise<void> {
    this.#use(surface);
    await surface.focus(() => vscode.commands.executeCommand(`${PANEL_VIEW}.focus`));
  }

  /** Shows a session, or an empty conversation, in a tab: in the one that has it already, or in a new one. */
  async openTab(sessionId: string | undefined): Promise<void> {
    const open = this.#tabs.find(({ surface }) => sessionId && surface.conversation.session?.id === sessionId);
    const tab = open ?? this.#addTab(createPanel(), sessionId);
    await tab.surface.conversation.restore();
    await this.focus(tab.surface);
  }

  /** Shows what the active surface shows in a tab, and moves that into a window of its own. */
  async openWindow(): Promise<void> {
    const { active } = this;
    if (this.#tabs.some(({ surface }) => surface === active)) await this.focus(active);
    else await this.openTab(active.conversation.session?.id);
    await vscode.commands.executeCommand('workbench.action.moveEditorToNewWindow');
  }

  /** Shows that the person waits for something. */
  waiting(work: Promise<unknown>): void {
    this.#progress.during(work);
  }

  environmentChanged(environment: Environment): void {
    for (const surface of this.all) surface.environmentChanged(environment);
  }

  settingsChanged(): void {
    for (const { meter } of this.all) meter.refresh();
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    this.#needing = 0;
    this.#sideBar.attach(viewPlace(view));
    view.onDidChangeVisibility(() => this.#changed.fire());
    this.#showStates();
  }

  /** A tab of before a reload: `state` is what its page has kept. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    this.#addTab(panel, sessionIn(state));
  }

  async dispose(): Promise<void> {
    this.#stopListening();
    this.#progress.dispose();
    this.#changed.dispose();
    await Promise.all(this.all.map((surface) => surface.dispose()));
  }

  #create(start: Start): Surface {
    const { createConversation, onIntent } = this.#parts;
    const surface = new Surface({
      ...this.#parts,
      conversation: createConversation(start),
      newPlace: start === this.#parts.sideBar ? 'side-bar' : 'tab',
      onMetered: () => this.#changed.fire(),
      onIntent: (intent: Intent) => {
        // What is kept is also told by a page that comes up, and nobody has used that.
        if (intent.type !== 'keepDraft') this.#use(surface);
        onIntent(intent, surface);
      },
    });
    surface.conversation.listen({
      replaced: () => {
        this.#showStates();
        this.#changed.fire();
      },
    });
    return surface;
  }

  #addTab(panel: vscode.WebviewPanel, sessionId: string | undefined): Tab {
    const { extension, warn } = this.#parts;
    const surface = this.#create({ memory: { get: () => sessionId ?? NEW_SESSION, set: () => {} } });
    const tab: Tab = { surface, panel, isRestored: false };
    this.#tabs.push(tab);
    this.#used = [...this.#used, surface];
    const icon = (theme: string) => vscode.Uri.joinPath(extension, 'media', `tab-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    panel.onDidChangeViewState(() => {
      if (panel.active) this.#use(surface);
      this.#changed.fire();
    });
    panel.onDidDispose(() => {
      this.#tabs.splice(this.#tabs.indexOf(tab), 1);
      this.#used = this.#used.filter((other) => other !== surface);
      surface.dispose().catch((error: unknown) => warn('A tab could not be closed properly.', error));
      this.#changed.fire();
    });
    surface.attach(tabPlace(panel));
    if (panel.active) this.#use(surface);
    const restored = () => {
      tab.isRestored = true;
      this.#showStates();
    };
    surface.conversation.restore().then(restored, (error: unknown) => warn('A tab could not be restored.', error));
    return tab;
  }

  #use(surface: Surface): void {
    if (this.active === surface) return;
    this.#used = [surface, ...this.#used.filter((other) => other !== surface)];
    this.#changed.fire();
  }

  /** On the tabs, the view and its icon; says nothing twice. */
  #showStates(): void {
    const { sessions } = this.#parts.pool;
    this.#progress.set('turn', this.#sideBar.conversation.view.session.state === 'running');
    for (const { panel, surface, isRestored } of this.#tabs) {
      const id = surface.conversation.session?.id;
      if (!isRestored) continue;
      const title = tabTitle(
        sessions.find((session) => session.id === id),
        {
          needsYou: vscode.l10n.t('Needs you'),
          failed: vscode.l10n.t('Failed'),
          untitled: vscode.l10n.t('New conversation'),
        },
      );
      if (panel.title !== title) panel.title = title;
    }
    const needing = sessions.filter(({ state }) => state === 'waiting').length;
    if (!this.#view || needing === this.#needing) return;
    this.#needing = needing;
    const tooltip =
      needing === 1
        ? vscode.l10n.t('A conversation needs you')
        : vscode.l10n.t('{0} conversations need you', String(needing));
    this.#view.badge = needing > 0 ? { value: needing, tooltip } : undefined;
  }
}

function createPanel(): vscode.WebviewPanel {
  return vscode.window.createWebviewPanel(CONVERSATION_TAB, 'Capstan', vscode.ViewColumn.Active);
}

/** Whatever an earlier version kept is normal input. */
function sessionIn(state: unknown): string | undefined {
  const { session } = (state ?? {}) as { session?: unknown };
  return typeof session === 'string' && session !== '' ? session : undefined;
}

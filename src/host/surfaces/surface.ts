// One place where a conversation is shown: the conversation, and the page with the channel to it. The page may be rebuilt at any time.
import { setTimeout as sleep } from 'node:timers/promises';
import type * as vscode from 'vscode';
import type { Intent, PanelMessage } from '../../shared/protocol.ts';
import type { Draft, Place as ConversationPlace, Environment } from '../../shared/view-model.ts';
import type { Conversation } from '../conversation.ts';
import type { Drafts, NewPlace } from '../drafts.ts';
import { PanelChannel } from '../panel-channel.ts';
import { panelFolder, panelPage } from '../panel-page.ts';
import { SessionMeter, type SessionMeterParts } from '../meters/session-meter.ts';
import type { Place } from './place.ts';

export interface SurfaceParts {
  /** Disposed of with the surface. */
  readonly conversation: Conversation;
  readonly extension: vscode.Uri;
  readonly environment: () => Environment;
  readonly drafts: Drafts;
  /** Where the drafts of its conversations belong that have not begun. */
  readonly newPlace: NewPlace;
  readonly onIntent: (intent: Intent, surface: Surface) => void;
  readonly meters: Pick<SessionMeterParts, 'defaults' | 'prices' | 'now'>;
  /** What the conversation holds and costs has changed. */
  readonly onMetered: () => void;
  readonly warn: (message: string, error?: unknown) => void;
}

type Direct = Parameters<PanelChannel['send']>[0];

/** The first picture is the conversation as it was, unless that takes longer. */
const RESTORE_PATIENCE_MS = 1000;

export class Surface {
  readonly conversation: Conversation;
  readonly meter: SessionMeter;
  readonly #parts: SurfaceParts;
  #place: Place | undefined;
  #channel: PanelChannel | undefined;
  /** What was to be sent before there was a page. */
  readonly #early: Direct[] = [];

  constructor(parts: SurfaceParts) {
    this.#parts = parts;
    this.conversation = parts.conversation;
    // Before the listener below: a snapshot holds what the meter says.
    this.meter = new SessionMeter({
      ...parts.meters,
      conversation: parts.conversation,
      changed: (patches) => {
        this.#channel?.changed(patches);
        parts.onMetered();
      },
    });
    this.conversation.listen({
      changed: (patches) => this.#channel?.changed(patches),
      replaced: () => this.#channel?.reset(),
    });
  }

  /** Whether a person can see it, if they look at the window. */
  get visible(): boolean {
    return this.#place?.visible ?? false;
  }

  /** Draws the panel there, instead of where it was before. */
  attach(place: Place): void {
    const { webview } = place;
    const { extension, warn, environment, onIntent, drafts, newPlace } = this.#parts;
    this.#channel?.dispose();
    const channel = new PanelChannel({
      view: () => {
        const draft = drafts.of(this.conversation.view.session.id, newPlace);
        return {
          ...this.conversation.view,
          session: this.meter.view,
          environment: environment(),
          ...(draft ? { draft } : {}),
        };
      },
      warn,
      onIntent: (intent) => onIntent(intent, this),
      // Another nonce makes it another page, which the editor loads.
      reload: () => (webview.html = panelPage(webview, extension)),
      // eslint-disable-next-line unicorn/require-post-message-target-origin -- the editor's own method, not the page's
      post: (message: PanelMessage) => webview.postMessage(message),
      after: (ms, callback) => {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
    });
    this.#place = place;
    this.#channel = channel;
    for (const message of this.#early.splice(0)) channel.send(message);
    const subscriptions = [
      webview.onDidReceiveMessage((message: unknown) => void this.#restored().then(() => channel.receive(message))),
      place.onDidChangeVisibility(() => channel.setVisible(place.visible)),
    ];
    place.onDidDispose(() => {
      channel.dispose();
      for (const subscription of subscriptions) subscription.dispose();
      if (this.#place === place) this.#place = this.#channel = undefined;
    });
    webview.options = {
      enableScripts: true,
      enableCommandUris: false,
      enableForms: false,
      localResourceRoots: [panelFolder(extension)],
    };
    webview.html = panelPage(webview, extension);
  }

  environmentChanged(environment: Environment): void {
    this.#channel?.changed([{ op: 'environment', environment }]);
  }

  keepDraft(session: string, draft: Draft): void {
    this.#parts.drafts.keep(session, this.#parts.newPlace, draft);
  }

  /** Arrives when the panel is up, now or later. */
  send(message: Direct): void {
    if (this.#channel) this.#channel.send(message);
    else this.#early.push(message);
  }

  /** Does what its panel may ask for. */
  ask(intent: Intent): void {
    this.#parts.onIntent(intent, this);
  }

  /** Shows the conversation at this place, where it is shown at all. */
  reveal(place: ConversationPlace): void {
    this.#channel?.reveal(place);
  }

  /** Brings it to the front and puts the focus into it. `whereNone` makes a place where there is none yet. */
  async focus(whereNone: () => PromiseLike<unknown> = async () => {}): Promise<void> {
    await (this.#place ? this.#place.reveal() : whereNone());
    this.send({ type: 'focus' });
  }

  async dispose(): Promise<void> {
    this.#channel?.dispose();
    this.#place = this.#channel = undefined;
    this.meter.dispose();
    await this.conversation.dispose();
  }

  /** Resolves when there is something to show; what a panel says before waits. */
  #restored(): Promise<void> {
    const restored = this.conversation
      .restore()
      .catch((error: unknown) => this.#parts.warn('The conversation could not be restored.', error));
    // A draft is told with the first picture alone, so that one that is late would be lost.
    return Promise.all([Promise.race([restored, sleep(RESTORE_PATIENCE_MS)]), this.#parts.drafts.ready]).then(() => {});
  }
}

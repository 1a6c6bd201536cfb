// The panel's place in the editor: its page, its visibility, and the channel to it. A panel may be rebuilt at any time.
import * as vscode from 'vscode';
import type { Intent, PanelMessage } from '../shared/protocol.ts';
import { PANEL_VIEW } from '../shared/contributions.ts';
import type { Patch } from '../shared/view-model.ts';
import { PanelChannel, type PanelChannelParts } from './panel-channel.ts';
import { panelFolder, panelPage } from './panel-page.ts';

export interface PanelProviderParts extends Pick<PanelChannelParts, 'view' | 'warn'> {
  readonly extension: vscode.Uri;
  readonly onIntent: (intent: Intent) => void;
  /** Resolves when there is something to show; what a panel says before waits. */
  readonly prepared: () => Promise<void>;
}

export class PanelProvider implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #parts: PanelProviderParts;
  #view: vscode.WebviewView | undefined;
  #channel: PanelChannel | undefined;
  /** What was to be sent before there was a panel. */
  readonly #early: Parameters<PanelChannel['send']>[0][] = [];

  constructor(parts: PanelProviderParts) {
    this.#parts = parts;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const { webview } = view;
    this.#channel?.dispose();
    const channel = new PanelChannel({
      view: this.#parts.view,
      warn: this.#parts.warn,
      onIntent: this.#parts.onIntent,
      // Another nonce makes it another page, which the editor loads.
      reload: () => (webview.html = panelPage(webview, this.#parts.extension)),
      // eslint-disable-next-line unicorn/require-post-message-target-origin -- the editor's own method, not the page's
      post: (message: PanelMessage) => webview.postMessage(message),
      after: (ms, callback) => {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
    });
    this.#view = view;
    this.#channel = channel;
    for (const message of this.#early.splice(0)) channel.send(message);
    const subscriptions = [
      webview.onDidReceiveMessage(
        (message: unknown) => void this.#parts.prepared().then(() => channel.receive(message)),
      ),
      view.onDidChangeVisibility(() => channel.setVisible(view.visible)),
    ];
    view.onDidDispose(() => {
      channel.dispose();
      for (const subscription of subscriptions) subscription.dispose();
      if (this.#view === view) this.#view = this.#channel = undefined;
    });
    webview.options = {
      enableScripts: true,
      enableCommandUris: false,
      enableForms: false,
      localResourceRoots: [panelFolder(this.#parts.extension)],
    };
    webview.html = panelPage(webview, this.#parts.extension);
  }

  changed(patches: readonly Patch[]): void {
    this.#channel?.changed(patches);
  }

  /** Another conversation is shown from now on. */
  reset(): void {
    this.#channel?.reset();
  }

  /** Arrives when the panel is up, now or later. */
  send(message: Parameters<PanelChannel['send']>[0]): void {
    if (this.#channel) this.#channel.send(message);
    else this.#early.push(message);
  }

  /** Shows the panel and puts the focus into it. */
  async focus(): Promise<void> {
    await vscode.commands.executeCommand(`${PANEL_VIEW}.focus`);
    this.send({ type: 'focus' });
  }

  /** The number on the view's icon: questions that wait. */
  badge(waiting: boolean): void {
    if (!this.#view) return;
    this.#view.badge = waiting ? { value: 1, tooltip: 'Capstan waits for your answer' } : undefined;
  }

  dispose(): void {
    this.#channel?.dispose();
    this.#view = this.#channel = undefined;
  }
}

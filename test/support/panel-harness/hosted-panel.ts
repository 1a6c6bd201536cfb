// A panel with the extension's own channel behind it: the test holds a conversation of any length and changes it.
import type { Page } from 'playwright-core';
import { FRAME_MS, PanelChannel } from '../../../src/host/panel-channel.ts';
import { applyPatches } from '../../../src/shared/apply-patch.ts';
import type { Intent, PanelMessage } from '../../../src/shared/protocol.ts';
import type { Patch, View } from '../../../src/shared/view-model.ts';
import type { PanelPage } from './panel-page.ts';

export interface ConnectedHost {
  readonly channel: PanelChannel;
  readonly view: View;
  readonly change: (...patches: Patch[]) => void;
  /** Another conversation is shown from now on. */
  readonly replace: (view: View) => void;
  /** Resolves when everything that was posted so far has arrived. */
  readonly posted: () => Promise<unknown>;
}

export interface HostedPanel extends ConnectedHost, AsyncDisposable {
  readonly panel: PanelPage;
  /** Resolves when everything that was posted so far is drawn. */
  drawn(): Promise<void>;
}

/** Puts a channel behind a page, which takes what the page sends from now on. */
export async function connectHost(page: Page, initial: View): Promise<ConnectedHost> {
  let view = initial;
  let posted: Promise<unknown> = Promise.resolve();
  const post = async (message: PanelMessage) => {
    const sent = page.evaluate((each) => window.postMessage(each, '*'), message);
    posted = Promise.allSettled([posted, sent]);
    return sent.then(
      () => true,
      () => false,
    );
  };
  const channel = new PanelChannel({
    view: () => view,
    post,
    onIntent: () => {},
    reload: () => {},
    warn: (message) => console.warn(message),
    after: (ms, callback) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  });
  await page.exposeFunction('toHost', (intent: Intent) => channel.receive(intent));
  return {
    channel,
    posted: () => posted,
    get view() {
      return view;
    },
    change(...patches) {
      view = applyPatches(view, patches);
      channel.changed(patches);
    },
    replace(other) {
      view = other;
      channel.reset();
    },
  };
}

/** Connects an open panel, and shows `initial`. Disposing closes the panel too. */
export async function hostPanel(panel: PanelPage, initial: View): Promise<HostedPanel> {
  const { page } = panel;
  const host = await connectHost(page, initial);
  const drawn = async () => {
    // What a draw asks for is answered and drawn too.
    for (let round = 0; round < 2; round += 1) {
      await page.waitForTimeout(FRAME_MS + 4);
      await host.posted();
      await panel.push();
    }
  };
  host.channel.receive(await panel.intent('ready'));
  await drawn();
  return {
    ...host,
    get view() {
      return host.view;
    },
    panel,
    drawn,
    async [Symbol.asyncDispose]() {
      host.channel.dispose();
      await panel[Symbol.asyncDispose]();
    },
  };
}

// A panel with the extension's own channel behind it: the test holds a conversation of any length and changes it.
import { FRAME_MS, PanelChannel } from '../../../src/host/panel-channel.ts';
import { applyPatches } from '../../../src/shared/apply-patch.ts';
import type { Intent, PanelMessage } from '../../../src/shared/protocol.ts';
import type { Patch, View } from '../../../src/shared/view-model.ts';
import type { PanelPage } from './panel-page.ts';

export interface HostedPanel extends AsyncDisposable {
  readonly panel: PanelPage;
  readonly channel: PanelChannel;
  readonly view: View;
  change(...patches: Patch[]): void;
  /** Resolves when everything that was posted so far is drawn. */
  drawn(): Promise<void>;
}

/** Connects an open panel, and shows `view`. Disposing closes the panel too. */
export async function hostPanel(panel: PanelPage, initial: View): Promise<HostedPanel> {
  const { page } = panel;
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
    warn: (message) => panel.log.concat(message),
    after: (ms, callback) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  });
  await page.exposeFunction('toHost', (intent: Intent) => channel.receive(intent));
  const drawn = async () => {
    // What a draw asks for is answered and drawn too.
    for (let round = 0; round < 2; round += 1) {
      await page.waitForTimeout(FRAME_MS + 4);
      await posted;
      await panel.push();
    }
  };
  channel.receive(await panel.intent('ready'));
  await drawn();
  return {
    panel,
    channel,
    get view() {
      return view;
    },
    change(...patches) {
      view = applyPatches(view, patches);
      channel.changed(patches);
    },
    drawn,
    async [Symbol.asyncDispose]() {
      channel.dispose();
      await panel[Symbol.asyncDispose]();
    },
  };
}

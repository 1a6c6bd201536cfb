// One browser and one server for the panels of a test file.
import { after, before } from 'mocha';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../../scripts/lib/browser.ts';
import { openPanel, type PanelPage, type PanelPageOptions } from './panel-page.ts';
import { startPanelServer, type PanelServer } from './panel-server.ts';

/** Registers the hooks; returns the function that opens a panel, which the test disposes (`await using`). */
export function usePanels(): (options?: PanelPageOptions) => Promise<PanelPage> {
  let browser: Browser;
  let server: PanelServer;
  before(async () => {
    browser = await launchBrowser();
    server = await startPanelServer();
  });
  after(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });
  return (options) => openPanel(browser, server.url, options);
}

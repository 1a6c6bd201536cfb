// A panel in a real Chromium page: the test plays the host, pushes messages and reads intents.
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import type { Intent, PanelMessage } from '../../../src/shared/protocol.ts';
import type { Patch, View } from '../../../src/shared/view-model.ts';

export const themeNames = ['dark-modern', 'light-modern', 'hc-dark', 'hc-light'] as const;
export type ThemeName = (typeof themeNames)[number];

/** `arabic` has no words of its own, as an editor whose language Capstan does not speak; `hebrew` has made-up ones. */
export type PanelLanguage = 'german' | 'arabic' | 'hebrew';

export interface PanelPage extends AsyncDisposable {
  readonly page: Page;
  readonly url: string;
  /** Lines that the page wrote to its console. */
  readonly log: readonly string[];
  /** What the content policy stopped. */
  violations(): Promise<string[]>;
  /** Sends messages as they are, and waits until the panel has drawn what they change. */
  push(...messages: (PanelMessage | object)[]): Promise<void>;
  /** Sends a snapshot; patches are numbered on from it. */
  show(view: View): Promise<void>;
  /** Sends patches with the next number. */
  patch(...patches: Patch[]): Promise<void>;
  /** Everything the panel has sent so far, but for drafts. */
  intents(): Promise<Intent[]>;
  /** What it told the host of drafts. */
  keptDrafts(): Promise<Intent[]>;
  /** Waits for an intent of this type, at least the `count`th. */
  intent<T extends Intent['type']>(type: T, count?: number): Promise<Extract<Intent, { type: T }>>;
  /** Changes the theme as the editor does: other variables, another class on the body. */
  dress(theme: ThemeName): Promise<void>;
  /** Loads the page anew, as if nobody had touched it: log and intents begin again. */
  reload(): Promise<void>;
  /** What the panel keeps through the editor's API. */
  state(): Promise<Record<string, unknown>>;
}

export interface PanelPageOptions {
  theme?: ThemeName;
  width?: number;
  height?: number;
  savedState?: unknown;
  reducedMotion?: boolean;
  /** Called with the page before it loads anything. */
  prepare?: (page: Page) => Promise<void>;
  /** Default: English. */
  language?: PanelLanguage;
}

interface HarnessWindow {
  intents: Intent[];
  /** Apart from the others: each change of the draft leads to one. */
  keptDrafts: Intent[];
  savedState: unknown;
  violations: string[];
  /** Where a host is connected, see hosted-panel.ts. */
  toHost?: (intent: Intent) => void;
}

export async function openPanel(browser: Browser, url: string, options: PanelPageOptions = {}): Promise<PanelPage> {
  const {
    theme = 'dark-modern',
    width = 400,
    height = 700,
    savedState = null,
    reducedMotion = false,
    language = '',
  } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
  });
  const page = await context.newPage();
  const log: string[] = [];
  page.on('console', (message) => log.push(message.text()));
  page.on('pageerror', (error) => log.push(`uncaught: ${error.message}`));
  await page.addInitScript(playEditor, { ...(await loadTheme(theme)), savedState });
  const load = async () => {
    await options.prepare?.(page);
    await page.goto(`${url}${language}`);
    await page.waitForFunction(() => (window as unknown as HarnessWindow).intents.length > 0);
  };
  await load();

  let seq = 0;
  const panel: PanelPage = {
    page,
    url,
    log,
    violations: () => page.evaluate(() => (window as unknown as HarnessWindow).violations),
    async push(...messages) {
      await page.evaluate(async (sent) => {
        for (const message of sent) window.postMessage(message, '*');
        await new Promise((resolve) => setTimeout(resolve));
        // The panel draws in the first frame; the second comes after that.
        for (let frame = 0; frame < 2; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
      }, messages);
    },
    async show(view) {
      seq += 1;
      await panel.push({ type: 'snapshot', seq, view });
    },
    async patch(...patches) {
      seq += 1;
      await panel.push({ type: 'patches', seq, patches });
    },
    intents: () => page.evaluate(() => (window as unknown as HarnessWindow).intents),
    keptDrafts: () => page.evaluate(() => (window as unknown as HarnessWindow).keptDrafts),
    async intent(type, count = 1) {
      const handle = await page.waitForFunction(
        ([wanted, at]) => (window as unknown as HarnessWindow).intents.filter((each) => each.type === wanted)[at - 1],
        [type, count] as const,
      );
      return (await handle.jsonValue()) as never;
    },
    async reload() {
      log.length = 0;
      await load();
    },
    state: () =>
      page.evaluate(() => ((window as unknown as HarnessWindow).savedState ?? {}) as Record<string, unknown>),
    async dress(name) {
      await page.evaluate(
        ({ bodyClass, variables }) => {
          document.documentElement.removeAttribute('style');
          for (const [property, value] of Object.entries(variables)) {
            document.documentElement.style.setProperty(property, value);
          }
          document.body.className = bodyClass;
        },
        await loadTheme(name),
      );
    },
    async [Symbol.asyncDispose]() {
      await context.close();
    },
  };
  return panel;
}

async function loadTheme(name: ThemeName): Promise<{ bodyClass: string; variables: Record<string, string> }> {
  return JSON.parse(await readFile(new URL(`themes/${name}.json`, import.meta.url), 'utf8'));
}

/** Runs in the page before its scripts: what the editor gives a webview. */
function playEditor(editor: { bodyClass: string; variables: Record<string, string>; savedState: unknown }) {
  const harness: HarnessWindow = { intents: [], keptDrafts: [], savedState: editor.savedState, violations: [] };
  Object.assign(window, harness, {
    acquireVsCodeApi: () => ({
      postMessage(message: Intent) {
        const { intents, keptDrafts, toHost } = window as unknown as HarnessWindow;
        (message.type === 'keepDraft' ? keptDrafts : intents).push(message);
        toHost?.(message);
      },
      getState: () => (window as unknown as HarnessWindow).savedState ?? undefined,
      setState: (state: unknown) => {
        (window as unknown as HarnessWindow).savedState = JSON.parse(JSON.stringify(state));
      },
    }),
  });
  document.addEventListener('securitypolicyviolation', (event) => {
    (window as unknown as HarnessWindow).violations.push(`${event.violatedDirective} ${event.blockedURI}`);
  });
  const dress = () => {
    for (const [name, value] of Object.entries(editor.variables)) {
      document.documentElement.style.setProperty(name, value);
    }
    if (document.body) document.body.className = editor.bodyClass;
  };
  new MutationObserver((_, observer) => {
    if (!document.body) return;
    observer.disconnect();
    dress();
  }).observe(document, { childList: true, subtree: true });
}

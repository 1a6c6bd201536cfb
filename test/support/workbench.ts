// Drives the real workbench in a browser page: palette, quick input, dialogs, notifications and Capstan's panel.
import { EventEmitter, once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { format } from 'node:util';
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { launchBrowser } from '../../scripts/lib/browser.ts';
import type { Editor, EditorTarget } from '../../scripts/lib/editor.ts';
import { write } from './insist.ts';

export interface WorkbenchOptions extends EditorTarget {
  /** Size of the page in pixels; default 1400 by 900. */
  readonly size?: { readonly width: number; readonly height: number };
  /** A browser to open a fresh context in; the caller keeps it. Default: one of its own, closed with the workbench. */
  readonly browser?: Browser;
  /** Called with each line that the extension host writes to its console. */
  readonly onLog?: (line: string) => void;
}

export interface Dialog {
  /** Message and detail as a person reads them. */
  readonly text: string;
  readonly buttons: readonly string[];
  /** Presses the button with this label and waits for the dialog to go. Throws, naming the buttons, when there is none. */
  press(label: string): Promise<void>;
}

export interface Workbench extends AsyncDisposable {
  readonly page: Page;
  /** The extension host's console and the page's errors so far, one entry a line. */
  readonly log: readonly string[];
  /** Resolves with the exit code of the test run that the address asked for. */
  readonly testsEnded: Promise<number>;
  /** Runs a command by its title in the palette, as in `Capstan: New Session`. */
  command(title: string): Promise<void>;
  /** The document of Capstan's panel. Ask again after a reload: it is a new frame then. */
  panel(timeoutMs?: number): Promise<Frame>;
  /** The documents of all its panels that are to be seen, tabs and windows of their own included, from left to right. */
  panels(): Promise<Frame[]>;
  /** Waits for a modal dialog. */
  dialog(timeoutMs?: number): Promise<Dialog>;
  /** The texts of the notifications that stand, newest first; opens their centre, which the next key press closes. */
  notifications(): Promise<string[]>;
  /** Picks the item with this label in the open quick pick. */
  pick(label: string): Promise<void>;
  /** Types into the open input box and accepts. */
  input(text: string): Promise<void>;
  /** Saves a PNG, making its folder. */
  screenshot(file: string): Promise<void>;
  /** Loads the page anew and waits until it is usable: a crash to the editor, which writes its last state down late. */
  reload(): Promise<void>;
  /** Reloads the window as a person does. */
  reloadWindow(): Promise<void>;
}

const WAIT_MS = 30_000;
const QUICK_INPUT = '.quick-input-widget:not([style*="display: none"])';

/** Opens the workbench and waits until it is drawn. Rejects with the page's last log lines when it is not in a minute. */
export async function openWorkbench(editor: Editor, options: WorkbenchOptions = {}): Promise<Workbench> {
  const browser = options.browser ?? (await launchBrowser());
  const close = async () => {
    await context?.close();
    if (!options.browser) await browser.close();
  };
  let context: Awaited<ReturnType<Browser['newContext']>> | undefined;
  try {
    context = await browser.newContext({ viewport: options.size ?? { width: 1400, height: 900 } });
    const page = await context.newPage();
    const { log, testsEnded } = await listen(page, options.onLog);
    await page.goto(editor.url(options));
    await waitUntilDrawn(page, log);
    return {
      page,
      log,
      testsEnded,
      command: (title) => runCommand(page, title),
      panel: (timeoutMs) => findPanel(page, timeoutMs),
      panels: () => findPanels(page),
      dialog: (timeoutMs) => findDialog(page, timeoutMs),
      notifications: () => readNotifications(page),
      pick: (label) => pickItem(page, label),
      input: (text) => acceptInput(page, text),
      async screenshot(file) {
        await mkdir(path.dirname(file), { recursive: true });
        await page.screenshot({ path: file });
      },
      async reload() {
        await page.reload();
        await waitUntilDrawn(page, log);
      },
      async reloadWindow() {
        const loaded = page.waitForEvent('load', { timeout: 2 * WAIT_MS });
        await Promise.all([loaded, runCommand(page, 'Developer: Reload Window')]);
        await waitUntilDrawn(page, log);
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listen(
  page: Page,
  onLog?: (line: string) => void,
): Promise<{ log: string[]; testsEnded: Promise<number> }> {
  const log: string[] = [];
  const ends = new EventEmitter();
  const testsEnded = once(ends, 'end').then(([code]) => code as number);
  // The workbench calls these two by name when it runs under the smoke test driver.
  await page.exposeFunction('codeAutomationLog', (type: string, args: readonly unknown[]) => {
    const line = `${type}: ${format(...args)}`;
    log.push(line);
    onLog?.(line);
  });
  await page.exposeFunction('codeAutomationExit', (code: number) => ends.emit('end', code));
  page.on('pageerror', (error) => log.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    // A remote extension host's console is told to the page's.
    const text = message.text();
    if (message.type() === 'error' || text.includes('[Extension Host]')) log.push(`page: ${text}`);
  });
  return { log, testsEnded };
}

async function waitUntilDrawn(page: Page, log: readonly string[]): Promise<void> {
  try {
    await page.locator('.monaco-workbench .part.statusbar .statusbar-item').first().waitFor({ timeout: 60_000 });
  } catch (error) {
    const tail = log.slice(-10).join('\n  ');
    throw new Error(`The workbench did not draw within a minute. Its last log lines:\n  ${tail}`, { cause: error });
  }
}

async function runCommand(page: Page, title: string): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    await page.keyboard.press('F1');
    try {
      return await pickItem(page, title, `>${title}`, 2000);
    } catch (error) {
      // Right after opening, the extension's commands are not in the list yet, and an open list does not change.
      if (Date.now() > deadline) throw error;
      await page.keyboard.press('Escape');
    }
  }
}

async function pickItem(page: Page, label: string, filter?: string, timeoutMs = WAIT_MS): Promise<void> {
  const widget = page.locator(QUICK_INPUT);
  await widget.waitFor({ timeout: timeoutMs });
  if (filter !== undefined) await widget.locator('input.input').fill(filter, { timeout: timeoutMs });
  const row = widget.locator('.monaco-list-row').filter({ has: page.getByText(label, { exact: true }) });
  await row.first().click({ timeout: timeoutMs });
}

async function acceptInput(page: Page, text: string): Promise<void> {
  const widget = page.locator(QUICK_INPUT);
  await widget.waitFor({ timeout: WAIT_MS });
  // A list that was picked from goes in its own time, and its field is the same one. A choice of files has a list of its own.
  await widget
    .locator('.quick-input-list')
    .waitFor({ state: 'hidden', timeout: 5000 })
    .catch(() => {});
  const field = widget.locator('input.input');
  await write(field, text);
  await field.press('Enter');
}

async function findDialog(page: Page, timeoutMs = WAIT_MS): Promise<Dialog> {
  const box = page.locator('.monaco-dialog-box');
  await box.waitFor({ timeout: timeoutMs });
  // As long as a person takes to read: an answer that comes at once is not believed.
  await sleep(600);
  const buttons = await dialogButtons(box);
  const text = (await box.locator('.dialog-message-container').innerText()).trim();
  return {
    text,
    buttons,
    async press(label) {
      // "Deny" must not press "Deny and Say Why…"; the ellipsis may be left out.
      const exact = new RegExp(`^\\s*${label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}…?\\s*$`);
      const button = box.locator('.dialog-buttons .monaco-button').filter({ hasText: exact });
      if ((await button.count()) === 0) {
        throw new Error(`The dialog has no button "${label}"; it has: ${buttons.join(', ')}.`);
      }
      const handle = await box.elementHandle();
      await button.first().click();
      await handle?.waitForElementState('hidden', { timeout: WAIT_MS });
    },
  };
}

async function dialogButtons(box: Locator): Promise<string[]> {
  const labels = await box.locator('.dialog-buttons .monaco-button').allInnerTexts();
  return labels.map((label) => label.trim()).filter((label) => label !== '');
}

/** Presses the bell, and points elsewhere: its tooltip would lie over the lowest notification. */
export async function openNotifications(page: Page): Promise<void> {
  await page.locator('[id="status.notifications"]').click();
  await page.mouse.move(0, 0);
}

/** Under the test driver the newest editor shows no toasts, only the centre. */
async function readNotifications(page: Page): Promise<string[]> {
  const centre = page.locator('.notifications-center.visible');
  const end = Date.now() + WAIT_MS;
  // One that opens by itself is closed by the bell.
  while (!(await centre.isVisible())) {
    await openNotifications(page);
    await centre.waitFor({ timeout: 2000 }).catch((error: unknown) => {
      if (Date.now() > end) throw error;
    });
  }
  return centre.locator('.notification-list-item-message').allInnerTexts();
}

async function findPanel(page: Page, timeoutMs = 2 * WAIT_MS): Promise<Frame> {
  const deadline = Date.now() + timeoutMs;
  for (let round = 0; Date.now() < deadline; round++) {
    for (const frame of page.frames()) {
      if (await holdsPanel(frame)) return frame;
    }
    if (round % 4 === 0) await showPanel(page, round > 30);
    await sleep(100);
  }
  const views = await page.locator('.part.auxiliarybar .composite-bar .action-label').allInnerTexts();
  throw new Error(
    `Capstan's panel (a frame with #capstan-root) did not appear in ${timeoutMs / 1000} s. ` +
      `The secondary side bar shows: ${views.join(', ') || 'nothing'}.`,
  );
}

async function findPanels(page: Page): Promise<Frame[]> {
  const found: { frame: Frame; left: number }[] = [];
  for (const frame of page
    .context()
    .pages()
    .flatMap((one) => one.frames())) {
    if (!(await holdsPanel(frame))) continue;
    const holder = await frame.parentFrame()?.frameElement();
    const box = await holder?.boundingBox().catch(() => undefined);
    if (box && box.width > 0 && (await holder?.isVisible())) found.push({ frame, left: box.x });
  }
  return found.toSorted((a, b) => a.left - b.left).map(({ frame }) => frame);
}

async function holdsPanel(frame: Frame): Promise<boolean> {
  if (!frame.url().includes('/webview/browser/pre/')) return false;
  // A frame may go away while it is asked.
  return frame.evaluate(() => document.querySelector('#capstan-root') !== null).catch(() => false);
}

/** A new window shows the secondary side bar with no view chosen; and a person may have hidden it. */
async function showPanel(page: Page, mayBeHidden: boolean): Promise<void> {
  const bar = page.locator('.part.auxiliarybar');
  if (!(await bar.isVisible())) {
    if (!mayBeHidden) return;
    await page.keyboard.press('Control+Alt+B');
    // Pressed again too soon, the key would hide it.
    await bar.waitFor({ timeout: 5000 }).catch(() => {});
    return;
  }
  const tab = bar.locator('.composite-bar .action-item').filter({ has: page.getByLabel(/^Capstan/) });
  if ((await tab.count()) > 0 && !(await tab.first().evaluate((item) => item.classList.contains('checked')))) {
    await tab
      .first()
      .click({ timeout: 2000 })
      .catch(() => {});
  }
}

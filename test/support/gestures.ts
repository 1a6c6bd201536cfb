// What a person does in the editor around the panel, done again where it went nowhere: on a busy machine a click or a key may come too soon.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { insist } from './insist.ts';
import { openNotifications, type Workbench } from './workbench.ts';

const WAIT_MS = 30_000;
const PATIENCE_MS = 4000;

/** Opens a file of the workspace by its name and puts the cursor into it. */
export async function openFile(page: Page, name: string): Promise<void> {
  const picker = page.locator('.quick-input-widget:not([style*="display: none"])');
  const row = picker.locator('.monaco-list-row').filter({ hasText: name }).first();
  const tab = page.locator('.part.editor .tab.active').filter({ hasText: name });
  await insist(
    async () => {
      await page.keyboard.press('Control+P');
      await picker.locator('input.input').fill(name, { timeout: PATIENCE_MS });
      await row.click({ timeout: PATIENCE_MS });
    },
    () => tab.isVisible(),
    { explain: async () => `${name} did not open` },
  );
  await intoEditor(page);
}

/** Puts the cursor into the text editor in front. */
export async function intoEditor(page: Page): Promise<void> {
  await insist(
    () => page.locator('.editor-instance .view-lines').first().click({ timeout: PATIENCE_MS }),
    () => page.locator('.editor-instance .monaco-editor.focused').first().isVisible(),
    { explain: async () => 'The editor did not take the focus' },
  );
}

/** Selects all that the text editor in front holds. */
export async function selectAll(page: Page): Promise<void> {
  await insist(
    async () => {
      await intoEditor(page);
      await page.keyboard.press('Control+A');
    },
    () =>
      page
        .locator('.statusbar-item')
        .filter({ hasText: /selected\)/ })
        .isVisible(),
    { explain: async () => 'The text was not selected' },
  );
}

/** Opens the menu of what it points at and waits until it holds this. */
export async function openMenu(page: Page, target: Locator, label: string, at?: { x: number; y: number }) {
  const entry = page.locator('.context-view .monaco-menu').getByText(label, { exact: true });
  await insist(
    async () => {
      if (await page.locator('.context-view .monaco-menu').isVisible()) await page.keyboard.press('Escape');
      await target.click({ button: 'right', timeout: PATIENCE_MS, ...(at ? { position: at } : {}) });
    },
    () => entry.isVisible(),
    { explain: async () => `No menu came up that holds "${label}"` },
  );
}

/** Chooses from the menu that is open. */
export async function chooseFromMenu(page: Page, label: string): Promise<void> {
  const entry = page.locator('.context-view .monaco-menu').getByText(label, { exact: true });
  await entry.waitFor({ timeout: WAIT_MS });
  // As long as a person takes to aim: a menu ignores a click that comes with its opening.
  await sleep(600);
  await insist(
    () => entry.click({ timeout: PATIENCE_MS }),
    async () => !(await entry.isVisible()),
    { explain: async () => `"${label}" could not be chosen` },
  );
}

/** Waits until a notification says this; their centre is open then, and the next key closes it. Resolves with all of them. */
export async function notified(workbench: Workbench, words: string | RegExp, timeoutMs = WAIT_MS): Promise<string> {
  let told = '';
  await insist(
    async () => {},
    async () => {
      told = (await workbench.notifications()).join('\n');
      return typeof words === 'string' ? told.includes(words) : words.test(told);
    },
    { timeoutMs, explain: async () => `No notification says ${String(words)}. They say:\n${told}\n` },
  );
  return told;
}

/** Presses a notification's button. */
export async function pressNotification(page: Page, label: string): Promise<void> {
  const centre = page.locator('.notifications-center.visible');
  const button = centre.locator('.notification-list-item').getByText(label, { exact: true }).first();
  await pressShown(page, button, centre);
}

/** Presses the button of the notification that says this: a toast, or in the centre where the toast is gone by now. */
export async function pressOn(page: Page, words: string, label: string): Promise<void> {
  const item = page
    .locator('.notifications-toasts .notification-list-item, .notifications-center.visible .notification-list-item')
    .filter({ hasText: words });
  const button = item.getByRole('button', { name: label }).first();
  await pressShown(page, button, button);
}

/** Opens the centre of notifications for as long as what is `shown` is not, and presses until the button has taken it. */
async function pressShown(page: Page, button: Locator, shown: Locator): Promise<void> {
  const end = Date.now() + WAIT_MS;
  for (;;) {
    if (!(await shown.isVisible())) await openNotifications(page);
    try {
      return await button.click({ timeout: PATIENCE_MS });
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

/** Presses a key of the workbench, which may be lost while a page of the panel has the focus and is not yet listened to. */
export async function pressUntil(page: Page, key: string, done: () => Promise<boolean>): Promise<void> {
  await insist(() => page.keyboard.press(key), done, { explain: async () => `${key} has had no effect` });
}

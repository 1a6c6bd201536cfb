// Talks to Capstan the way a person does: types in the panel, answers native dialogs, uses the diff editor's title buttons.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame, Locator } from 'playwright-core';
import { write } from './insist.ts';
import type { Dialog, Workbench } from './workbench.ts';

export interface Conversation {
  /** The panel's document; found anew after a reload. */
  panel(): Promise<Frame>;
  composer(): Promise<Locator>;
  /** Types and sends. */
  send(text: string): Promise<void>;
  /** Everything that stands in the panel. */
  text(): Promise<string>;
  /** The conversation alone. */
  transcript(): Promise<string>;
  /** Waits until the transcript holds this. */
  sees(words: string | RegExp, timeoutMs?: number): Promise<void>;
  /** Waits until no turn runs. */
  idle(timeoutMs?: number): Promise<void>;
  isBusy(): Promise<boolean>;
  /** The dialog that stands, if one does. */
  openDialog(): Promise<Dialog | undefined>;
  /** Whether a diff editor waits for a verdict. */
  isReviewing(): Promise<boolean>;
  /** Presses "Accept Edit" or "Reject Edit" in the diff editor's title. */
  pressTitle(label: 'Accept Edit' | 'Reject Edit'): Promise<void>;
}

const WAIT_MS = 30_000;
const QUICK_INPUT = '.quick-input-widget:not([style*="display: none"])';

export function conversationIn(workbench: Workbench): Conversation {
  const { page } = workbench;
  const composer = async () => (await workbench.panel()).locator('textarea.draft');
  const isBusy = async () =>
    (await (await workbench.panel()).locator('.composer button.stop, .composer .stop').count()) > 0;
  const title = (label: string) =>
    page.locator('.editor-actions .action-item a.action-label').and(page.getByLabel(label)).first();
  const text = async () => (await workbench.panel()).locator('#capstan-root').innerText();

  return {
    panel: () => workbench.panel(),
    composer,
    text,
    transcript: async () => (await workbench.panel()).locator('.transcript').innerText(),
    isBusy,
    async send(words) {
      const field = await composer();
      await write(field, words);
      await field.press('Enter');
      // What takes the focus between the two takes the key with it: a person sees where the cursor is, and presses it again.
      const went = () =>
        field.evaluate(
          (element: HTMLTextAreaElement, typed) =>
            element.value !== typed || (document.hasFocus() && document.activeElement === element),
          words,
        );
      if ((await went().catch(() => true)) || (await page.locator(QUICK_INPUT).isVisible())) return;
      await field.press('Enter');
    },
    async sees(words, timeoutMs = WAIT_MS) {
      const found = (all: string) => (typeof words === 'string' ? all.includes(words) : words.test(all));
      await until(
        async () => found(await text()),
        timeoutMs,
        async () => `The panel does not show ${String(words)}. It shows:\n${await text()}`,
      );
    },
    async idle(timeoutMs = WAIT_MS) {
      await until(
        async () => !(await isBusy()),
        timeoutMs,
        async () => `The turn did not end. The panel shows:\n${await text()}`,
      );
    },
    async openDialog() {
      return (await page.locator('.monaco-dialog-box').isVisible()) ? workbench.dialog() : undefined;
    },
    isReviewing: () => title('Accept Edit').isVisible(),
    async pressTitle(label) {
      await title(label).waitFor({ timeout: WAIT_MS });
      await title(label).click();
    },
  };
}

/** Asks every 50 ms; throws with the words of `explain` when time is up. A check that fails, as in a page that goes away, is a no. */
export async function until(
  check: () => Promise<boolean>,
  timeoutMs: number,
  explain: () => Promise<string>,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  let cause: unknown;
  const failed = (error: unknown) => {
    cause = error;
    return false;
  };
  while (!(await check().catch(failed))) {
    if (Date.now() > end) throw new Error(await explain().catch(String), { cause });
    await sleep(50);
  }
}

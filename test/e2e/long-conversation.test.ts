// A conversation of thousands of messages in a real workbench: opened, searched, walked through, and found again where it was left.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { writeSampleLog } from '../../bench/sample-log.ts';
import { until } from '../support/conversation.ts';
import { openScene, screenFile, type Scene } from '../support/e2e.ts';
import { pressUntil } from '../support/gestures.ts';
import { write } from '../support/insist.ts';

const WAIT_MS = 30_000;
const EVENTS = 10_000;

/** What is in sight of the conversation. */
async function seen({ talk }: Scene): Promise<string> {
  return (await talk.panel()).locator('.transcript').evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return [...element.querySelectorAll('.turn > .said, [data-item]')]
      .filter((row) => row.getBoundingClientRect().bottom > top && row.getBoundingClientRect().top < bottom)
      .map((row) => row.textContent)
      .join('\n');
  });
}

describe('a conversation of thousands of messages', () => {
  it('is opened, searched, gone through by turns, left and found again', async () => {
    await using scene = await openScene([]);
    const { workbench, talk, editor, folder } = scene;
    const { page } = workbench;
    const sees = (words: string | RegExp) =>
      until(
        async () => ((await seen(scene)).match(words) ?? undefined) !== undefined,
        WAIT_MS,
        async () => `${String(words)} is not in sight, but:\n${await seen(scene)}`,
      );
    const goToTurn = async (label: string) => {
      await workbench.command('Capstan: Go to Turn…');
      await page
        .getByRole('option', { name: /^\d+: Go on with part/ })
        .first()
        .waitFor({ timeout: WAIT_MS });
      // The list draws what is in sight of it alone.
      await write(page.locator('.quick-input-widget input.input'), label);
      await workbench.pick(label);
    };
    await talk.composer();
    const sessions = path.join(path.dirname(editor.settingsFile), 'globalStorage', 'capstan.capstan', 'sessions');
    await mkdir(sessions, { recursive: true });
    await writeSampleLog(path.join(sessions, 'long-day.jsonl'), 'long-day', EVENTS, folder);

    const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'A long day' });
    await until(
      async () => {
        await workbench.command('Capstan: Conversations…');
        // A panel that has just come up may take the focus, and the list goes.
        return row.click({ timeout: 5000 }).then(
          () => true,
          () => false,
        );
      },
      2 * WAIT_MS,
      async () => `The session is not in the list: ${await page.locator('.quick-input-widget').innerText()}`,
    );
    await sees('module-135-0');
    const panel = await talk.panel();
    const nodes = () => panel.evaluate(() => document.querySelectorAll('*').length);
    const hasFewNodes = () =>
      until(
        async () => (await nodes()) <= 3000,
        WAIT_MS,
        async () => `The panel has ${await nodes()} nodes.`,
      );
    await hasFewNodes();

    await (await talk.composer()).press('Control+f');
    await write(panel.getByRole('textbox', { name: 'Find in conversation' }), 'module-3-7.js');
    await panel
      .getByRole('search')
      .getByText(/^\d of \d$/)
      .waitFor({ timeout: WAIT_MS });
    await sees('module-3-7.js');
    await workbench.screenshot(screenFile('e2e-find'));
    await panel.getByRole('textbox', { name: 'Find in conversation' }).press('Escape');
    await panel.getByRole('search').waitFor({ state: 'detached' });

    await goToTurn('1: Go on with part 1.');
    await sees('Go on with part 1\\.');
    await until(
      () => panel.evaluate(() => document.hasFocus()),
      WAIT_MS,
      async () => 'The panel does not have the focus.',
    );
    await page.keyboard.press('Alt+ArrowDown');
    await sees('Go on with part 2\\.');
    await hasFewNodes();
    await panel.getByRole('button', { name: 'Latest' }).click();
    await sees('module-135-0');

    await goToTurn('50: Go on with part 50.');
    await sees('Go on with part 50\\.');
    await workbench.screenshot(screenFile('e2e-long-conversation'));
    // As long as it takes to keep it.
    await sleep(500);
    // The page of a side bar that is hidden is gone.
    const bar = page.locator('.part.auxiliarybar');
    await pressUntil(page, 'Control+Alt+B', async () => !(await bar.isVisible()));
    await pressUntil(page, 'Control+Alt+B', () => bar.isVisible());
    await sees('Go on with part 50\\.');
  });
});

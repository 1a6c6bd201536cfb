// Conversations in the side bar, in an editor tab and in a window of their own, in a real workbench.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Frame } from 'playwright-core';
import { until } from '../support/conversation.ts';
import { openScene, screenFile, type Scene } from '../support/e2e.ts';
import { pressOn } from '../support/gestures.ts';
import { write } from '../support/insist.ts';
import { isKept } from '../support/kept-files.ts';
import { text } from '../support/model/answer.ts';

const WAIT_MS = 30_000;

/** What a person does in one of several panels. */
function panelsIn({ workbench }: Scene) {
  const { page } = workbench;
  const textOf = async (frame: Frame | undefined) =>
    (await frame
      ?.locator('#capstan-root')
      .innerText()
      .catch(() => undefined)) ?? '';
  const texts = async () => Promise.all((await workbench.panels()).map(textOf));
  const tabs = page.locator('.part.editor .tab .label-name');
  return {
    texts,
    tabs: async () => (await tabs.allInnerTexts()).map((label) => label.trim()),
    /** Waits until the panels, from left to right, show these words. */
    async show(...words: RegExp[]) {
      const fits = (all: readonly string[]) =>
        all.length === words.length && words.every((word, index) => word.test(all[index] ?? ''));
      await until(
        async () => fits(await texts()),
        WAIT_MS,
        async () => `The panels show:\n${(await texts()).join('\n-----\n')}`,
      );
    },
    async tabIs(title: string | RegExp) {
      const tab = tabs.filter({ hasText: title }).first();
      await tab.waitFor({ timeout: WAIT_MS });
      return tab;
    },
    composer: async (index: number) => {
      const frame = (await workbench.panels()).at(index);
      assert.ok(frame, `there is no panel ${index}`);
      return frame.locator('textarea.draft');
    },
    async send(index: number, words: string) {
      const field = await this.composer(index);
      await field.click();
      await write(field, words);
      await field.press('Enter');
    },
  };
}

describe('conversations in several places', () => {
  it('one in a tab and one in the side bar run beside each other, and come back after a reload', async () => {
    await using scene = await openScene(({ body }) =>
      JSON.stringify(body.messages).includes('Slow task')
        ? { blocks: [text('Slow answer is whole.', { gate: 'go', gateAt: 5 })] }
        : { blocks: [text('Quick answer.')] },
    );
    const { workbench, talk, model } = scene;
    const panels = panelsIn(scene);
    await talk.send('Slow task');
    await talk.sees('Slow ');
    await workbench.command('Capstan: Open Conversation in Editor');
    await panels.show(/Slow task[^]*Slow /, /Slow task[^]*Slow /);
    await panels.tabIs('◌ Slow task');
    await workbench.screenshot(screenFile('e2e-tab-and-side-bar'));

    // The tab was used last: what is begun anew is begun there.
    await workbench.command('Capstan: New Conversation');
    await panels.show(/^(?![^]*Slow task)/, /Slow task/);
    await panels.tabIs('New conversation');
    await panels.send(0, 'Quick task');
    await panels.tabIs('Quick task');
    // The other runs still.
    await panels.show(/Quick task[^]*Quick answer\./, /Slow task[^]*Working/);
    model.release('go');
    await panels.show(/Quick answer\./, /Slow answer is whole\.(?![^]*Working)/);

    await write(await panels.composer(0), 'Not sent yet');
    await isKept(scene, 'Not sent yet');
    await workbench.reloadWindow();
    await panels.show(/Quick task[^]*Quick answer\./, /Slow task[^]*Slow answer is whole\./);
    await panels.tabIs('Quick task');
    await until(
      async () => (await (await panels.composer(0)).inputValue()) === 'Not sent yet',
      WAIT_MS,
      async () => (await panels.composer(0)).inputValue(),
    );
    await workbench.screenshot(screenFile('e2e-tab-restored'));
    assert.deepEqual(model.problems, []);
    assert.equal(model.requests.length, 2, 'nothing was asked twice');

    // A button above a conversation is about that one, whichever was used last.
    const { page } = workbench;
    await (await panels.composer(0)).click();
    await page.locator('.part.auxiliarybar').getByRole('button', { name: 'New Conversation' }).click();
    await panels.show(/Quick task/, /Ask a question/);
    await (await panels.composer(1)).click();
    await page.locator('.part.editor .editor-actions').getByLabel('New Conversation').first().click();
    await panels.show(/Ask a question/, /Ask a question/);
    assert.equal(await (await panels.composer(1)).inputValue(), '');
  });

  it('one in a window of its own comes back with it in mid-turn, goes on there, and is opened from the list in a tab', async () => {
    await using scene = await openScene(({ body }) => {
      const last = JSON.stringify(body.messages.at(-1));
      if (last.includes('Continue.')) return { blocks: [text('Went on to the end.')] };
      if (last.includes('Slow work')) return { blocks: [text('Slow answer is whole.', { gate: 'never', gateAt: 5 })] };
      return { blocks: [text('Answer one.')] };
    });
    const { workbench, talk } = scene;
    const { page } = workbench;
    const panels = panelsIn(scene);
    await talk.send('First task');
    await talk.sees('Answer one.');
    await talk.idle();
    const opened = page.context().waitForEvent('page', { timeout: WAIT_MS });
    await workbench.command('Capstan: Open Conversation in New Window');
    let window = await opened;
    await panels.show(/Answer one\./, /Answer one\./);
    const inWindow = async () => {
      const find = async () => (await workbench.panels()).find((frame) => frame.page() === window);
      await until(
        async () => (await find()) !== undefined,
        WAIT_MS,
        async () => 'The window shows no panel.',
      );
      return (await find())!;
    };
    const field = (await inWindow()).locator('textarea.draft');
    await write(field, 'More of the First');
    await field.press('Enter');
    // Both show the same session.
    await panels.show(/More of the First[^]*Answer one\./, /More of the First[^]*Answer one\./);
    await window.screenshot({ path: screenFile('e2e-own-window') });

    await write(field, 'Slow work');
    await field.press('Enter');
    await panels.show(/Slow work[^]*Slow /, /Slow work[^]*Slow /);
    await write(field, 'Not sent yet');
    await isKept(scene, 'Not sent yet');
    // The palette opens in the window that has the focus. The editor closes windows of its own with the first, and opens them again.
    await page.bringToFront();
    await page.locator('.part.sidebar .title-label').first().click();
    const openedAgain = page.context().waitForEvent('page', { timeout: 2 * WAIT_MS });
    await workbench.reloadWindow();
    window = await openedAgain;
    await panels.show(/Slow [^]*closed while this turn ran/, /Slow [^]*closed while this turn ran/);
    const back = await inWindow();
    const draft = () => back.locator('textarea.draft').inputValue();
    const holds = () => until(async () => (await draft()) === 'Not sent yet', WAIT_MS, draft);
    await holds();
    await window.screenshot({ path: screenFile('e2e-own-window-restored') });
    await back.getByRole('button', { name: 'Continue', exact: true }).click({ timeout: WAIT_MS });
    await panels.show(/Went on to the end\./, /Went on to the end\./);
    await holds();
    await window.close();

    const list = page.locator('.quick-input-widget:not([style*="display: none"])');
    await workbench.command('Capstan: Conversations…');
    const row = list.locator('.monaco-list-row').filter({ hasText: 'First task' }).first();
    await row.hover({ timeout: WAIT_MS });
    await row.getByRole('button', { name: 'Open in Editor' }).click({ timeout: WAIT_MS });
    await panels.tabIs('First task');
    await panels.show(/More of the First/, /More of the First/);
  });

  it('one that was left tells when it is done, and is shown by its button', async () => {
    await using scene = await openScene(
      ({ body }) => {
        const said = JSON.stringify(body.messages);
        return said.includes('Quick task')
          ? { blocks: [text('Quick answer.')] }
          : { blocks: [text('Slow answer is whole now.', { gate: 'go', gateAt: 2 })] };
      },
      // As a person has it: notifications pop up.
      { installed: true },
    );
    const { workbench, talk, model } = scene;
    const { page } = workbench;
    await talk.send('Slow task');
    await talk.sees('Slow ');
    await workbench.command('Capstan: New Conversation');
    await talk.sees('Ask a question');
    await talk.send('Quick task');
    await talk.sees('Quick answer.');
    await talk.idle();
    model.release('go');
    const toast = page
      .locator('.notifications-toasts .notification-list-item')
      .filter({ hasText: '“Slow task” is done.' });
    await toast.waitFor({ timeout: WAIT_MS });
    await workbench.screenshot(screenFile('e2e-done-behind'));
    await pressOn(page, '“Slow task” is done.', 'Show');
    await talk.sees('Slow answer is whole now.');
    await talk.idle();
    // It is idle in every place that says so.
    const item = page.locator('.statusbar-item').filter({ hasText: 'Capstan' });
    await item.locator('.codicon-comment-discussion').waitFor({ timeout: WAIT_MS });
    await page.locator('.statusbar-item .codicon-sync').first().waitFor({ state: 'detached', timeout: WAIT_MS });
    await workbench.screenshot(screenFile('e2e-shown-by-notice'));
    assert.deepEqual(model.problems, []);
  });
});

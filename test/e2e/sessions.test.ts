// Several conversations in a real workbench: one goes on behind another, the list with its actions.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { until } from '../support/conversation.ts';
import { openScene, screenFile, type Scene } from '../support/e2e.ts';
import { pressUntil } from '../support/gestures.ts';
import { write } from '../support/insist.ts';
import { text, toolUse } from '../support/model/answer.ts';
import { httpError } from '../support/model/fault.ts';
import { openNotifications } from '../support/workbench.ts';

const WAIT_MS = 30_000;

function listIn({ workbench }: Scene) {
  const { page } = workbench;
  const widget = page.locator('.quick-input-widget:not([style*="display: none"])');
  const row = (title: string) => widget.locator('.monaco-list-row').filter({ hasText: title }).first();
  return {
    widget,
    row,
    async open() {
      await workbench.command('Capstan: Conversations…');
      await widget.getByText('Conversations', { exact: true }).waitFor({ timeout: WAIT_MS });
      await widget.locator('.monaco-list-row').first().waitFor({ timeout: WAIT_MS });
    },
    /** The button is there for who points at the row, and the list may be filled anew under the pointer. */
    async press(title: string, button: string) {
      const end = Date.now() + WAIT_MS;
      for (;;) {
        try {
          await row(title).hover({ timeout: 4000 });
          return await row(title).getByRole('button', { name: button }).click({ timeout: 4000 });
        } catch (error) {
          if (Date.now() > end) throw error;
        }
      }
    },
    /** Until the row says so. */
    says: (title: string, words: RegExp) =>
      until(
        async () => words.test(await row(title).innerText({ timeout: 4000 })),
        WAIT_MS,
        () => row(title).innerText({ timeout: 4000 }),
      ),
    titles: async () => (await widget.locator('.monaco-list-row .label-name').allInnerTexts()).join('\n'),
  };
}

describe('several conversations', () => {
  it('run side by side: one that was left goes on, is found in the list, and is live when it is opened again', async () => {
    await using scene = await openScene(({ body }) =>
      JSON.stringify(body.messages).includes('Slow task')
        ? { blocks: [text('Slow answer is whole.', { gate: 'go', gateAt: 5 })] }
        : { blocks: [text('Quick answer.')] },
    );
    const { workbench, talk, model } = scene;
    const list = listIn(scene);
    await talk.send('Slow task');
    await talk.sees('Slow ');
    await workbench.command('Capstan: New Conversation');
    await until(
      async () => !(await talk.text()).includes('Slow task'),
      WAIT_MS,
      async () => `The panel still shows the old one:\n${await talk.text()}`,
    );
    await talk.send('Quick task');
    await talk.sees('Quick answer.');
    await talk.idle();
    const item = workbench.page.locator('.statusbar-item').filter({ hasText: 'Capstan +1' });
    await item.first().waitFor({ timeout: WAIT_MS });

    await list.open();
    await list.says('Slow task', /running/);
    await list.says('Quick task', /shown · done/);
    await workbench.screenshot(screenFile('e2e-conversations'));
    await list.row('Slow task').click();
    await talk.sees('Slow task');
    await until(
      () => talk.isBusy(),
      WAIT_MS,
      async () => `It is not live. The panel shows:\n${await talk.text()}`,
    );

    model.release('go');
    await talk.sees('Slow answer is whole.');
    await item.first().waitFor({ state: 'hidden', timeout: WAIT_MS });
    await workbench.screenshot(screenFile('e2e-conversation-done'));
    assert.deepEqual(model.problems, []);
  });

  it('are renamed, archived, copied and deleted from the list, and named, exported and gone back in where they are written', async () => {
    await using scene = await openScene(() => ({ blocks: [text('An answer.')] }));
    const { workbench, talk, folder } = scene;
    const list = listIn(scene);
    await talk.send('First task');
    await talk.sees('An answer.');
    await talk.idle();

    await list.open();
    await list.press('First task', 'Rename…');
    await list.widget.getByText('Rename the Conversation', { exact: true }).waitFor({ timeout: WAIT_MS });
    await workbench.input('A better name');
    // The list is back, with the new name.
    await list.row('A better name').waitFor({ timeout: WAIT_MS });
    await list.press('A better name', 'Archive');
    await list.says('A better name', /archived/);
    await list.press('A better name', 'Go On in a Copy');
    await list.widget.waitFor({ state: 'hidden', timeout: WAIT_MS });

    await list.open();
    await list.row('A better name (copy)').waitFor({ timeout: WAIT_MS });
    await list.press('A better name (copy)', 'Delete…');
    const dialog = await workbench.dialog();
    assert.match(dialog.text, /Delete “A better name \(copy\)”\?/);
    await dialog.press('Delete');
    await until(
      async () => /A better name(?![^]*\(copy\))/.test(await list.titles()),
      WAIT_MS,
      async () => list.titles(),
    );
    await workbench.screenshot(screenFile('e2e-history'));
    await list.row('A better name').click();
    await talk.sees('An answer.');
    const panel = await talk.panel();
    await until(
      () => panel.evaluate(() => document.hasFocus()),
      WAIT_MS,
      async () => 'The panel has no focus.',
    );
    const command = async (words: string) => {
      await write(await talk.composer(), words);
      await (await talk.composer()).press('Enter');
    };
    await command('/rename The very best name');
    await command('/export');
    await workbench.pick('Markdown');
    // The box for the file's name is there with a name in it.
    const box = workbench.page.locator('.quick-input-widget input.input');
    await until(
      async () => (await box.inputValue()).endsWith('The very best name.md'),
      WAIT_MS,
      async () => box.inputValue(),
    );
    await box.press('Enter');
    await until(
      () =>
        readFile(path.join(folder, 'The very best name.md'), 'utf8').then(
          (exported) => exported.includes('An answer.'),
          () => false,
        ),
      WAIT_MS,
      async () => workbench.page.locator('.notifications-toasts').innerText(),
    );
    // Back to before the first message, which stands in the composer again.
    const said = panel.locator('.said').first();
    await said.hover();
    await workbench.screenshot(screenFile('e2e-edit-again'));
    // By keyboard: for the message that has the focus, although others came after it.
    await said.focus();
    await workbench.command('Capstan: Edit and Send Again');
    await until(
      async () => (await (await talk.composer()).inputValue()) === 'First task',
      WAIT_MS,
      async () => (await talk.composer()).inputValue(),
    );
    await panel.locator('.said').first().waitFor({ state: 'detached', timeout: WAIT_MS });
  });

  it('say behind the shown one that they need the person or have failed: on the view, in the list, and with a button', async () => {
    let failures = 0;
    await using scene = await openScene(
      ({ body }) => {
        const said = JSON.stringify(body.messages);
        if (said.includes('Quick task')) return { blocks: [text('Quick answer.')] };
        if (said.includes('Failing task') && (failures += 1) === 1)
          return { blocks: [text('Some words')], pace: { headersGate: 'fail' }, fault: httpError(400) };
        if (said.includes('Failing task')) return { blocks: [text('It went well this time.')] };
        if (said.includes('tool_result')) return { blocks: [text('It is written.')] };
        const cwd = /Working directory: ([^\\"]+)/.exec(JSON.stringify(body.system))![1]!;
        const write = { file_path: path.posix.join(cwd, 'made.md'), content: 'Made.\n' };
        return { blocks: [text('I write it.'), { ...toolUse('Write', write), gate: 'write' }] };
      },
      { installed: true },
    );
    const { workbench, talk, model } = scene;
    const { page } = workbench;
    const list = listIn(scene);
    const begin = async (words: string) => {
      await workbench.command('Capstan: New Conversation');
      await talk.sees('Ask a question');
      await talk.send(words);
    };
    const toast = (words: string) =>
      page.locator('.notifications-toasts .notification-list-item').filter({ hasText: words });
    /** A toast is put away after a while; the notification stays. */
    const press = async (words: string, button: string) => {
      const notice = page.locator('.notification-list-item').filter({ hasText: words });
      if (!(await notice.first().isVisible())) await openNotifications(page);
      await notice.getByRole('button', { name: button }).first().click({ timeout: WAIT_MS });
    };
    await talk.send('Writing task');
    await talk.sees('I write it.');
    await begin('Failing task');
    await model.waitForRequest(2, WAIT_MS);
    await begin('Quick task');
    await talk.sees('Quick answer.');
    await talk.idle();

    model.release('fail');
    await toast('“Failing task” has failed.').waitFor({ timeout: WAIT_MS });
    model.release('write');
    await toast('“Writing task” has an edit for you to review.').waitFor({ timeout: WAIT_MS });
    await page.locator('.statusbar-item').filter({ hasText: 'Capstan needs you' }).waitFor({ timeout: WAIT_MS });
    await workbench.screenshot(screenFile('e2e-needs-you'));
    await list.open();
    await list.says('Writing task', /needs you/);
    await list.says('Failing task', /failed/);
    await workbench.screenshot(screenFile('e2e-badges'));
    await pressUntil(page, 'Escape', async () => !(await list.widget.isVisible()));

    await press('has an edit for you to review', 'Show');
    await talk.sees('I write it.');
    await talk.pressTitle('Accept Edit');
    await talk.sees('It is written.');
    assert.equal(await scene.read('made.md'), 'Made.\n');
    await press('“Failing task” has failed.', 'Try Again');
    await talk.sees('It went well this time.');
    assert.deepEqual(model.problems, []);
  });
});

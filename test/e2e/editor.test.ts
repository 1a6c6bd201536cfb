// Asking from the editor: the light bulb, the palette, the status bar.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { until } from '../support/conversation.ts';
import { openScene, screenFile } from '../support/e2e.ts';
import { text } from '../support/model/answer.ts';

describe('asking from the editor', () => {
  it('from the palette: a native box, then the answer in the panel', async () => {
    await using scene = await openScene([{ blocks: [text('It wraps lines.')] }]);
    await scene.workbench.command('Capstan: Ask Capstan…');
    await scene.workbench.input('What does this project do?');
    await scene.talk.sees('What does this project do?');
    await scene.talk.sees('It wraps lines.');
  });

  it('about a selection: the composer holds it as a chip, and the model gets its text', async () => {
    await using scene = await openScene([{ blocks: [text('A fine function.')] }]);
    const { page } = scene.workbench;
    await page.keyboard.press('Control+P');
    await page.keyboard.type('wrap.js');
    await page.locator('.quick-input-widget .monaco-list-row').first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.editor-instance .view-lines').first().click();
    await page.keyboard.press('Control+A');
    await scene.workbench.command('Capstan: Ask Capstan About the Selection');
    await scene.talk.sees('wrap.js');
    await scene.workbench.screenshot(screenFile('e2e-selection-chip'));
    await scene.talk.send('Explain this');
    await scene.talk.sees('A fine function.');
    const sent = JSON.stringify((scene.model.requests.at(-1)!.body as { messages: unknown }).messages);
    assert.ok(sent.includes('export function'), 'the text of the selection was sent');
  });

  it('the status bar says what goes on and opens the panel', async () => {
    await using scene = await openScene([{ blocks: [text('Long answer', { gate: 'go', gateAt: 4 })] }]);
    const item = scene.workbench.page.locator('.statusbar-item').filter({ hasText: /Capstan/ });
    await item.first().waitFor();
    await scene.talk.send('Go');
    await until(
      async () => /working|running/i.test((await item.first().getAttribute('aria-label')) ?? ''),
      10_000,
      async () => `It says: ${await item.first().getAttribute('aria-label')}`,
    );
    scene.model.release('go');
    await scene.talk.idle();
  });
});

describe('a long conversation', () => {
  it('is shortened by wish, says what was kept, and goes on', async () => {
    await using scene = await openScene(({ body }) =>
      JSON.stringify(body.messages.at(-1)).includes('Write a summary for yourself')
        ? { blocks: [text('We talked about wrapping.')] }
        : { blocks: [text('An answer about wrapping.')] },
    );
    await scene.talk.send('How does wrapping work?');
    await scene.talk.sees('An answer about wrapping.');
    await scene.talk.idle();
    await scene.workbench.command('Capstan: Shorten the Conversation…');
    await scene.workbench.input('the width');
    await scene.talk.sees('Conversation shortened');
    await scene.workbench.screenshot(screenFile('e2e-compacted'));
    await scene.talk.send('And then?');
    await scene.model.waitForRequest(3);
    await scene.talk.idle();
    const sent = JSON.stringify((scene.model.requests.at(-1)!.body as { messages: unknown }).messages);
    assert.ok(sent.includes('We talked about wrapping.') && sent.includes('How does wrapping work?'));
    assert.deepEqual(scene.model.problems, []);
  });
});

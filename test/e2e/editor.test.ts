// Asking from the editor: the palette, the selection, the status bar, and a conversation that is shortened by wish.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { until } from '../support/conversation.ts';
import { openScene, screenFile } from '../support/e2e.ts';
import { openFile, selectAll } from '../support/gestures.ts';
import { text } from '../support/model/answer.ts';

describe('asking from the editor', () => {
  it('by the palette and about a selection, with a status bar that tells; shortened, it goes on', async () => {
    await using scene = await openScene(({ body }) => {
      const last = JSON.stringify(body.messages.at(-1));
      if (last.includes('Write a summary for yourself')) return { blocks: [text('We talked about wrapping.')] };
      if (last.includes('And then?')) return { blocks: [text('And on it goes.')] };
      if (last.includes('Explain this')) return { blocks: [text('A fine function.', { gate: 'go', gateAt: 4 })] };
      return { blocks: [text('It wraps lines.')] };
    });
    const { page } = scene.workbench;
    const item = page.locator('.statusbar-item').filter({ hasText: /Capstan/ });
    const sent = () => JSON.stringify((scene.model.requests.at(-1)!.body as { messages: unknown }).messages);
    await item.first().waitFor();
    await scene.workbench.command('Capstan: Ask Capstan…');
    await scene.workbench.input('What does this project do?');
    await scene.talk.sees('What does this project do?');
    await scene.talk.sees('It wraps lines.');
    await scene.talk.idle();

    await openFile(page, 'wrap.js');
    await selectAll(page);
    await scene.workbench.command('Capstan: Ask Capstan About the Selection');
    await scene.talk.sees('wrap.js');
    await scene.workbench.screenshot(screenFile('e2e-selection-chip'));
    await scene.talk.send('Explain this');
    await until(
      async () => /working|running/i.test((await item.first().getAttribute('aria-label')) ?? ''),
      30_000,
      async () => `It says: ${await item.first().getAttribute('aria-label')}`,
    );
    scene.model.release('go');
    await scene.talk.sees('A fine function.');
    await scene.talk.idle();
    assert.ok(sent().includes('export function'), 'the text of the selection was sent');

    await scene.workbench.command('Capstan: Shorten the Conversation…');
    await scene.workbench.input('the width');
    await scene.talk.sees('Conversation shortened');
    await scene.workbench.screenshot(screenFile('e2e-compacted'));
    await scene.talk.send('And then?');
    await scene.talk.sees('And on it goes.');
    await scene.talk.idle();
    assert.ok(
      sent().includes('We talked about wrapping.') && sent().includes('Explain this'),
      'the last request is kept',
    );
    assert.deepEqual(scene.model.problems, []);
  });
});

// The composer, end to end: a mention by keys, a pasted image, steering, the queue, and drafts that nothing takes away.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { until } from '../support/conversation.ts';
import { openScene, screenFile, type Scene } from '../support/e2e.ts';
import { write } from '../support/insist.ts';
import { isKept } from '../support/kept-files.ts';
import { text } from '../support/model/answer.ts';
import { TINY_PNG } from '../support/tiny-png.ts';

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly source?: { readonly data: string };
}

/** What the person's side of a request held last. */
function lastSaid({ model }: Scene, request: number): readonly Block[] {
  const { messages } = model.requests[request]!.body as { messages: { role: string; content: Block[] }[] };
  return messages.findLast(({ role }) => role === 'user')!.content;
}

async function paste(scene: Scene, name: string): Promise<void> {
  const field = await scene.talk.composer();
  await field.evaluate(
    (target, [base64, file]) => {
      const bytes = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], file, { type: 'image/png' }));
      const init = { bubbles: true, cancelable: true, clipboardData: transfer };
      target.dispatchEvent(new ClipboardEvent('paste', init));
    },
    [TINY_PNG, name] as const,
  );
  await (await scene.talk.panel()).locator('.composer img').waitFor();
}

/** Presses the button of the composer and chooses what the words find in the pick. */
async function attach({ talk, workbench: { page } }: Scene, words: string, label: string): Promise<void> {
  await (await talk.panel()).getByRole('button', { name: 'Attach…' }).click();
  const pick = page.locator('.quick-input-widget:not([style*="display: none"])');
  await write(pick.locator('input.input'), words);
  const row = pick.locator('.monaco-list-row').filter({ hasText: label });
  await row.first().waitFor();
  await row.first().click();
  await row.first().waitFor({ state: 'hidden' });
}

/** What was sent has been taken, so that the next words can be typed. */
async function typable(scene: Scene): Promise<void> {
  const field = await scene.talk.composer();
  await until(
    async () => (await field.isEditable()) && (await field.inputValue()) === '',
    30_000,
    async () => `The composer holds: ${await field.inputValue()}`,
  );
}

async function holds(scene: Scene, draft: string): Promise<void> {
  const read = async () => (await scene.talk.composer()).inputValue().catch(() => '');
  await until(
    async () => (await read()) === draft,
    30_000,
    async () => `The composer holds: ${await read()}`,
  );
}

describe('the composer', () => {
  it('mentions, shows, steers, queues, and loses nothing that was typed', async () => {
    await using scene = await openScene([
      { blocks: [text('I look at it.', { gate: 'go' })] },
      { blocks: [text('Je le regarde.')] },
      { blocks: [text('It holds nothing yet.', { gate: 'never', gateAt: 8 })] },
      { blocks: [text('The readme, then.')] },
    ]);
    const { talk, workbench, model } = scene;
    const { page } = workbench;
    await (await talk.composer()).click();
    await page.keyboard.type('What is odd in @wrap.js');
    const panel = await talk.panel();
    await panel.getByRole('option', { name: /^wrap\.js src/, selected: true }).waitFor();
    await workbench.screenshot(screenFile('e2e-mention-menu'));
    await page.keyboard.press('Enter');
    await panel.locator('.composer .chip').filter({ hasText: 'src/wrap.js' }).waitFor();
    await paste(scene, 'shot.png');
    await workbench.screenshot(screenFile('e2e-composing'));
    await page.keyboard.press('Enter');
    await model.waitForRequest(1);
    await typable(scene);
    const [file, image, words] = lastSaid(scene, 0);
    assert.match(file?.text ?? '', /label="src\/wrap\.js"[^]*export function/);
    assert.equal(image?.source?.data, TINY_PNG);
    assert.equal(words?.text?.trim(), 'What is odd in');

    await page.keyboard.type('In French please');
    await page.keyboard.press('Control+Enter');
    await panel.locator('.queue li').filter({ hasText: 'This turn' }).waitFor();
    await typable(scene);
    await page.keyboard.type('Then the changelog');
    await page.keyboard.press('Enter');
    await panel.locator('.queue li').filter({ hasText: 'Next' }).waitFor();
    await workbench.screenshot(screenFile('e2e-queue'));
    await panel.getByRole('button', { name: 'Edit: Then the changelog' }).click();
    await holds(scene, 'Then the changelog');
    model.release('go');
    await talk.sees('Je le regarde.');
    assert.equal(lastSaid(scene, 1).at(-1)?.text, 'In French please');
    await talk.idle();
    assert.equal(model.requests.length, 2);

    await isKept(scene, 'Then the changelog');
    await workbench.reload();
    await talk.sees('Je le regarde.');
    await holds(scene, 'Then the changelog');
    await (await talk.panel()).locator('.said img').waitFor();

    await workbench.command('Capstan: New Conversation');
    await holds(scene, '');
    await (await talk.composer()).click();
    await page.keyboard.type('/sess');
    await (await talk.panel()).getByRole('option', { name: /^\/sessions/, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-widget .monaco-list-row').filter({ hasText: 'What is odd' }).first().waitFor();
    await page.keyboard.type('odd');
    await page.locator('.quick-input-widget .monaco-list-row.focused').filter({ hasText: 'What is odd' }).waitFor();
    await page.keyboard.press('Enter');
    await holds(scene, 'Then the changelog');

    // Up and down lead through what was said, and back to what is not sent.
    await (await talk.composer()).click();
    for (const [key, shown] of [
      ['ArrowUp', 'In French please'],
      ['ArrowUp', 'What is odd in '],
      ['ArrowDown', 'In French please'],
      ['ArrowDown', 'Then the changelog'],
    ] as const) {
      await page.keyboard.press(key);
      await holds(scene, shown);
    }
    await page.keyboard.press('Enter');
    await talk.sees('It holds');
    await typable(scene);
    await page.keyboard.type('No, the readme');
    await page.keyboard.press('Control+Shift+Enter');
    await talk.sees('The readme, then.');
    await talk.sees('Stopped');
    assert.equal(lastSaid(scene, 3).at(-1)?.text, 'No, the readme');
    assert.deepEqual(model.problems, []);
  });

  it('attaches an image from the disk and a file by its button, with what follows typed behind them', async () => {
    await using scene = await openScene([{ blocks: [text('A red point.')] }]);
    const { talk, workbench, model, folder } = scene;
    const { page } = workbench;
    await writeFile(path.join(folder, 'red.png'), Buffer.from(TINY_PNG, 'base64'));
    const panel = await talk.panel();
    await attach(scene, '', 'Image from Disk…');
    await workbench.input(path.join(folder, 'red.png'));
    await panel.locator('.composer img').waitFor();
    await attach(scene, 'wrap.js', 'wrap.js');
    await panel.locator('.composer .chip').filter({ hasText: 'src/wrap.js' }).waitFor();
    await workbench.screenshot(screenFile('e2e-attached'));
    await until(
      () => panel.evaluate(() => document.activeElement?.classList.contains('draft') ?? false),
      30_000,
      async () => 'The composer has not got the focus.',
    );
    await page.keyboard.type('What is it?');
    await page.keyboard.press('Enter');
    await model.waitForRequest(1);
    const said = lastSaid(scene, 0);
    assert.ok(said.some((block) => block.source?.data === TINY_PNG));
    assert.ok(said.some((block) => /label="src\/wrap\.js"/.test(block.text ?? '')));
    await talk.sees('A red point.');
  });
});

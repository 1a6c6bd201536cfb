// Pictures in the composer of a real workbench: from the clipboard, from the explorer and from outside; taken out by key, and sent.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import { until } from '../support/conversation.ts';
import { openScene, screenFile, type Scene } from '../support/e2e.ts';
import { text } from '../support/model/answer.ts';
import { TINY_PNG } from '../support/tiny-png.ts';

const WAIT_MS = 30_000;

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly source?: { readonly data: string };
}

/** Draws a picture, copies it, and gives back in base64 what the clipboard then holds: the browser writes its own PNG. */
async function copyPicture({ workbench: { page } }: Scene): Promise<string> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  return page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 48;
    const pen = canvas.getContext('2d')!;
    pen.fillStyle = 'teal';
    pen.fillRect(0, 0, 48, 24);
    const drawn = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': drawn! })]);
    const [item] = await navigator.clipboard.read();
    const bytes = new Uint8Array(await (await item!.getType('image/png')).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join(''));
  });
}

/** As a program beside the browser drops it. */
async function dropFromOutside(field: Locator, name: string): Promise<void> {
  await field.evaluate(
    (target, [base64, file]) => {
      const bytes = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], file, { type: 'image/png' }));
      const init = { bubbles: true, cancelable: true, dataTransfer };
      for (const type of ['dragenter', 'dragover', 'drop']) target.dispatchEvent(new DragEvent(type, init));
    },
    [TINY_PNG, name] as const,
  );
}

/** Drags a file from the explorer into the composer; false where it did not arrive. Into a page of an extension the editor drops while Shift is held. */
async function dragIn({ workbench: { page }, talk }: Scene, name: string): Promise<boolean> {
  await page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: name }).hover();
  await page.mouse.down();
  await page.keyboard.down('Shift');
  const { x, y } = (await (await talk.composer()).boundingBox())!;
  await page.mouse.move(x + 30, y - 30, { steps: 5 });
  await page.mouse.move(x + 40, y + 5, { steps: 5 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  const chip = (await talk.panel()).locator('.composer .chip').filter({ hasText: name });
  return chip.waitFor({ timeout: 5000 }).then(
    () => true,
    () => false,
  );
}

describe('a picture', () => {
  it('is pasted, dropped or dragged from the explorer, taken out by key, and reaches the model byte for byte', async () => {
    await using scene = await openScene([{ blocks: [text('I see them.')] }], {
      prepare: (folder) => writeFile(path.join(folder, 'logo.png'), Buffer.from(TINY_PNG, 'base64')),
    });
    const { workbench, talk, model } = scene;
    const { page } = workbench;
    const field = await talk.composer();
    const panel = await talk.panel();
    const chips = panel.locator('.composer .chip');
    const hasFocus = () =>
      until(
        () => field.evaluate((element) => document.hasFocus() && document.activeElement === element),
        WAIT_MS,
        async () => 'The composer does not have the focus.',
      );
    await field.click();
    const copied = await copyPicture(scene);
    await page.keyboard.press('Control+v');
    await chips.locator('img').waitFor({ timeout: WAIT_MS });
    await dropFromOutside(field, 'shot.png');
    await chips.filter({ hasText: 'shot.png' }).locator('img').waitFor({ timeout: WAIT_MS });

    await until(
      () => dragIn(scene, 'logo.png'),
      WAIT_MS,
      async () => `Nothing was dropped. The panel shows:\n${await talk.text()}`,
    );
    await hasFocus();
    await page.keyboard.type('What are these?');
    await workbench.screenshot(screenFile('e2e-pictures'));

    const remove = panel.getByRole('button', { name: 'Remove shot.png' });
    await until(
      async () => {
        if (await remove.evaluate((element) => document.activeElement === element)) return true;
        await page.keyboard.press('Shift+Tab');
        return false;
      },
      WAIT_MS,
      async () => 'The keys do not lead to the button that takes the picture out.',
    );
    await page.keyboard.press('Enter');
    await remove.waitFor({ state: 'detached', timeout: WAIT_MS });
    await hasFocus();
    await page.keyboard.press('Enter');
    await talk.sees('I see them.');
    const { messages } = model.requests[0]!.body as { messages: { content: Block[] }[] };
    const sent = messages[0]!.content;
    assert.deepEqual(
      sent.filter(({ type }) => type === 'image').map(({ source }) => source?.data),
      [copied],
    );
    assert.ok(
      sent.some((block) => block.text?.includes('logo.png')),
      'a file of the folder is named, and can be read',
    );
    assert.ok(!JSON.stringify(sent).includes('shot.png'));
    assert.equal(await panel.locator('.said img').count(), 1);
    await workbench.screenshot(screenFile('e2e-pictures-sent'));
    assert.deepEqual(model.problems, []);
  });
});

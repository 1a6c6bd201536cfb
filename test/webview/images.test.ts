// Pasted and dropped images: small pictures as chips, made to fit the API's limits, or refused in words.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { PanelPage } from '../support/panel-harness/panel-page.ts';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import { turnOf, viewOf } from '../support/panel-harness/views.ts';
import { TINY_PNG } from '../support/tiny-png.ts';

const open = usePanels();

describe('images in the composer', () => {
  it('are kept by the host, become a chip that can be removed, and can be sent without words', async () => {
    await using panel = await open({ width: 280 });
    await panel.show(viewOf({}));
    await give(panel, 'paste', { name: 'shot.png', type: 'image/png', base64: TINY_PNG });
    const { id, label, data, thumb } = await panel.intent('keepImage');
    assert.deepEqual([label, data], ['shot.png', TINY_PNG]);
    assert.match(thumb, /^data:image\/webp;base64,/);
    const attachment = { kind: 'image' as const, label, text: '', image: 'abc', thumb };
    await panel.push({ type: 'attached', id, attachment });
    await panel.page.getByRole('button', { name: 'Remove shot.png' }).click();
    assert.equal(await panel.page.locator('.composer img').count(), 0);
    await panel.push({ type: 'attached', id, attachment });
    await composerOf(panel).focus();
    await panel.page.keyboard.press('Enter');
    const { text, attachments } = await panel.intent('submit');
    assert.deepEqual({ text, attachments }, { text: '', attachments: [attachment] });
    assert.deepEqual(await panel.violations(), []);
  });

  it('are dropped as well, and scaled down to what the API takes', async () => {
    await using panel = await open();
    await panel.show(viewOf({}));
    await give(panel, 'drop', { name: 'wide.png', type: 'image/png', width: 9_000, height: 300 });
    const { data } = await panel.intent('keepImage');
    const bytes = Buffer.from(data, 'base64');
    assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [2_000, 67]);
  });

  it('that the host has read from the disk are attached as pasted ones are, and refused as they are', async () => {
    await using panel = await open();
    await panel.show(viewOf({}));
    await panel.push({ type: 'attachImage', name: 'disk.png', media: 'image/png', data: TINY_PNG });
    const { label, data, thumb } = await panel.intent('keepImage');
    assert.deepEqual([label, data], ['disk.png', TINY_PNG]);
    assert.match(thumb, /^data:image\/webp;base64,/);
    await panel.push({ type: 'attachImage', name: 'broken.png', media: '', data: 'no base64 at all' });
    assert.match(await panel.page.getByRole('alert').innerText(), /broken\.png cannot be attached/);
  });

  it('are refused in words when they are none', async () => {
    await using panel = await open();
    await panel.show(viewOf({}));
    await give(panel, 'paste', { name: 'broken.png', type: 'image/png', base64: 'QUJD' });
    assert.match(await panel.page.getByRole('alert').innerText(), /broken\.png cannot be attached/);
  });

  it('stay in the transcript, as what the person said', async () => {
    await using panel = await open();
    const thumb = `data:image/png;base64,${TINY_PNG}`;
    const attachments = [{ kind: 'image' as const, label: 'shot.png', text: '', image: 'abc', thumb }];
    await panel.show(viewOf({ turns: [turnOf('t1', 'What is this?', [], { attachments })] }));
    assert.equal(await panel.page.locator('.said img').getAttribute('src'), thumb);
    assert.deepEqual(await panel.violations(), []);
  });
});

interface Picture {
  readonly name: string;
  readonly type: string;
  readonly base64?: string;
  readonly width?: number;
  readonly height?: number;
}

function composerOf({ page }: PanelPage) {
  return page.getByRole('textbox', { name: 'Ask Capstan' });
}

async function give(panel: PanelPage, how: 'paste' | 'drop', picture: Picture): Promise<void> {
  await composerOf(panel).evaluate(
    async (field, { kind, name, type, base64, width = 1, height = 1 }) => {
      const canvas = document.createElement('canvas');
      Object.assign(canvas, { width, height });
      canvas.getContext('2d')!.fillRect(0, 0, width, height);
      const drawn = await new Promise<Blob>((resolve) => canvas.toBlob((blob) => resolve(blob!), type));
      const bytes = base64 === undefined ? drawn : Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], name, { type }));
      const init = { bubbles: true, cancelable: true };
      field.dispatchEvent(
        kind === 'drop'
          ? new DragEvent('drop', { ...init, dataTransfer: transfer })
          : new ClipboardEvent('paste', { ...init, clipboardData: transfer }),
      );
    },
    { kind: how, ...picture },
  );
}

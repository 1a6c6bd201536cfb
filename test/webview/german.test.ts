// The panel in its second language: every state is drawn within its width, and no word of the panel's own is left in English.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { enterState } from '../support/panel-harness/enter-state.ts';
import type { PanelPage } from '../support/panel-harness/panel-page.ts';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import { stillStates } from '../support/panel-harness/states.ts';

const folder = path.resolve(import.meta.dirname, '../../out/screens');
const open = usePanels();

describe('the panel in German', () => {
  let panel: PanelPage;
  before(async () => {
    await mkdir(folder, { recursive: true });
    panel = await open({ width: 280, height: 640, reducedMotion: true, language: 'german' });
  });
  after(() => panel?.[Symbol.asyncDispose]());

  it('speaks German to the eye and to a screen reader', async () => {
    await enterState(panel, 'whole-answer');
    const { page } = panel;
    assert.equal(await page.locator('textarea.draft').getAttribute('placeholder'), 'Capstan fragen');
    const labels = await page.evaluate(() =>
      [...document.querySelectorAll('[aria-label]')].map((element) => element.getAttribute('aria-label') ?? ''),
    );
    const english = labels.filter((label) => /\b(?:the|your|copy|send|open|show|message|answer)\b/i.test(label));
    assert.deepEqual(english, []);
    assert.match(await page.locator('.rows').first().innerText(), /Gelesen|gelesen/);
  });

  for (const name of stillStates) {
    it(`has room for "${name}"`, async () => {
      await enterState(panel, name);
      const overflow = await panel.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      await panel.page.screenshot({ path: path.join(folder, `${name}-280-german.png`) });
      assert.equal(overflow, 0);
    });
  }
});

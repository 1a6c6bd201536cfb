// The composer's bar: its picks open the editor's own, the ring says what it draws, nothing overflows.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { barOf, budgetCard } from '../support/panel-harness/bar-states.ts';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import type { PanelPage } from '../support/panel-harness/panel-page.ts';
import { textOf, turnOf, viewOf } from '../support/panel-harness/views.ts';

const open = usePanels();
const ring = (panel: PanelPage) => panel.page.getByRole('button', { name: /^Context:/ });
const commandsRun = async (panel: PanelPage) =>
  (await panel.intents()).flatMap((intent) => (intent.type === 'runCommand' ? [intent.command] : []));

describe("the composer's bar", () => {
  it('opens the picks of what to attach, of mode, model and effort, and what fills the context, by keyboard', async () => {
    await using panel = await open();
    await panel.show(viewOf({ session: barOf(46_000, 'none') }));
    await panel.page.getByRole('textbox').focus();
    for (const name of ['Attach…', 'Permission mode: Ask', 'Model: claude-sonnet-5-5', 'Effort: high']) {
      await panel.page.keyboard.press('Tab');
      await panel.page.keyboard.press('Enter');
      assert.equal(await panel.page.evaluate(() => document.activeElement?.getAttribute('aria-label')), name);
    }
    await panel.page.keyboard.press('Tab');
    await panel.page.keyboard.press('Space');
    await panel.intent('runCommand', 5);
    assert.deepEqual(await commandsRun(panel), [
      'capstan.attach',
      'capstan.chooseMode',
      'capstan.chooseModel',
      'capstan.chooseEffort',
      'capstan.showContext',
    ]);
  });

  for (const width of [280, 400]) {
    it(`keeps everything in one line at ${width} px, the model's name shortened in its middle`, async () => {
      await using panel = await open({ width });
      const names = { ...barOf(46_000, 'none', 'Bypass Permissions', 'medium'), model: 'vendor/some-model-2026-11-20' };
      await panel.show(viewOf({ session: names }));
      const bar = panel.page.locator('.composer-bar');
      const whole = (await bar.boundingBox())!;
      for (const button of await bar.getByRole('button').all()) {
        const box = (await button.boundingBox())!;
        const label = await button.getAttribute('aria-label');
        assert.ok(box.x >= whole.x && box.x + box.width <= whole.x + whole.width + 0.5, `${label} sticks out`);
        assert.ok(box.y >= whole.y && box.y + box.height <= whole.y + whole.height, `${label} is on another line`);
        assert.ok(box.width >= 20, `${label} cannot be hit: ${box.width} px`);
      }
      assert.ok(whole.height <= 36, `${whole.height} px high`);
    });
  }

  it('draws how full the context is, and says the same', async () => {
    await using panel = await open();
    const used = () => panel.page.locator('.ring-used').getAttribute('stroke-dasharray');
    await panel.show(viewOf({}));
    assert.equal(await used(), '0 100');
    assert.match((await ring(panel).getAttribute('aria-label'))!, /^Context: 0 % full/);
    await panel.patch({ op: 'session', fields: barOf(46_000, 'none') });
    assert.equal(await used(), '23 100');
    assert.match((await ring(panel).getAttribute('title'))!, /until 14:32/);
    assert.equal(await panel.page.locator('.ring path').count(), 0);
    await panel.patch({ op: 'session', fields: barOf(300_000, 'strong') });
    assert.equal(await used(), '100 100');
    assert.equal(await panel.page.locator('.ring path').count(), 1, 'a mark, not the colour alone');
    assert.match((await ring(panel).getAttribute('aria-label'))!, /Budget for this conversation/);
  });

  it('offers the ways on at a pause for the budget', async () => {
    await using panel = await open();
    const turn = turnOf('t1', 'Go', [textOf('x1', 'I go.'), budgetCard], { state: 'limit' });
    await panel.show(viewOf({ session: barOf(46_000, 'over'), turns: [turn] }));
    await panel.page.getByRole('button', { name: 'Raise budget' }).click();
    await panel.page.getByRole('button', { name: 'Go on once' }).click();
    await panel.intent('runCommand', 2);
    assert.deepEqual(await commandsRun(panel), ['capstan.chooseBudget', 'capstan.goOnOnce']);
  });
});

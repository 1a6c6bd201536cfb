// The strip of edits that are to be reviewed, and Keep and Undo on their rows.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { PanelPage } from '../support/panel-harness/panel-page.ts';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import { toolOf, turnOf, viewOf } from '../support/panel-harness/views.ts';

const open = usePanels();
const edit = (id: string, name: string) =>
  toolOf(id, 'Edit', name, { path: `/w/${name}`, diff: '@@ -1 +1 @@\n-a\n+b', added: 1, removed: 1 });
const turns = [turnOf('t1', 'Go', [edit('e1', 'a.ts'), edit('e2', 'a.ts'), edit('e3', 'b.ts'), edit('e4', 'c.ts')])];
const pending = { paths: ['/w/a.ts', '/w/b.ts'], added: 4, removed: 3 };

const strip = ({ page }: PanelPage) => page.getByRole('region', { name: 'Changes to review' });
const focused = ({ page }: PanelPage) => page.evaluate(() => document.activeElement?.textContent ?? '');
const asked = async (panel: PanelPage) => (await panel.intents()).filter(({ type }) => type === 'pending');

describe('edits to review', () => {
  it('are summed up above the composer, as long as there are any', async () => {
    await using panel = await open();
    await panel.show(viewOf({ turns, environment: { pending } }));
    const words = (await strip(panel).innerText()).replaceAll(/\s+/g, ' ');
    assert.match(words, /2 files changed \+4 lines added −3 lines removed Review Undo all Keep all/);
    await panel.show(viewOf({ turns, environment: { pending: { ...pending, paths: ['/w/a.ts'] } } }));
    assert.match(await strip(panel).innerText(), /1 file changed/);
    await panel.show(viewOf({ turns }));
    assert.equal(await strip(panel).count(), 0);
  });

  it('are reviewed, undone and kept together by keys, and the focus is not lost', async () => {
    await using panel = await open();
    await panel.show(viewOf({ turns, environment: { pending } }));
    await strip(panel).getByRole('button', { name: 'Review' }).focus();
    await panel.page.keyboard.press('Enter');
    await panel.page.keyboard.press('Tab');
    await panel.page.keyboard.press('Enter');
    await strip(panel).getByRole('button', { name: 'Keep all' }).click();
    const composer = panel.page.getByRole('textbox', { name: 'Ask Capstan' });
    assert.equal(await composer.evaluate((field) => field === document.activeElement), true);
    assert.deepEqual(await asked(panel), [
      { type: 'pending', action: 'review' },
      { type: 'pending', action: 'undo' },
      { type: 'pending', action: 'keep' },
    ]);
  });

  it('carry Keep and Undo on the newest row of each file, for all of its changes', async () => {
    await using panel = await open();
    await panel.show(viewOf({ turns, environment: { pending } }));
    const rows = panel.page.locator('.row.edit');
    const actions = await rows.evaluateAll((all) =>
      all.map((row) => row.querySelectorAll('.review-actions button').length),
    );
    assert.deepEqual(actions, [0, 2, 2, 0]);
    await panel.page.getByRole('button', { name: 'Keep the changes in a.ts' }).click();
    assert.deepEqual(await asked(panel), [{ type: 'pending', action: 'keep', path: '/w/a.ts' }]);
    assert.match(await focused(panel), /a\.ts/);
    await panel.page.keyboard.press('ArrowDown');
    for (const name of ['Undo', 'Keep']) {
      await panel.page.keyboard.press('Tab');
      assert.equal(await focused(panel), name);
    }
  });
});

// The focus view: what it hides, how that opens, and that it outlives the panel.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import { readOf, textOf, toolOf, turnOf, viewOf } from '../support/panel-harness/views.ts';

const open = usePanels();
const items = [
  readOf('r1', 'src/a.ts'),
  readOf('r2', 'src/b.ts'),
  toolOf('b1', 'Bash', 'npm test'),
  textOf('x1', 'The answer.'),
];
const view = viewOf({ turns: [turnOf('t1', 'Hello', items)] });

describe('the focus view', () => {
  it('folds the steps into one line that opens, says so, and is left again', async () => {
    await using panel = await open();
    await panel.show(view);
    await panel.push({ type: 'toggleFocusView' });
    await panel.page.getByText('The answer.').waitFor();
    assert.equal(await panel.page.getByText('npm test').count(), 0);
    assert.equal(await panel.page.getByRole('status').innerText(), 'Focus view is on');
    await panel.page.getByRole('button', { name: '3 steps hidden' }).click();
    await panel.page.getByRole('button', { name: /Ran npm test/ }).waitFor();
    await panel.page.getByRole('button', { name: 'Read 2 files' }).waitFor();
    await panel.push({ type: 'toggleFocusView' });
    assert.equal(await panel.page.getByText('3 steps').count(), 0);
    await panel.page.getByRole('button', { name: /Ran npm test/ }).waitFor();
  });

  it('is kept over a reload', async () => {
    await using first = await open();
    await first.show(view);
    await first.push({ type: 'toggleFocusView' });
    await first.page.waitForTimeout(250);
    await using second = await open({ savedState: await first.state() });
    await second.show(view);
    await second.page.getByRole('button', { name: '3 steps hidden' }).waitFor();
  });
});

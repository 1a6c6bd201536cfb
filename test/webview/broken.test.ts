// An error while something is drawn: a card in its place, a line for the log without content, and everything else goes on.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { breakOn } from '../support/panel-harness/break-on.ts';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import { textOf, toolOf, turnOf, viewOf } from '../support/panel-harness/views.ts';

const open = usePanels();
const text = 'secret words POISON';

describe('a panel in which something breaks', () => {
  it('shows a card for an item, tells the host where but not what, and draws the rest', async () => {
    await using panel = await open();
    await breakOn(panel.page, 'POISON');
    const items = [textOf('x1', 'Before it.'), textOf('x2', text), toolOf('b1', 'Bash', 'npm test')];
    await panel.show(viewOf({ turns: [turnOf('t1', 'Hello', items)] }));
    await panel.page.getByText('This part of the answer could not be shown').waitFor();
    await panel.page.getByText('Before it.').waitFor();
    await panel.page.getByRole('button', { name: /Ran npm test/ }).waitFor();
    const told = await panel.intent('renderFailed');
    assert.deepEqual({ part: told.part, error: told.error }, { part: 'item', error: 'TypeError' });
    assert.match(told.at, /^panel\.js:\d+:\d+/);
    assert.doesNotMatch(JSON.stringify(told), /POISON|secret/);
    await panel.page.getByRole('button', { name: 'Reload Panel' }).click();
    await panel.intent('reload');
  });

  it('draws an item again once it has changed, and tells the same fault once', async () => {
    await using panel = await open();
    await breakOn(panel.page, 'POISON');
    await panel.show(
      viewOf({ turns: [turnOf('t1', 'Hello', [textOf('x1', text, 'streaming')], { state: 'running' })] }),
    );
    await panel.patch({ op: 'append', turnId: 't1', itemId: 'x1', text: ' and more' });
    await panel.patch({ op: 'item', turnId: 't1', item: textOf('x1', 'Well again.') });
    await panel.page.getByText('Well again.').waitFor();
    assert.equal((await panel.intents()).filter(({ type }) => type === 'renderFailed').length, 1);
  });

  it('shows a card for a turn whose own words break, and goes on with the next', async () => {
    await using panel = await open();
    await breakOn(panel.page, 'POISON');
    const turns = [
      turnOf('t1', text, [textOf('x1', 'Lost with it.')]),
      turnOf('t2', 'Next', [textOf('x2', 'Still there.')]),
    ];
    await panel.show(viewOf({ turns }));
    await panel.page.getByText('This turn could not be shown').waitFor();
    await panel.page.getByText('Still there.').waitFor();
  });

  it('keeps transcript and composer when the rest of the panel breaks', async () => {
    await using panel = await open();
    await breakOn(panel.page, 'POISON');
    const queued = [{ id: 'm1', text, attachments: [] }];
    await panel.show(
      viewOf({ session: { state: 'running', queued }, turns: [turnOf('t1', 'Hello', [textOf('x1', 'Here.')])] }),
    );
    await panel.page.getByRole('alert').getByText('This part of the panel could not be shown').waitFor();
    await panel.page.getByText('Here.').waitFor();
    await panel.page.getByRole('textbox').fill('Still writing');
    assert.equal(await panel.page.getByRole('textbox').inputValue(), 'Still writing');
  });
});

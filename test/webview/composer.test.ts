// The composer: what Enter means, and what becomes of a draft.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { PanelPage } from '../support/panel-harness/panel-page.ts';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import { selection, thinkingOf, turnOf, viewOf } from '../support/panel-harness/views.ts';

const open = usePanels();
const isRunning = { state: 'running' as const };

describe('the composer', () => {
  it('sends with Enter, breaks with Shift+Enter, and lets the draft go only when it is accepted', async () => {
    await using panel = await open();
    await panel.show(viewOf({ environment: { selection } }));
    await composerOf(panel).pressSequentially('one');
    await panel.page.keyboard.press('Shift+Enter');
    await composerOf(panel).pressSequentially('two');
    await panel.page.keyboard.press('Enter');
    await panel.page.keyboard.press('Enter');
    const submit = await panel.intent('submit');
    assert.deepEqual(
      { text: submit.text, attachments: submit.attachments },
      { text: 'one\ntwo', attachments: [selection] },
    );
    assert.equal(await composerOf(panel).inputValue(), 'one\ntwo');
    await panel.push({ type: 'accepted', id: 'another' });
    assert.equal(await composerOf(panel).inputValue(), 'one\ntwo');
    await panel.push({ type: 'accepted', id: submit.id });
    assert.equal(await composerOf(panel).inputValue(), '');
    assert.equal((await panel.intents()).filter(({ type }) => type === 'submit').length, 1);
  });

  it('keeps a refused draft and says why', async () => {
    await using panel = await open();
    await panel.show(viewOf({}));
    await composerOf(panel).fill('Explain');
    await panel.page.keyboard.press('Enter');
    const { id } = await panel.intent('submit');
    await panel.push({ type: 'refused', id, reason: 'No API key is set. Set one, then send again.' });
    assert.match(await panel.page.getByRole('alert').innerText(), /No API key is set/);
    assert.equal(await composerOf(panel).inputValue(), 'Explain');
    await panel.page.keyboard.press('Enter');
    await panel.intent('submit', 2);
  });

  it('does not send the Enter that ends a composition', async () => {
    await using panel = await open();
    await panel.show(viewOf({}));
    await composerOf(panel).fill('にほん');
    const enter = (init: object) =>
      composerOf(panel).evaluate(
        (field, fields) =>
          field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, ...fields })),
        init,
      );
    await enter({ isComposing: true });
    await enter({ keyCode: 229 });
    assert.deepEqual(
      (await panel.intents()).map(({ type }) => type),
      ['ready'],
    );
    await enter({});
    await panel.intent('submit');
  });

  it('leaves the selection out when its chip is switched off', async () => {
    await using panel = await open();
    await panel.show(viewOf({ environment: { selection } }));
    await panel.page.getByRole('button', { name: 'Leave the selection out' }).click();
    await composerOf(panel).fill('Hello');
    await panel.page.keyboard.press('Enter');
    assert.deepEqual((await panel.intent('submit')).attachments, []);
  });

  it('recalls the last message with Up, and stops with Escape while a turn runs', async () => {
    await using panel = await open();
    await panel.show(viewOf({ session: isRunning, turns: [turnOf('t1', 'What I said', [], isRunning)] }));
    await composerOf(panel).focus();
    await panel.page.keyboard.press('ArrowUp');
    await holds(panel, 'What I said');
    await panel.page.keyboard.press('Escape');
    await panel.intent('stop');
  });

  it('walks through earlier messages from the first and the last line alone', async () => {
    await using panel = await open();
    await panel.show(viewOf({ turns: [turnOf('t1', 'First', []), turnOf('t2', 'Two\nlines', [])] }));
    await composerOf(panel).fill('Mine\nwith two lines');
    const press = (...keys: string[]) =>
      keys.reduce((all, key) => all.then(() => panel.page.keyboard.press(key)), Promise.resolve());
    await press('ArrowUp');
    await panel.page.waitForTimeout(20);
    await holds(panel, 'Mine\nwith two lines');
    await press('ArrowUp');
    await holds(panel, 'Two\nlines');
    await press('ArrowUp');
    await holds(panel, 'First');
    await press('ArrowDown');
    await holds(panel, 'Two\nlines');
    await press('ArrowDown');
    await holds(panel, 'Mine\nwith two lines');
  });

  it('shows the draft of the session that is shown', async () => {
    await using panel = await open();
    await panel.show(viewOf({}));
    await composerOf(panel).fill('For the first');
    await panel.show(viewOf({ session: { id: 'session-2' } }));
    await holds(panel, '');
    await composerOf(panel).fill('For the second');
    await panel.show(viewOf({}));
    await holds(panel, 'For the first');
    await panel.page.waitForTimeout(300);
    const kept = (await panel.keptDrafts()).flatMap((each) =>
      each.type === 'keepDraft' ? [[each.session, each.draft.text]] : [],
    );
    assert.deepEqual(
      new Map(kept.map(([session = '', text = '']) => [session, text])),
      new Map([
        ['session-1', 'For the first'],
        ['session-2', 'For the second'],
      ]),
    );
  });

  it('takes the draft that the host has kept where it is newer, and never where the person has typed since', async () => {
    const old = { text: 'Old', chips: [], at: 5 };
    await using panel = await open({ savedState: { session: 'session-1', drafts: { 'session-1': old }, open: [] } });
    await panel.show({ ...viewOf({}), draft: { text: 'Newer', chips: [selection], at: 6 } });
    await holds(panel, 'Newer');
    await panel.page.getByRole('button', { name: `Remove ${selection.label}` }).waitFor();
    await composerOf(panel).fill('Mine');
    await panel.show({ ...viewOf({}), draft: { text: 'Newer', chips: [], at: 6 } });
    await holds(panel, 'Mine');
  });

  it('grows to two fifths of the height and no further', async () => {
    await using panel = await open({ height: 600 });
    await panel.show(viewOf({}));
    await composerOf(panel).fill('line\n'.repeat(80));
    const { height } = (await composerOf(panel).boundingBox())!;
    assert.ok(height > 200 && height <= 240, `${height}`);
  });

  it('takes text from the editor below what was typed, with its chip and the focus', async () => {
    await using panel = await open();
    await panel.show(viewOf({}));
    await composerOf(panel).fill('Mine');
    await panel.push({ type: 'compose', text: 'Fix this problem', attachments: [selection], send: true });
    const { text, attachments } = await panel.intent('submit');
    assert.deepEqual({ text, attachments }, { text: 'Mine\n\nFix this problem', attachments: [selection] });
  });

  it('puts text that comes with another conversation into that one', async () => {
    await using panel = await open();
    await panel.show(viewOf({}));
    await composerOf(panel).fill('Mine');
    const view = viewOf({ session: { id: 'session-2' } });
    await panel.push(
      { type: 'snapshot', seq: 2, view },
      { type: 'compose', text: 'For the other', attachments: [], send: false },
    );
    assert.equal(await composerOf(panel).inputValue(), 'For the other');
    await panel.push({ type: 'snapshot', seq: 3, view: viewOf({}) });
    assert.equal(await composerOf(panel).inputValue(), 'Mine');
  });

  it('brings draft and open rows back after a reload', async () => {
    await using panel = await open({
      savedState: {
        session: 'session-1',
        drafts: { 'session-1': { text: 'Half a thought', chips: [], at: 5 } },
        open: ['h1'],
      },
    });
    await panel.show(viewOf({ turns: [turnOf('t1', 'Hello', [thinkingOf('h1', 'Deep in thought')])] }));
    assert.equal(await composerOf(panel).inputValue(), 'Half a thought');
    await panel.page.getByText('Deep in thought').waitFor();
  });

  it('does not send in a restricted folder, and shows the way out', async () => {
    await using panel = await open();
    await panel.show(viewOf({ environment: { trusted: false } }));
    await composerOf(panel).fill('Hello');
    await panel.page.keyboard.press('Enter');
    await panel.page.getByRole('button', { name: 'Manage Trust' }).click();
    const types = (await panel.intents()).map((intent) =>
      intent.type === 'runCommand' ? intent.command : intent.type,
    );
    assert.deepEqual(types, ['ready', 'workbench.trust.manage']);
  });

  it('takes queued messages back', async () => {
    await using panel = await open();
    const queued = [{ id: 'm1', text: 'Then the changelog', attachments: [] }];
    await panel.show(viewOf({ session: { ...isRunning, queued }, turns: [turnOf('t1', 'Hello', [], isRunning)] }));
    await panel.page.getByRole('button', { name: 'Remove from queue: Then the changelog' }).click();
    assert.deepEqual(await panel.intent('unqueue'), { type: 'unqueue', id: 'm1' });
  });

  it('steers with Control+Enter, and stops and sends with Control+Shift+Enter', async () => {
    await using panel = await open();
    await panel.show(viewOf({ session: isRunning, turns: [turnOf('t1', 'Hello', [], isRunning)] }));
    await composerOf(panel).fill('In French');
    await panel.page.keyboard.press('Control+Enter');
    const first = await panel.intent('submit');
    await panel.push({ type: 'accepted', id: first.id });
    await composerOf(panel).fill('Stop that');
    await panel.page.keyboard.press('Control+Shift+Enter');
    const second = await panel.intent('submit', 2);
    assert.deepEqual(
      [first, second].map(({ text, delivery }) => [text, delivery]),
      [
        ['In French', 'steer'],
        ['Stop that', 'interrupt'],
      ],
    );
  });

  it('says how each queued message will be delivered, and changes that by keys', async () => {
    await using panel = await open({ width: 280 });
    const queued = [
      { id: 'm1', text: 'Then the changelog', attachments: [] },
      { id: 'm2', text: 'In French', attachments: [], steer: true },
    ];
    await panel.show(viewOf({ session: { ...isRunning, queued }, turns: [turnOf('t1', 'Hello', [], isRunning)] }));
    const rows = panel.page.getByRole('region', { name: 'Queued messages' }).getByRole('listitem');
    assert.match(await rows.nth(0).innerText(), /^Next/);
    assert.match(await rows.nth(1).innerText(), /^This turn/);
    await panel.page.getByRole('button', { name: 'Send into this turn: Then the changelog' }).press('Enter');
    await panel.page.getByRole('button', { name: 'Send into this turn: In French', pressed: true }).press('Enter');
    await panel.page.getByRole('button', { name: 'Stop and send now: Then the changelog' }).press('Enter');
    await panel.page.getByRole('button', { name: 'Edit: In French' }).press('Enter');
    assert.deepEqual((await panel.intents()).slice(1), [
      { type: 'deliver', id: 'm1', delivery: 'steer' },
      { type: 'deliver', id: 'm2', delivery: 'follow_up' },
      { type: 'deliver', id: 'm1', delivery: 'interrupt' },
      { type: 'unqueue', id: 'm2', edit: true },
    ]);
  });

  it('keeps the queue after a stop, says that it waits, and sends from it', async () => {
    await using panel = await open();
    const queued = [{ id: 'm1', text: 'Then the changelog', attachments: [] }];
    await panel.show(viewOf({ session: { queued }, turns: [turnOf('t1', 'Hello', [], { state: 'stopped' })] }));
    await panel.page.getByText('Waits').waitFor();
    assert.equal(await panel.page.getByRole('button', { name: /into this turn/ }).count(), 0);
    await panel.page.getByRole('button', { name: 'Send now: Then the changelog', exact: true }).click();
    assert.deepEqual(await panel.intent('deliver'), { type: 'deliver', id: 'm1', delivery: 'interrupt' });
  });
});

function composerOf({ page }: PanelPage) {
  return page.getByRole('textbox', { name: 'Ask Capstan' });
}

async function holds(panel: PanelPage, text: string): Promise<void> {
  await panel.page.waitForFunction((wanted) => document.querySelector('textarea')?.value === wanted, text);
}

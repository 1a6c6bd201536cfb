// The todo list above the composer: what its line says, when it is there, and how it opens.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { TodoView } from '../../src/shared/view-model.ts';
import type { PanelPage } from '../support/panel-harness/panel-page.ts';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import { textOf, turnOf, viewOf } from '../support/panel-harness/views.ts';

const open = usePanels();
const isRunning = { state: 'running' as const };

const todo = (content: string, status: TodoView['status']): TodoView => ({
  content,
  status,
  activeForm: `${content}ing`,
});
const todos = [
  todo('Read', 'completed'),
  todo('Test', 'completed'),
  todo('Fix', 'in_progress'),
  todo('Lint', 'pending'),
];
const turns = [turnOf('t1', 'Go', [textOf('x1', 'I go.')], isRunning)];

const lineOf = ({ page }: PanelPage) => page.getByRole('region', { name: 'Todo list' }).getByRole('button');
const words = async (panel: PanelPage) => (await lineOf(panel).innerText()).replaceAll(/\s+/g, ' ').trim();

describe('the todo list', () => {
  it('is not there until there is one, and goes when it is cleared', async () => {
    await using panel = await open();
    await panel.show(viewOf({ session: isRunning, turns }));
    assert.equal(await lineOf(panel).count(), 0);
    await panel.patch({ op: 'session', fields: { todos } });
    assert.equal(await lineOf(panel).count(), 1);
    await panel.patch({ op: 'session', fields: { todos: [] } });
    assert.equal(await lineOf(panel).count(), 0);
  });

  it('says how far it is and what goes on, and what is next where nothing does', async () => {
    await using panel = await open();
    await panel.show(viewOf({ session: { ...isRunning, todos }, turns }));
    assert.equal(await words(panel), '2 of 4 done Fixing');
    await panel.patch({ op: 'session', fields: { todos: todos.toSpliced(2, 1, todo('Fix', 'completed')) } });
    assert.equal(await words(panel), '3 of 4 done Lint');
    await panel.patch({ op: 'session', fields: { state: 'idle', todos } });
    assert.equal(await words(panel), '2 of 4 done Fix');
  });

  it('stays while a turn runs when all is done, and goes with its end', async () => {
    await using panel = await open();
    const done = todos.map(({ content }) => todo(content, 'completed'));
    await panel.show(viewOf({ session: { ...isRunning, todos: done }, turns }));
    assert.equal(await words(panel), '4 of 4 done All done');
    await panel.patch({ op: 'session', fields: { state: 'idle' } });
    assert.equal(await lineOf(panel).count(), 0);
  });

  it('opens by keys to the whole list, each state in words, and stays open while it changes', async () => {
    await using panel = await open();
    await panel.show(viewOf({ session: { ...isRunning, todos }, turns }));
    await lineOf(panel).focus();
    await panel.page.keyboard.press('Enter');
    assert.equal(await lineOf(panel).getAttribute('aria-expanded'), 'true');
    const items = panel.page.getByRole('list', { name: 'What is to be done' }).getByRole('listitem');
    assert.deepEqual(await items.allTextContents(), ['Read, done', 'Test, done', 'Fix, in progress', 'Lint, to do']);
    await panel.patch({ op: 'session', fields: { todos: [...todos, todo('Ship', 'pending')] } });
    assert.equal(await items.count(), 5);
    assert.equal(await lineOf(panel).evaluate((line) => line === document.activeElement), true);
    await panel.page.keyboard.press('Enter');
    assert.equal(await items.count(), 0);
  });

  it('stands between transcript and composer in the order of Tab', async () => {
    await using panel = await open();
    await panel.show(viewOf({ session: { ...isRunning, todos }, turns }));
    await lineOf(panel).focus();
    await panel.page.keyboard.press('Tab');
    const composer = panel.page.getByRole('textbox', { name: 'Ask Capstan' });
    assert.equal(await composer.evaluate((field) => field === document.activeElement), true);
  });

  it('leaves room for the conversation, however long it is', async () => {
    await using panel = await open({ height: 640 });
    const long = Array.from({ length: 100 }, (_, index) => todo(`Step ${index}`, 'pending'));
    await panel.show(viewOf({ session: { ...isRunning, todos: long }, turns }));
    await lineOf(panel).click();
    const { height } = (await panel.page.getByRole('region', { name: 'Todo list' }).boundingBox())!;
    assert.ok(height < 640 * 0.36, `${height}`);
  });
});

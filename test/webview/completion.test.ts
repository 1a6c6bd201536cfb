// What is offered while an `@` word or a `/` command is typed: by keys, by mouse, for a screen reader, with input methods.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { PanelPage } from '../support/panel-harness/panel-page.ts';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import { found } from '../support/panel-harness/states.ts';
import { turnOf, viewOf } from '../support/panel-harness/views.ts';

const open = usePanels();

describe('mentions', () => {
  it('are chosen by arrows and Enter: the word goes, the chip comes', async () => {
    await using panel = await open({ width: 280 });
    await panel.show(viewOf({}));
    await composerOf(panel).pressSequentially('Look at @par');
    assert.deepEqual(await answer(panel, 4), ['', 'p', 'pa', 'par']);
    const options = panel.page.getByRole('option');
    assert.equal(await options.count(), found.length);
    assert.equal(await activeOption(panel), 'parser.ts');
    await panel.page.keyboard.press('ArrowDown');
    assert.equal(await activeOption(panel), 'parser/');
    await panel.page.keyboard.press('ArrowUp');
    await panel.page.keyboard.press('ArrowUp');
    assert.equal(await activeOption(panel), 'Git changes');
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.keyboard.press('Enter');
    assert.equal(await composerOf(panel).inputValue(), 'Look at ');
    const { id, mention } = await panel.intent('attach');
    assert.deepEqual(mention, found[0]);
    const attachment = { kind: 'file' as const, label: 'src/parser.ts', text: 'The file …' };
    await panel.push({ type: 'attached', id, attachment });
    await panel.page.keyboard.type('please');
    await panel.page.keyboard.press('Enter');
    const { text, attachments } = await panel.intent('submit');
    assert.deepEqual({ text, attachments }, { text: 'Look at please', attachments: [attachment] });
  });

  it('take Tab and a click as well, and an Enter that comes before the answer', async () => {
    await using panel = await open();
    await panel.show(viewOf({}));
    await composerOf(panel).fill('@p');
    await answer(panel, 1);
    await panel.page.keyboard.press('Tab');
    await panel.intent('attach');
    await composerOf(panel).fill('@q');
    await answer(panel, 2);
    await panel.page.getByRole('option', { name: 'Git changes' }).click();
    assert.equal((await panel.intent('attach', 2)).mention.kind, 'changes');
    await composerOf(panel).fill('@pars');
    await panel.page.keyboard.press('Enter');
    await answer(panel, 3);
    await panel.intent('attach', 3);
    assert.equal(await composerOf(panel).inputValue(), '');
    assert.equal((await panel.intents()).filter(({ type }) => type === 'submit').length, 0);
  });

  it('close with Escape, which stops no turn then, and say why there are none', async () => {
    await using panel = await open();
    const running = { state: 'running' as const };
    await panel.show(viewOf({ session: running, turns: [turnOf('t1', 'Hello', [], running)] }));
    await composerOf(panel).fill('@p');
    await answer(panel, 1);
    await panel.page.keyboard.press('Escape');
    assert.equal(await panel.page.getByRole('listbox').count(), 0);
    await panel.page.keyboard.type('arser');
    assert.equal(await panel.page.getByRole('listbox').count(), 0);
    assert.deepEqual(
      (await panel.intents()).map(({ type }) => type),
      ['ready', 'findMentions'],
    );
    await composerOf(panel).fill('and @x');
    const { id } = await panel.intent('findMentions', 2);
    await panel.push({ type: 'mentions', id, found: [], note: 'This folder is restricted.' });
    await panel.page.getByText('This folder is restricted.').waitFor();
  });

  it('show the answer to the newest question alone, and take more of it later', async () => {
    await using panel = await open();
    await panel.show(viewOf({}));
    await composerOf(panel).pressSequentially('@pa');
    const first = await panel.intent('findMentions', 1);
    const last = await panel.intent('findMentions', 3);
    await panel.push({ type: 'mentions', id: first.id, found });
    assert.equal(await panel.page.getByRole('option').count(), 0);
    await panel.push({ type: 'mentions', id: last.id, found: found.slice(0, 2) });
    await panel.page.keyboard.press('ArrowDown');
    await panel.push({ type: 'mentions', id: last.id, found });
    assert.equal(await panel.page.getByRole('option').count(), found.length);
    assert.equal(await activeOption(panel), 'parser/');
  });

  it('ask for nothing while an input method composes, nor in the middle of a word', async () => {
    await using panel = await open();
    await panel.show(viewOf({}));
    await composerOf(panel).fill('me@example');
    await composerOf(panel).evaluate((field: HTMLTextAreaElement) => {
      field.value = '@にほ';
      field.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: true }));
    });
    assert.equal((await panel.intents()).length, 1);
    await composerOf(panel).evaluate((field) => {
      field.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true, data: '@にほ' }));
    });
    assert.equal((await panel.intent('findMentions')).query, 'にほ');
  });
});

describe('dropped and pasted paths', () => {
  it('become chips; what is none of the workspace is typed', async () => {
    await using panel = await open();
    await panel.show(viewOf({}));
    await give(panel, 'drop', 'application/vnd.code.uri-list', 'file:///sample/a.ts\r\nfile:///sample/src');
    assert.deepEqual(
      (await panel.intents()).flatMap((intent) => (intent.type === 'attach' ? [intent.mention.path] : [])),
      ['file:///sample/a.ts', 'file:///sample/src'],
    );
    await composerOf(panel).fill('See ');
    await give(panel, 'paste', 'text/plain', '/elsewhere/b.ts');
    const { id } = await panel.intent('attach', 3);
    await panel.push({ type: 'attached', id, reason: 'Only what lies in this workspace can be attached.' });
    assert.equal(await composerOf(panel).inputValue(), 'See /elsewhere/b.ts');
    assert.equal(await panel.page.getByRole('alert').count(), 0);
  });

  it('leave other text alone', async () => {
    await using panel = await open();
    await panel.show(viewOf({}));
    assert.equal(await give(panel, 'paste', 'text/plain', 'see /etc/passwd for more'), false);
    assert.equal((await panel.intents()).length, 1);
  });
});

describe('slash commands', () => {
  it('are offered at the start of a message alone, and run', async () => {
    await using panel = await open({ width: 280 });
    await panel.show(viewOf({}));
    await composerOf(panel).fill('a /s');
    assert.equal(await panel.page.getByRole('listbox').count(), 0);
    await composerOf(panel).fill('/se');
    assert.deepEqual(await panel.page.locator('.offer-name').allInnerTexts(), ['/sessions', '/settings']);
    await panel.page.keyboard.press('Enter');
    assert.deepEqual(await panel.intent('runCommand'), { type: 'runCommand', command: 'capstan.sessions' });
    assert.equal(await composerOf(panel).inputValue(), '');
  });

  it('are found by the names they have elsewhere too', async () => {
    await using panel = await open();
    await panel.show(viewOf({}));
    await composerOf(panel).fill('/cle');
    assert.deepEqual(await panel.page.locator('.offer-name').allInnerTexts(), ['/new']);
    await composerOf(panel).fill('/cost');
    await panel.page.keyboard.press('Escape');
    await panel.page.keyboard.press('Enter');
    assert.deepEqual(await panel.intent('runCommand'), { type: 'runCommand', command: 'capstan.showContext' });
  });

  it('take words where they can, and send what is no command', async () => {
    await using panel = await open();
    await panel.show(viewOf({}));
    await composerOf(panel).pressSequentially('/com');
    await panel.page.keyboard.press('Tab');
    assert.equal(await composerOf(panel).inputValue(), '/compact ');
    await panel.page.keyboard.type('the parser');
    await panel.page.keyboard.press('Enter');
    assert.deepEqual(await panel.intent('runCommand'), {
      type: 'runCommand',
      command: 'capstan.compact',
      argument: 'the parser',
    });
    await composerOf(panel).fill('/new approach: use a map');
    await panel.page.keyboard.press('Enter');
    assert.equal((await panel.intent('submit')).text, '/new approach: use a map');
  });
});

function composerOf({ page }: PanelPage) {
  return page.getByRole('textbox', { name: 'Ask Capstan' });
}

/** Answers the `count`th question; returns all that were asked. */
async function answer(panel: PanelPage, count: number): Promise<string[]> {
  const { id } = await panel.intent('findMentions', count);
  await panel.push({ type: 'mentions', id, found });
  return (await panel.intents()).flatMap((intent) => (intent.type === 'findMentions' ? [intent.query] : []));
}

/** What a screen reader says is chosen. */
async function activeOption(panel: PanelPage): Promise<string | null> {
  const id = await composerOf(panel).getAttribute('aria-activedescendant');
  const option = panel.page.locator(`#${id}[aria-selected=true]`);
  return option.locator('.offer-name').textContent();
}

/** Drops or pastes text; resolves to whether the panel has taken it. */
function give(panel: PanelPage, how: 'drop' | 'paste', type: string, text: string): Promise<boolean> {
  return composerOf(panel).evaluate(
    (field, [kind, mime, data]) => {
      const transfer = new DataTransfer();
      transfer.setData(mime, data);
      const init = { bubbles: true, cancelable: true };
      const event =
        kind === 'drop'
          ? new DragEvent('drop', { ...init, dataTransfer: transfer })
          : new ClipboardEvent('paste', { ...init, clipboardData: transfer });
      return !field.dispatchEvent(event);
    },
    [how, type, text] as const,
  );
}

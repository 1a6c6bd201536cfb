// What the panel offers a person who has no key yet, or one that was refused, and where a card leads that says a request failed.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Environment } from '../../src/shared/view-model.ts';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import { noticeOf, turnOf, viewOf } from '../support/panel-harness/views.ts';

const open = usePanels();

describe('the way in', () => {
  const offers: readonly [Environment['key'], string, readonly [button: string, command: string][]][] = [
    [
      'missing',
      'An API key or a local model is needed to get answers.',
      [
        ['Take a Tour', 'capstan.takeTour'],
        ['Use a Local Model', 'capstan.useLocalModel'],
        ['Set API Key', 'capstan.setKey'],
      ],
    ],
    [
      'refused',
      'The API key was refused.',
      [
        ['Test Connection', 'capstan.testConnection'],
        ['Change API Key', 'capstan.setKey'],
      ],
    ],
    ['present', 'API key is set', []],
    ['unneeded', 'Local model: no key is needed', []],
  ];
  for (const [key, words, buttons] of offers) {
    it(`says how the key stands, and offers what helps: ${key}`, async () => {
      await using panel = await open();
      await panel.show(viewOf({ environment: { key } }));
      await panel.page.getByText(words).waitFor();
      assert.equal(await panel.page.locator('.key-status vscode-button').count(), buttons.length);
      for (const [index, [name, command]] of buttons.entries()) {
        await panel.page.getByRole('button', { name }).click();
        assert.deepEqual(await panel.intent('runCommand', index + 1), { type: 'runCommand', command });
      }
    });
  }

  it('says that a tour is a script, for as long as it is shown', async () => {
    await using panel = await open();
    await panel.show(viewOf({ session: { model: 'scripted-tour' } }));
    await panel.page.getByText('answers follow a script').waitFor();
    await panel.show(viewOf({}));
    await panel.page.getByText('answers follow a script').waitFor({ state: 'detached' });
  });

  it('tests the connection from the card of a request that failed', async () => {
    await using panel = await open();
    const actions = [{ label: 'Test connection', action: 'testConnection' as const }];
    await panel.show(viewOf({ turns: [turnOf('t1', 'Hi', [noticeOf('n1', { level: 'error', actions })])] }));
    await panel.page.getByRole('button', { name: 'Test connection' }).click();
    assert.deepEqual(await panel.intent('runCommand'), { type: 'runCommand', command: 'capstan.testConnection' });
  });
});

// The commands that do what the panel's buttons do: what they ask of the conversation, and what they press.
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { createPanelCommands } from '../../../src/host/surfaces/panel-commands.ts';
import type { Surfaces } from '../../../src/host/surfaces/surfaces.ts';
import { commands } from '../../../src/shared/contributions.ts';
import type { QueuedMessage } from '../../../src/shared/view-model.ts';
import { activated, until } from '../editor.ts';

describe("the commands of the panel's buttons", function () {
  this.timeout(60_000);
  let asked: unknown[];
  let sent: unknown[];
  let focused: number;
  let visible: boolean;
  let running: boolean;
  let turns: { id: string }[];
  let queued: QueuedMessage[];

  const active = {
    get visible() {
      return visible;
    },
    conversation: {
      restore: async () => {},
      get view() {
        return { session: { state: running ? 'running' : 'idle', queued }, turns };
      },
      get session() {
        return { running };
      },
    },
    ask: (intent: unknown) => void asked.push(intent),
    send: (message: unknown) => void sent.push(message),
  };
  const handlers = createPanelCommands({ active, focus: async () => void (focused += 1) } as unknown as Surfaces);

  before(() => activated());
  beforeEach(() => {
    [asked, sent, turns, queued] = [[], [], [], []];
    [focused, visible, running] = [0, true, false];
  });
  afterEach(() => vscode.commands.executeCommand('notifications.clearAll'));

  it('press in the panel, which is shown first where it is not', async () => {
    await handlers[commands.editAgain]();
    assert.equal(focused, 0);
    visible = false;
    await handlers[commands.copyCode]();
    assert.equal(focused, 1);
    assert.deepEqual(sent, [
      { type: 'press', button: 'editAgain' },
      { type: 'press', button: 'copyCode' },
    ]);
  });

  it('send the last message again, but none where there is none or one is being answered', async () => {
    await handlers[commands.retry]();
    turns = [{ id: 't1' }, { id: 't2' }];
    running = true;
    await handlers[commands.retry]();
    assert.deepEqual(asked, []);
    running = false;
    await handlers[commands.retry]();
    assert.deepEqual(asked, [{ type: 'retry', turnId: 't2' }]);
  });

  it('show what waits, and do with it what its row can', async () => {
    await handlers[commands.queued]();
    assert.deepEqual(asked, []);
    running = true;
    queued = [
      { id: 'q1', text: 'First', attachments: [] },
      { id: 'q2', text: 'Second $(x)', attachments: [], steer: true },
    ];
    /** Goes down so often in the list of messages and in what can be done with one. */
    const choose = async (...rows: readonly number[]) => {
      let ended = false;
      const work = handlers[commands.queued]().then(() => (ended = true));
      for (const row of rows) {
        await sleep(700);
        for (let at = 0; at < row; at += 1)
          await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
        await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      }
      await until('the pick has ended', () => ended, 20_000);
      await work;
    };
    await choose(0, 1);
    await choose(1, 1);
    await choose(0, 2);
    await choose(0, 3);
    await choose(0, 0);
    running = false;
    await choose(0, 1);
    assert.deepEqual(asked, [
      { type: 'deliver', id: 'q1', delivery: 'steer' },
      { type: 'deliver', id: 'q2', delivery: 'follow_up' },
      { type: 'deliver', id: 'q1', delivery: 'interrupt' },
      { type: 'unqueue', id: 'q1' },
      { type: 'unqueue', id: 'q1', edit: true },
      { type: 'deliver', id: 'q1', delivery: 'interrupt' },
    ]);
  });
});

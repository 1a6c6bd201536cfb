import { afterEach, before, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { createSessionFiles } from '../../../src/adapters/session-files.ts';
import type { DurableEvent } from '../../../src/core/events.ts';
import { SessionLockedError, type SessionShelf } from '../../../src/core/sessions/session-log.ts';
import { Conversation } from '../../../src/host/conversation.ts';
import { Log } from '../../../src/host/log.ts';
import { SessionActions } from '../../../src/host/sessions/session-actions.ts';
import { SessionList } from '../../../src/host/sessions/session-list.ts';
import { createShownCommands } from '../../../src/host/sessions/shown-commands.ts';
import { commands } from '../../../src/shared/contributions.ts';
import { SessionPool } from '../../../src/host/sessions/session-pool.ts';
import { startEngine } from '../../support/engine/engine-harness.ts';
import { MemoryLog } from '../../support/engine/memory-log.ts';
import { activated, until } from '../editor.ts';
import { ACCEPT, answerInput, CLOSE, NEXT } from '../quick-inputs.ts';

const SECRET = ['sk-ant', 'api03', 'A1b2'.repeat(23), 'AAAAAAAA'].join('-');

describe('conversations', () => {
  let log: Log;
  let folder: string;
  let shelf: SessionShelf;
  let pool: SessionPool;
  let conversation: Conversation;
  let actions: SessionActions;
  let list: SessionList;

  before(async () => {
    await activated();
    // Never disposed of: its channel is the extension's own.
    log = new Log();
  });
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'capstan-conversations-'));
    shelf = createSessionFiles({ folder, onFailure: () => {}, onWarning: () => {} });
    pool = new SessionPool({
      openSession: async (id) => {
        // From the file, without writing to it.
        const held = await shelf.open(id);
        const engine = await startEngine([], { log: new MemoryLog(held.entries, id) });
        return {
          session: engine.session,
          async close() {
            await engine[Symbol.asyncDispose]();
            await held.close();
          },
        };
      },
      warn: () => {},
    });
    conversation = new Conversation({
      pool,
      memory: { get: () => 'new', set: () => {} },
      obstacle: async () => undefined,
      model: () => 'test-model',
      warn: () => {},
      locked: () => {},
    });
    const open = (id: string) => conversation.show(id);
    const isShown = (id: string) => id === shownId();
    actions = new SessionActions({
      pool,
      places: { isShown, open, openTab: open, openInBackground: open },
      shelf,
      log,
    });
    list = new SessionList({ pool, isShown, shelf, actions, folder: () => '/w', prices: () => ({}) });
    for (const [at, id] of ['oldest', 'middle', 'newest'].entries()) await write(id, at);
  });
  afterEach(async () => {
    await vscode.commands.executeCommand(CLOSE);
    await pool.dispose();
    await conversation.dispose();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const write = async (id: string, at: number) => {
    const events: DurableEvent[] = [
      { type: 'session_started', sessionId: id, cwd: '/w', product: 'test', createdAt: at },
      { type: 'session_titled', title: `The ${id}` },
      { type: 'turn_started', turnId: 't', input: { id: 'i', text: `Use ${SECRET} in ${id}`, attachments: [] } },
      {
        type: 'turn_completed',
        turnId: 't',
        outcome: 'done',
        reason: '',
        usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
        model: 'm',
        durationMs: 1,
      },
    ];
    const file = await shelf.open(id);
    for (const event of events) file.append({ ...event, at });
    await file.close();
  };
  const shownId = () => conversation.session?.id;
  const session = (id: string) => ({ id, title: `The ${id}` });
  const ids = async () => (await shelf.list('/w')).map(({ id }) => id);

  it('are listed newest first, and Enter opens the one that is chosen', async () => {
    const done = list.show();
    await answerInput(NEXT, ACCEPT);
    await done;
    assert.equal(shownId(), 'middle');
    assert.equal(conversation.view.session.title, 'The middle');
  });

  it('stay as they are when the list is left', async () => {
    const done = list.show();
    await answerInput(CLOSE);
    await done;
    assert.equal(shownId(), undefined);
  });

  it('are exported in every format, without keys', async () => {
    for (const format of ['md', 'html', 'json'] as const) {
      const target = vscode.Uri.file(path.join(folder, `export.${format}`));
      await actions.exportTo(session('newest'), format, target);
      const text = await readFile(target.fsPath, 'utf8');
      assert.ok(text.includes('The newest') && text.includes('in newest'), text);
      assert.ok(!text.includes(SECRET), format);
    }
  });

  it('are renamed, exported and copied where they are shown; where nothing is, nothing happens', async () => {
    const shown = createShownCommands(() => conversation, actions);
    for (const command of [commands.renameConversation, commands.exportConversation, commands.copyConversation])
      await shown[command]('A title');
    assert.equal(shownId(), undefined);
    await conversation.show('middle');
    await shown[commands.renameConversation](' A better\n title ');
    assert.equal(conversation.view.session.title, 'A better title');
    const exported = shown[commands.exportConversation]();
    await answerInput(CLOSE);
    await exported;
    assert.equal(shownId(), 'middle');
    await shown[commands.copyConversation]();
    assert.notEqual(shownId(), 'middle');
    assert.equal(conversation.view.session.title, 'The middle (copy)');
    assert.equal((await ids()).length, 4);
  });

  it('are gone back to at what was said: in a copy, or from the beginning; a failure is told and changes nothing', async () => {
    const back = (turnId: string) => actions.forkBefore(session('middle'), turnId, conversation);
    const file = await shelf.open('middle');
    const input = { id: 'i2', text: 'And then', attachments: [] };
    file.append({ type: 'turn_started', turnId: 't2', input, at: 9 });
    await file.close();
    await conversation.show('middle');
    assert.equal(await back('unknown'), undefined);
    assert.equal(shownId(), 'middle');
    assert.equal((await back('t2'))?.text, 'And then');
    assert.notEqual(shownId(), 'middle');
    assert.deepEqual(
      conversation.view.turns.map(({ id }) => id),
      ['t'],
    );
    assert.match((await back('t'))!.text, /in middle$/);
    assert.equal(shownId(), undefined);
    assert.equal((await shelf.read('middle')).filter(({ type }) => type === 'turn_started').length, 2);
  });

  it('are deleted, also while they are open, and come back; the end of the window is the end of them', async () => {
    await conversation.show('middle');
    await actions.remove(session('middle'));
    assert.equal(shownId(), undefined);
    assert.deepEqual(await ids(), ['newest', 'oldest']);
    await actions.restore(session('middle'), true);
    assert.equal(shownId(), 'middle');
    assert.deepEqual(await ids(), ['newest', 'middle', 'oldest']);
    await actions.remove(session('oldest'));
    await actions.dispose();
    assert.deepEqual(await ids(), ['newest', 'middle']);
    await assert.rejects(access(path.join(folder, 'deleted', 'oldest.jsonl')));
  });

  it('are copied where another window has them, and the copy is shown', async () => {
    const other = createSessionFiles({ folder, onFailure: () => {}, onWarning: () => {} });
    const held = await other.open('newest');
    await assert.rejects(conversation.show('newest'), SessionLockedError);
    await actions.fork(session('newest'));
    await held.close();
    assert.equal(conversation.view.session.title, 'The newest (copy)');
    assert.equal(conversation.view.turns.length, 1);
    assert.equal((await ids()).length, 4);
  });

  it('are archived, and listed last', async () => {
    await actions.setArchived(session('newest'), true);
    const done = list.show();
    await answerInput(ACCEPT);
    await done;
    await until('it is shown', () => shownId() !== undefined);
    assert.equal(shownId(), 'middle');
  });
});

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { AgentSession } from '../../../src/core/engine/agent-session.ts';
import type { AgentStep } from '../../../src/core/events.ts';
import { SessionLockedError } from '../../../src/core/sessions/session-log.ts';
import { Conversation, type ConversationParts } from '../../../src/host/conversation.ts';
import { type OpenedSession, SessionPool } from '../../../src/host/sessions/session-pool.ts';
import { type EngineHarness, inputOf, startEngine } from '../../support/engine/engine-harness.ts';
import { MemoryLog } from '../../support/engine/memory-log.ts';
import { text } from '../../support/model/answer.ts';
import type { Script } from '../../support/model/model-server.ts';

const ANSWER: Script = [{ blocks: [text('Fine.')] }, { blocks: [text('Fine again.')] }];
/** Says a few letters, then nothing until the test lets it. */
const HELD: Script = [{ blocks: [text('A long answer', { gate: 'go', gateAt: 3 })] }, { blocks: [text('Next.')] }];

describe('a conversation of a window', () => {
  /** What stands on the disk, by id. */
  let logs: Map<string, MemoryLog>;
  let engines: Map<string, EngineHarness>;
  let openings: string[];
  let lockedElsewhere: Set<string>;
  let remembered: string | undefined;
  let obstacle: string | undefined;
  let told: string[];
  let locked: string[];
  let script: Script;
  let pool: SessionPool;
  let conversation: Conversation;

  const openSession = async (id: string) => {
    openings.push(id);
    const before = logs.get(id);
    if (lockedElsewhere.has(id) || (before && engines.has(id) && !before.closed)) throw new SessionLockedError(id);
    const log = new MemoryLog(before?.all ?? [], id);
    logs.set(id, log);
    const engine = await startEngine(script, { log });
    engines.set(id, engine);
    return {
      session: engine.session,
      async close() {
        await engine[Symbol.asyncDispose]();
        await log.close();
      },
    };
  };
  const createPool = (open: (id: string) => Promise<OpenedSession> = openSession) =>
    new SessionPool({ openSession: open, warn: (message) => told.push(message) });
  const create = (of = pool, memory?: ConversationParts['memory']) => {
    const made = new Conversation({
      pool: of,
      memory: memory ?? { get: () => remembered, set: (id) => (remembered = id) },
      obstacle: async () => obstacle,
      model: () => 'test-model',
      warn: (message) => told.push(message),
      locked: (id) => locked.push(id),
    });
    made.listen({ replaced: () => told.push(`shown ${made.session ? 'one' : 'none'}`) });
    return made;
  };
  const openWindow = () => {
    pool = createPool();
    conversation = create();
  };
  const closeWindow = () => Promise.all([pool.dispose(), conversation.dispose()]);
  const shownId = () => conversation.session?.id ?? 'none';
  const say = async (words: string) => {
    assert.deepEqual(await conversation.submit(inputOf(words)), { taken: true });
    return shownId();
  };
  const idle = () => conversation.session?.whenIdle();
  const said = () => conversation.view.turns.map((turn) => turn.text);
  const until = async (what: string, probe: () => boolean) => {
    for (let round = 0; !probe(); round++) {
      assert.ok(round < 2000, `${what} did not come`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  const streaming = () => until('the first letters', () => (conversation.view.turns.at(-1)?.items.length ?? 0) > 0);
  const release = (id: string) => engines.get(id)!.server.release('go');

  beforeEach(() => {
    logs = new Map();
    engines = new Map();
    openings = [];
    lockedElsewhere = new Set();
    remembered = obstacle = undefined;
    told = [];
    locked = [];
    script = ANSWER;
    openWindow();
  });
  afterEach(closeWindow);

  it('begins a session with the first message, and none when something stands in the way', async () => {
    obstacle = 'There is no key.';
    assert.deepEqual(await conversation.submit(inputOf('Hello')), { taken: false, reason: 'There is no key.' });
    assert.deepEqual(openings, []);
    obstacle = undefined;
    await say('Hello');
    await idle();
    assert.deepEqual(said(), ['Hello']);
    assert.equal(remembered, shownId());
    assert.equal(pool.activity, 'idle');
  });

  it('refuses a message that it can open no session for, and takes the next', async () => {
    const broken = create(createPool(async () => Promise.reject(new Error('disk'))));
    const result = await broken.submit(inputOf('Hello'));
    assert.equal(result.taken, false);
    assert.match(told.join(), /could not be sent/);
  });

  it('begins another while one runs, which goes on behind and is closed when it is done', async () => {
    script = HELD;
    const first = await say('Long');
    await streaming();
    await conversation.begin();
    assert.equal(conversation.view.turns.length, 0);
    assert.equal(pool.activity, 'running');
    assert.deepEqual(
      pool.sessions.map(({ id, state }) => [id, state]),
      [[first, 'running']],
    );
    script = ANSWER;
    const second = await say('Short');
    await idle();
    assert.notEqual(second, first);
    assert.equal(logs.get(first)!.closed, false);
    release(first);
    await until('its end', () => logs.get(first)!.closed);
    assert.equal(logs.get(first)!.all.findLast((entry) => entry.type === 'turn_completed')?.outcome, 'done');
    assert.equal(shownId(), second);
    assert.deepEqual(
      pool.sessions.map(({ id }) => id),
      [second],
    );
  });

  it('shows a running one again as it is, live', async () => {
    script = HELD;
    const first = await say('Long');
    await streaming();
    await conversation.begin();
    script = ANSWER;
    await say('Short');
    await idle();
    const opened = openings.length;
    await conversation.show(first);
    assert.equal(openings.length, opened, 'it was not opened a second time');
    assert.deepEqual(said(), ['Long']);
    assert.equal(conversation.view.session.state, 'running');
    let patches = 0;
    conversation.listen({ changed: (more) => (patches += more.length) });
    release(first);
    await idle();
    assert.ok(patches > 0, 'the panel hears of it');
    assert.equal(conversation.view.turns.at(-1)?.state, 'done');
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(logs.get(first)!.closed, false, 'what is shown stays open');
  });

  it('shows one from its log, and closes the idle one that was shown', async () => {
    const first = await say('One');
    await idle();
    await conversation.begin();
    await until('its log is written out', () => logs.get(first)!.closed);
    const second = await say('Two');
    await idle();
    await conversation.show(first);
    assert.deepEqual(said(), ['One']);
    assert.equal(remembered, first);
    await until('the other is closed', () => logs.get(second)!.closed);
  });

  it('waits with opening until the log has been written out', async () => {
    const first = await say('One');
    await idle();
    await conversation.begin();
    // At once: it is being closed just now.
    await conversation.show(first);
    await conversation.begin();
    await conversation.show(first);
    assert.deepEqual(said(), ['One']);
    assert.deepEqual(locked, []);
  });

  it('stays where it is when another window has the one that is wanted', async () => {
    const first = await say('One');
    await idle();
    lockedElsewhere.add('elsewhere');
    await assert.rejects(conversation.show('elsewhere'), SessionLockedError);
    assert.equal(shownId(), first);
    assert.equal(remembered, first);
    await say('Two');
    await idle();
    assert.deepEqual(said(), ['One', 'Two']);
  });

  it('brings back the one that was shown last, and says so when another window has it', async () => {
    const first = await say('One');
    await idle();
    await closeWindow();
    openWindow();
    await conversation.restore();
    assert.deepEqual([shownId(), said()], [first, ['One']]);
    await closeWindow();
    lockedElsewhere.add(first);
    openWindow();
    await conversation.restore();
    assert.equal(shownId(), 'none');
    assert.deepEqual(locked, [first]);
    assert.equal(remembered, first, 'the next window tries again');
  });

  it('brings nothing back over what was chosen before', async () => {
    const first = await say('One');
    await idle();
    await conversation.begin();
    const second = await say('Two');
    await idle();
    await closeWindow();
    openWindow();
    assert.equal(remembered, second);
    await Promise.all([conversation.show(first), conversation.restore()]);
    assert.equal(shownId(), first);
  });

  it('stops and closes a running one that is to be deleted, and shows an empty one', async () => {
    script = HELD;
    const first = await say('Long');
    await streaming();
    await pool.close(first);
    assert.equal(logs.get(first)!.closed, true);
    assert.equal(logs.get(first)!.all.findLast((entry) => entry.type === 'turn_completed')?.outcome, 'stopped');
    assert.equal(shownId(), 'none');
    assert.equal(pool.activity, 'idle');
    assert.notEqual(remembered, first);
    await pool.close('never opened');
  });

  it('closes one behind without touching what is shown', async () => {
    script = HELD;
    const first = await say('Long');
    await streaming();
    await conversation.begin();
    script = ANSWER;
    const second = await say('Short');
    await idle();
    await pool.close(first);
    assert.equal(logs.get(first)!.closed, true);
    assert.equal(shownId(), second);
    assert.deepEqual(said(), ['Short']);
  });

  it('renames an open one in its log and in the panel, and leaves others to whoever has the log', async () => {
    const first = await say('One');
    await idle();
    const titles: unknown[] = [];
    conversation.listen({ changed: (patches) => titles.push(...patches) });
    assert.equal(await pool.rename(first, 'Better'), true);
    assert.deepEqual(titles, [{ op: 'session', fields: { title: 'Better' } }]);
    assert.equal(conversation.view.session.title, 'Better');
    assert.equal(await pool.rename('other', 'Better'), false);
    await conversation.begin();
    await conversation.show(first);
    assert.equal(conversation.view.session.title, 'Better', 'the log holds it');
    await say('Two');
    await idle();
    assert.equal(conversation.view.session.title, 'Better', 'a later message does not take it back');
  });

  it('sends what was queued behind, too, before it closes', async () => {
    script = HELD;
    const first = await say('Long');
    await streaming();
    await say('And this');
    await conversation.begin();
    release(first);
    await until('its end', () => logs.get(first)!.closed);
    const ended = logs.get(first)!.all.filter((entry) => entry.type === 'turn_completed');
    assert.deepEqual(
      ended.map(({ outcome }) => outcome),
      ['done', 'done'],
    );
  });

  it('keeps a session for its agent in the background, and no longer', async () => {
    let emit: Parameters<AgentSession['subscribe']>[0] = () => {};
    let closed = false;
    await using engine = await startEngine([]);
    const { view } = engine.session;
    const session: Partial<AgentSession> = {
      id: 'with agent',
      running: false,
      view,
      subscribe: (listener) => {
        emit = listener;
        return () => {};
      },
      submit: () => 'started',
      whenIdle: async () => {},
    };
    const busy = create(
      createPool(async () => ({ session: session as AgentSession, close: async () => void (closed = true) })),
    );
    const agent = (event: AgentStep) => emit({ type: 'agent_event', turnId: 't', toolUseId: 'a', event, at: 1 }, []);
    const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
    await busy.submit(inputOf('Start an agent'));
    agent({ type: 'turn_started', turnId: 'a', input: inputOf('Work') });
    await busy.begin();
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(closed, false);
    agent({ type: 'turn_completed', turnId: 'a', outcome: 'done', reason: '', usage, model: 'm', durationMs: 1 });
    await until('it is closed', () => closed);
  });

  it('tells which session an event is of', async () => {
    script = HELD;
    const heard = new Set<string>();
    pool.listen({ event: (event, { id }) => event.type === 'turn_completed' && heard.add(id) });
    const first = await say('Long');
    await streaming();
    await conversation.begin();
    release(first);
    await until('its end', () => logs.get(first)!.closed);
    assert.deepEqual([...heard], [first]);
  });

  it('stops everything and writes it out with the window', async () => {
    script = HELD;
    const first = await say('Long');
    await streaming();
    await conversation.begin();
    const second = await say('Longer');
    await streaming();
    await closeWindow();
    for (const id of [first, second]) {
      assert.equal(logs.get(id)!.closed, true);
      assert.equal(logs.get(id)!.all.at(-1)?.type, 'turn_completed');
    }
    assert.deepEqual(await conversation.submit(inputOf('More')), { taken: false, reason: 'The window is closing.' });
  });

  it('says of a turn that the window cut off what became of it, and offers to go on', async () => {
    script = HELD;
    await say('Long');
    await streaming();
    await closeWindow();
    openWindow();
    await conversation.restore();
    const [turn] = conversation.view.turns;
    assert.equal(turn?.state, 'stopped');
    assert.deepEqual(
      turn.items.map(({ kind }) => kind),
      ['text', 'notice'],
      'what had arrived is there',
    );
    const card = turn.items.at(-1);
    assert.ok(card?.kind === 'notice');
    assert.match(card.body, /Capstan was closed while this turn ran/);
    assert.equal(card.actions.at(-1)?.action, 'continue');
    assert.equal(conversation.view.session.state, 'idle', 'nothing runs by itself');
  });

  describe('beside another', () => {
    let beside: Conversation;
    beforeEach(() => (beside = create(pool, { get: () => 'new', set: () => {} })));
    afterEach(() => beside.dispose());

    it('has a session of its own: neither stops, closes or replaces what the other shows', async () => {
      script = HELD;
      const first = await say('Long');
      await streaming();
      script = ANSWER;
      assert.deepEqual(await beside.submit(inputOf('Short')), { taken: true });
      await beside.session?.whenIdle();
      assert.equal(beside.view.turns.at(-1)?.state, 'done');
      assert.equal(shownId(), first);
      assert.equal(conversation.view.session.state, 'running');
      assert.equal(remembered, first, 'a tab is not what the window remembers for its side bar');
      release(first);
      await idle();
      assert.equal(conversation.view.turns.at(-1)?.state, 'done');
    });

    it('shows the same session: opened once, told to both, closed when neither shows it', async () => {
      script = HELD;
      const first = await say('Long');
      await streaming();
      await Promise.all([beside.show(first), beside.show(first)]);
      assert.deepEqual(openings, [first]);
      assert.equal(beside.session, conversation.session);
      const heard = { here: 0, beside: 0 };
      conversation.listen({ changed: () => heard.here++ });
      beside.listen({ changed: () => heard.beside++ });
      await beside.submit(inputOf('And this', 'queued'));
      release(first);
      await idle();
      assert.ok(heard.here > 0);
      assert.equal(heard.beside, heard.here);
      await conversation.begin();
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(logs.get(first)!.closed, false, 'the other still shows it');
      assert.equal(beside.view.turns.length, 2);
      await beside.begin();
      await until('it is closed', () => logs.get(first)!.closed);
    });

    it('opens a session once when both want it at the same time, and both fail when it is locked', async () => {
      const first = await say('One');
      await idle();
      await conversation.begin();
      await until('its log is written out', () => logs.get(first)!.closed);
      openings = [];
      await Promise.all([conversation.show(first), beside.show(first)]);
      assert.deepEqual(openings, [first]);
      assert.equal(beside.session, conversation.session);
      lockedElsewhere.add('elsewhere');
      const both = await Promise.allSettled([conversation.show('elsewhere'), beside.show('elsewhere')]);
      assert.deepEqual(
        both.map(({ status }) => status),
        ['rejected', 'rejected'],
      );
      assert.equal(shownId(), first);
    });

    it('goes with its tab: what runs goes on and is closed when it is done', async () => {
      script = HELD;
      await beside.submit(inputOf('Long'));
      const id = beside.session!.id;
      await beside.dispose();
      assert.equal(logs.get(id)!.closed, false);
      assert.equal(pool.activity, 'running');
      release(id);
      await until('its end', () => logs.get(id)!.closed);
      assert.equal(logs.get(id)!.all.findLast((entry) => entry.type === 'turn_completed')?.outcome, 'done');
      assert.deepEqual(await beside.submit(inputOf('More')), { taken: false, reason: 'The window is closing.' });
    });

    it('is empty in both when the session is deleted', async () => {
      const first = await say('One');
      await idle();
      await beside.show(first);
      await pool.close(first);
      assert.equal(beside.session, undefined);
      assert.equal(shownId(), 'none');
      assert.equal(remembered, 'new');
    });
  });
});

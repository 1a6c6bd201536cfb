// Budgets and choices in a running session: pauses that keep everything, ways on, and what outlives a reload.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { DaySpending } from '../../../src/core/usage/day-spending.ts';
import { eventsOf, inputOf, startEngine, testTool } from '../../support/engine/engine-harness.ts';
import { MemoryLog } from '../../support/engine/memory-log.ts';
import { text, toolUse } from '../../support/model/answer.ts';

const MODEL = 'claude-haiku-4-5';
/** A dollar. */
const usage = { input_tokens: 1_000_000, output_tokens: 0 };
const step = testTool('Step', async () => 'stepped');
const stepping = { blocks: [toolUse('Step', {})], stopReason: 'tool_use' as const, usage };
const done = { blocks: [text('Done.')], usage: { input_tokens: 10, output_tokens: 1 } };
const options = { tools: [step], model: MODEL, contextWindow: 20_000_000 };

function dayOf(spent = 0) {
  const added: number[] = [];
  let refreshed = 0;
  const day: DaySpending = {
    today: () => spent + added.reduce((sum, usd) => sum + usd, 0),
    add: (usd) => void added.push(usd),
    refresh: async () => void (refreshed += 1),
  };
  return { day, added, refreshed: () => refreshed };
}

describe('a session with budgets', () => {
  it('pauses with a card and keeps what waits; goes on once, for as much again', async () => {
    await using engine = await startEngine([stepping, stepping, done], { ...options, maxBudgetUsd: 0.9 });
    engine.session.submit(inputOf('one'));
    engine.session.submit(inputOf('two'));
    await engine.session.whenIdle();
    const card = engine.session.view.turns[0]!.items.at(-1)!;
    assert.equal(card.kind === 'notice' && card.title, 'Paused: the budget is used up');
    assert.deepEqual(card.kind === 'notice' && card.actions.map(({ action }) => action), ['chooseBudget', 'goOnOnce']);
    assert.deepEqual(
      engine.session.view.session.queued.map(({ text: words }) => words),
      ['two'],
      'what waits is not spent on the same wall',
    );
    engine.session.unqueue('two');
    await engine.ask('again');
    assert.equal(engine.server.requests.length, 1, 'no request without a choice');
    const left = engine.session.view.turns[0]!.items.at(-1)!;
    assert.deepEqual(left.kind === 'notice' && left.actions, [], 'an old pause offers nothing any more');
    engine.session.allowOnce();
    await engine.ask('Continue.');
    assert.equal(engine.server.requests.length, 2, 'a second dollar was allowed, a third was not');
    engine.session.choose({ budgets: { session: 5 } });
    await engine.ask('Continue.');
    assert.equal(engine.session.view.turns.at(-1)!.state, 'done');
    assert.deepEqual(engine.server.problems, []);
  });

  it('pays for no summary beside the pause', async () => {
    await using engine = await startEngine([{ ...done, usage }], {
      ...options,
      contextWindow: 1_100_000,
      maxBudgetUsd: 1,
    });
    await engine.ask('one');
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(engine.server.requests.length, 1);
    assert.deepEqual(eventsOf(engine.events, 'compaction_started'), []);
  });

  it('never cuts an answer off, and runs the calls that it made', async () => {
    await using engine = await startEngine([{ ...stepping, blocks: [text('I go.'), toolUse('Step', {})] }], {
      ...options,
      turnBudgetUsd: 0.01,
    });
    await engine.ask('Go');
    const types = engine.events.map(({ type }) => type);
    assert.ok(types.includes('tool_completed'));
    assert.equal(eventsOf(engine.events, 'message_completed')[0]!.complete, true);
    assert.match(eventsOf(engine.events, 'turn_completed')[0]!.reason, /This message has cost \$1\.00/);
  });

  it('gives each message its own turn budget', async () => {
    await using engine = await startEngine(
      [
        { ...done, usage },
        { ...done, usage },
      ],
      { ...options, turnBudgetUsd: 1.5 },
    );
    await engine.ask('one');
    await engine.ask('two');
    assert.deepEqual(
      engine.session.view.turns.map(({ state }) => state),
      ['done', 'done'],
    );
  });

  it('says at 80 and 95 % how it stands', async () => {
    await using engine = await startEngine([stepping, stepping, done], { ...options, maxBudgetUsd: 2.1 });
    await engine.ask('Go');
    const titles = eventsOf(engine.events, 'notice').map(({ title }) => title);
    assert.deepEqual(
      titles.filter((title) => title.includes('budget')),
      ['95 % of a budget is used'],
    );
  });

  it('counts the day over all sessions, adds each request once, and asks the others before each', async () => {
    const { day, added, refreshed } = dayOf(3.5);
    const log = new MemoryLog();
    {
      await using engine = await startEngine([{ ...done, usage }], { ...options, log, day, dayBudgetUsd: 4.4 });
      await engine.ask('Go');
      assert.equal(added.filter((usd) => usd > 0).length, 1);
      assert.ok(refreshed() > 0);
    }
    await using again = await startEngine([], { ...options, log: new MemoryLog(log.all), day, dayBudgetUsd: 4.4 });
    assert.equal(added.filter((usd) => usd > 0).length, 1, 'opening a session spends nothing');
    await again.ask('More');
    assert.match(eventsOf(again.events, 'turn_completed')[0]!.reason, /^Today's conversations have cost \$4\.50/);
    assert.equal(again.server.requests.length, 0);
  });
});

describe('choices for one session', () => {
  const sent = (engine: { server: { requests: readonly { body: unknown }[] } }, at: number) =>
    engine.server.requests[at]!.body as { model: string; output_config?: unknown };

  it('count from the next request on, show in the view, and come back with the log', async () => {
    const log = new MemoryLog();
    {
      await using engine = await startEngine([done, done], { log, model: MODEL });
      await engine.ask('one');
      assert.equal(engine.session.context.isCacheLost, false);
      engine.session.choose({ model: 'claude-opus-4-5', effort: 'low', budgets: { session: 3 } });
      assert.equal(engine.session.context.isCacheLost, true);
      const { model, effort } = engine.session.view.session;
      assert.deepEqual({ model, effort }, { model: 'claude-opus-4-5', effort: 'low' });
      await engine.ask('two');
      assert.equal(engine.session.context.isCacheLost, false);
      assert.deepEqual([sent(engine, 0).model, sent(engine, 0).output_config], [MODEL, undefined]);
      assert.deepEqual([sent(engine, 1).model, sent(engine, 1).output_config], ['claude-opus-4-5', { effort: 'low' }]);
    }
    await using again = await startEngine([done], { log: new MemoryLog(log.all), model: 'another-default' });
    const { model, effort } = again.session.view.session;
    assert.deepEqual({ model, effort }, { model: 'claude-opus-4-5', effort: 'low' });
    assert.equal(again.session.budgets[0]!.limitUsd, 3);
    await again.ask('three');
    assert.deepEqual([sent(again, 0).model, sent(again, 0).output_config], ['claude-opus-4-5', { effort: 'low' }]);
  });

  it('tell how full the context is, without a word for each delta', async () => {
    await using engine = await startEngine([{ ...done, usage: { input_tokens: 40_000, output_tokens: 500 } }], {});
    let patches = 0;
    engine.session.subscribe((event, changes) => {
      const fields = changes.flatMap((patch) => (patch.op === 'session' && patch.fields.context ? [patch] : []));
      if (event.type === 'block_delta') assert.deepEqual(fields, []);
      patches += fields.length;
    });
    await engine.ask('Hello');
    assert.ok(patches > 0);
    const { context } = engine.session.view.session;
    assert.deepEqual([context!.used, context!.limit], [40_500, 200_000]);
    assert.ok(context!.conversation >= 500);
  });
});

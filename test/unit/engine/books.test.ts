// What is counted, watched and measured beside the conversation: prefix, usage, parameters, limits, depth.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { PrefixWatch, type RequestParts } from '../../../src/core/usage/prefix-watch.ts';
import { priceOf } from '../../../src/core/usage/prices.ts';
import { sessionState } from '../../../src/core/usage/session-state.ts';
import { mergeUsage, NO_USAGE } from '../../../src/core/usage/usage.ts';
import { Projection } from '../../../src/core/view/projection.ts';
import { contentText } from '../../../src/core/view/tool-view.ts';
import { createAgents } from '../../../src/core/agents/agents.ts';
import type { LogEntry } from '../../../src/core/events.ts';
import { Spending } from '../../../src/headless/spending.ts';
import { text, toolUse } from '../../support/model/answer.ts';
import { httpError } from '../../support/model/fault.ts';
import { eventsOf, inputOf, startEngine, testTool } from '../../support/engine/engine-harness.ts';
import { agent, call, say, scriptOf } from '../agents/agent-script.ts';

const parts: RequestParts = {
  model: 'm',
  tools: [{ name: 'A' }],
  system: [{ text: 'Be good.' }],
  messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
};

describe('the watch on the prefix', () => {
  it('is quiet when messages are added, or the last one grows', () => {
    const watch = new PrefixWatch();
    assert.equal(watch.check(parts), undefined);
    const grown = { role: 'user', content: [{ text: 'Hi' }, { text: 'there' }] };
    assert.equal(watch.check({ ...parts, messages: [grown] }), undefined);
    assert.equal(watch.check({ ...parts, messages: [grown, { role: 'assistant', content: [] }] }), undefined);
  });

  it('names the part and the first differing byte', () => {
    const watch = new PrefixWatch();
    watch.check(parts);
    const found = watch.check({ ...parts, system: [{ text: 'Be bad.' }] });
    assert.equal(found?.part, 'system');
    assert.equal(found.offset, '[{"text":"Be '.length);
    watch.check(parts);
    assert.equal(watch.check({ ...parts, tools: [] })?.part, 'tools');
    watch.check(parts);
    assert.equal(watch.check({ ...parts, messages: [{ role: 'user', content: [{ text: 'Ho' }] }] })?.part, 'messages');
    watch.check(parts);
    assert.equal(watch.check({ ...parts, messages: [] })?.part, 'messages');
  });

  it('forgets at a new beginning', () => {
    const watch = new PrefixWatch();
    watch.check(parts);
    watch.forget();
    assert.equal(watch.check({ ...parts, system: [] }), undefined);
  });
});

describe('usage', () => {
  it('of one answer never falls, whatever fields an event lacks', () => {
    const field = fc.option(fc.nat(1000), { nil: null });
    const update = fc.record(
      { input_tokens: field, output_tokens: field, cache_read_input_tokens: field },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(update), (updates) => {
        let usage = NO_USAGE;
        for (const next of updates) {
          const before = usage;
          usage = mergeUsage(usage, next);
          if (!next.input_tokens) assert.equal(usage.inputTokens, before.inputTokens);
          if (!next.output_tokens) assert.equal(usage.outputTokens, before.outputTokens);
        }
      }),
    );
  });

  it('has a price by the start of a name, the person’s own first, and none where none is known', () => {
    assert.equal(priceOf('claude-sonnet-4-5-20250929')?.input, 3);
    assert.equal(priceOf('claude-opus-4-5')?.input, 5);
    assert.equal(priceOf('claude-opus-4-1')?.input, 15);
    assert.equal(priceOf('claude-opus-4-8')?.input, 5);
    assert.ok(priceOf('claude-sonnet-5-5'), 'the model that answers by default');
    assert.equal(priceOf('claude-haiku-5-5'), undefined, 'it has no single price');
    assert.equal(priceOf('my-model', { 'my-model': { input: 1, output: 2 } })?.output, 2);
    assert.equal(priceOf('another-model'), undefined);
    assert.equal(priceOf('claude-opus-45'), undefined);
  });
});

describe('the books of a session', () => {
  it('tell tokens and cost by model, turn and tool, time and lines, from the log alone', async () => {
    const tool = testTool('Edit', async () => ({ content: 'edited', details: { added: 3, removed: 1 } }));
    const usage = { input_tokens: 100, output_tokens: 10 };
    await using engine = await startEngine(
      [
        { blocks: [toolUse('Edit', {})], stopReason: 'tool_use', usage },
        { blocks: [text('Done.')], usage },
        { blocks: [text('Again.')], usage },
      ],
      { tools: [tool], model: 'claude-haiku-4-5' },
    );
    await engine.ask('one');
    await engine.ask('two');
    const state = sessionState(engine.log.all);
    assert.equal(state.total.usage.inputTokens, 300);
    assert.equal(state.total.costUsd?.toFixed(6), ((300 * 1 + 30 * 5) / 1e6).toFixed(6));
    assert.deepEqual(
      state.byTurn.map((turn) => [turn.text, turn.usage.inputTokens]),
      [
        ['one', 200],
        ['two', 100],
      ],
    );
    assert.equal(state.byTool.get('Edit')?.calls, 1);
    assert.deepEqual([state.linesAdded, state.linesRemoved], [3, 1]);
    assert.deepEqual([...state.byModel.keys()], ['claude-haiku-4-5']);
  });

  it('hold the request’s id and how long it took with each answer', async () => {
    await using engine = await startEngine([{ blocks: [text('Done.')] }]);
    await engine.ask('one');
    const [answer] = eventsOf(engine.events, 'message_completed');
    assert.match(answer!.requestId ?? '', /^req_/);
    assert.ok(answer!.durationMs! >= answer!.firstEventMs!);
  });
});

describe('the books with agents and side requests', () => {
  const MODEL = 'claude-haiku-4-5';
  const side = { usage: { inputTokens: 7, outputTokens: 3, cacheReadTokens: 0, cacheWriteTokens: 0 }, durationMs: 5 };
  const fetch = testTool(
    'WebFetch',
    async (_input, { record }) => {
      record({ type: 'side_request', purpose: 'WebFetch', model: MODEL, ...side });
      return 'a page';
    },
    { safe: true },
  );

  function begin(main: Parameters<typeof scriptOf>[0], tasks: Parameters<typeof scriptOf>[1], maxBudgetUsd?: number) {
    const agents = createAgents({ toolset: () => ({ tools: [fetch], cwd: () => '/workspace' }) });
    const budget = maxBudgetUsd === undefined ? {} : { maxBudgetUsd };
    return startEngine(scriptOf(main, tasks), { tools: [fetch], agents, model: MODEL, ...budget });
  }

  /** Every way of counting, in input and output tokens. */
  function counted(engine: Awaited<ReturnType<typeof begin>>) {
    const { session, turns } = engine.session.view;
    const state = sessionState(engine.log.all);
    const spending = new Spending(MODEL);
    for (const event of engine.events) spending.take(event);
    const sums = (list: readonly { inputTokens: number; outputTokens: number }[]) => [
      list.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
      list.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
    ];
    return {
      view: sums([session]),
      footers: sums(turns.map(({ footer }) => footer!)),
      total: sums([state.total.usage]),
      turns: sums(state.byTurn.map(({ usage }) => usage)),
      spending: sums(spending.models.map(({ usage }) => usage)),
    };
  }

  /** As many answers as came, and as many side requests, whichever way they are counted. */
  function assertCounts(engine: Awaited<ReturnType<typeof begin>>, answers: number, sides: number) {
    const sum = [answers * 100 + sides * 7, answers * 10 + sides * 3];
    assert.deepEqual(counted(engine), { view: sum, footers: sum, total: sum, turns: sum, spending: sum });
    const cost = (sum[0]! * 1 + sum[1]! * 5) / 1e6;
    assert.equal(engine.session.view.session.costUsd?.toFixed(9), cost.toFixed(9));
    assert.equal(sessionState(engine.log.all).total.costUsd?.toFixed(9), cost.toFixed(9));
  }

  it('are the sum of what the wire said, by every way of counting', async () => {
    const fetching = call(toolUse('WebFetch', {}));
    await using engine = await begin(
      [call(agent('a'), agent('b'), toolUse('WebFetch', {})), say('Done.'), say('Again.')],
      {
        a: [fetching, say('A.')],
        b: [fetching, fetching, say('B.')],
      },
    );
    await engine.ask('one');
    await engine.ask('two');
    assertCounts(engine, 8, 4);
    const { byTool } = sessionState(engine.log.all);
    assert.equal(byTool.get('Agent')?.usage.inputTokens, 5 * 100 + 3 * 7);
    assert.deepEqual([byTool.get('WebFetch')?.usage.inputTokens, byTool.get('WebFetch')?.calls], [7, 4]);
  });

  it('are so too when an agent fails or is stopped', async () => {
    await using engine = await begin([call(agent('a'), agent('b'))], {
      a: [call(toolUse('WebFetch', {})), { fault: httpError(400, { message: 'No' }) }],
      b: [call(toolUse('WebFetch', {})), { ...say('never'), pace: { headersGate: 'never' } }],
    });
    engine.session.submit(inputOf('Go'));
    await engine.server.waitForRequest(5);
    while (!eventsOf(engine.events, 'tool_completed').some(({ toolUseId }) => toolUseId === 'call_a'))
      await new Promise((resolve) => setTimeout(resolve, 5));
    engine.session.stop();
    await engine.session.whenIdle();
    assertCounts(engine, 3, 2);
  });

  it('are the same when the log is read again', async () => {
    await using engine = await begin([call(agent('a')), say('Done.')], {
      a: [call(toolUse('WebFetch', {})), say('A.')],
    });
    await engine.ask('one');
    const projection = new Projection();
    const totals = engine.log.all.flatMap((entry: LogEntry) =>
      projection.project(entry).flatMap((patch) => (patch.op === 'session' ? [patch.fields.inputTokens] : [])),
    );
    assert.equal(
      totals.findLast((tokens) => tokens !== undefined),
      407,
    );
  });

  it('hold the budget while agents work: none asks again once it is used up', async () => {
    // Each answer costs $0.00015.
    const more = Array.from({ length: 20 }, () => call(toolUse('WebFetch', {})));
    await using engine = await begin([call(agent('a'), agent('b')), say('Done.')], { a: more, b: more }, 0.001);
    await engine.ask('Go');
    const [end] = eventsOf(engine.events, 'turn_completed');
    assert.deepEqual([end!.outcome, end!.limit], ['limit', 'budget']);
    const words = eventsOf(engine.events, 'tool_completed').map(({ content }) => contentText(content));
    assert.equal(words.length, 2);
    for (const said of words) assert.match(said, /ended at a limit\. This conversation has cost \$0\.001; the budget/);
    assert.ok(engine.server.requests.length <= 8, `${engine.server.requests.length} requests`);
  });
});

describe('a budget', () => {
  const usage = { input_tokens: 1_000_000, output_tokens: 0 };
  const step = testTool('Step', async () => 'stepped');

  it('pauses before the request that comes after it is used up', async () => {
    await using engine = await startEngine([{ blocks: [toolUse('Step', {})], stopReason: 'tool_use', usage }], {
      tools: [step],
      model: 'claude-haiku-4-5',
      maxBudgetUsd: 0.5,
    });
    await engine.ask('Go');
    const [end] = eventsOf(engine.events, 'turn_completed');
    assert.deepEqual([end!.outcome, end!.limit], ['limit', 'budget']);
    assert.equal(engine.server.requests.length, 1);
  });

  it('that cannot be held, for want of a price, says so once', async () => {
    await using engine = await startEngine(
      [{ blocks: [toolUse('Step', {})], stopReason: 'tool_use', usage }, { blocks: [text('Done.')] }],
      { tools: [step], model: 'model-without-a-price', maxBudgetUsd: 0.5, contextWindow: 2_000_000 },
    );
    await engine.ask('Go');
    assert.equal(engine.session.view.turns[0]!.state, 'done');
    assert.equal(
      eventsOf(engine.events, 'notice').filter(({ title }) => title === 'The budget does not count').length,
      1,
    );
  });
});

describe('a request', () => {
  it('carries the parameters that were set, and none that were not', async () => {
    await using engine = await startEngine([{ blocks: [text('Done.')] }], {
      parameters: {
        temperature: 0.5,
        topP: 0.9,
        topK: 5,
        stopSequences: ['END'],
        toolChoice: 'none',
        userId: 'u',
        thinking: { budgetTokens: 2048 },
        effort: 'low',
      },
    });
    await engine.ask('Go');
    const {
      model: _m,
      messages: _s,
      system: _y,
      tools: _t,
      max_tokens: _x,
      stream: _r,
      ...rest
    } = engine.server.requests[0]!.body as Record<string, unknown>;
    assert.deepEqual(rest, {
      temperature: 0.5,
      top_p: 0.9,
      top_k: 5,
      stop_sequences: ['END'],
      tool_choice: { type: 'none' },
      metadata: { user_id: 'u' },
      thinking: { type: 'enabled', budget_tokens: 2048 },
      output_config: { effort: 'low' },
    });
  });
});

describe('a thousand requests in one turn', () => {
  it('end as they should, with every call answered once and no memory but the conversation', async () => {
    const tool = testTool('Step', async (input) => `step ${input.value}`, { safe: true });
    let calls = 0;
    await using engine = await startEngine(
      () =>
        ++calls <= 1000
          ? { blocks: [toolUse('Step', { value: `${calls}` })], stopReason: 'tool_use' }
          : { blocks: [text('Done.')] },
      { tools: [tool], maxTurns: 2000 },
    );
    await engine.ask('Go');
    assert.equal(engine.session.view.turns[0]!.state, 'done');
    assert.equal(eventsOf(engine.events, 'tool_completed').length, 1000);
    assert.equal(engine.server.requests.length, 1001);
    assert.deepEqual(engine.server.problems, []);
  }).timeout(60_000);
});

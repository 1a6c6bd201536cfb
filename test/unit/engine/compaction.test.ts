import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { text, toolUse, type Answer } from '../../support/model/answer.ts';
import { httpError } from '../../support/model/fault.ts';
import type { Script } from '../../support/model/model-server.ts';
import { eventsOf, inputOf, startEngine, testTool, type EngineHarness } from '../../support/engine/engine-harness.ts';
import { MemoryLog } from '../../support/engine/memory-log.ts';

const SUMMARY = 'SUMMARY: the file says x.';
const big = (tokens: number) => ({ input_tokens: tokens, output_tokens: 10 });
const look = testTool('Look', async (input) => `saw ${input.value}`, { safe: true });
const call = (value: string, tokens: number): Answer => ({
  blocks: [toolUse('Look', { value })],
  stopReason: 'tool_use',
  usage: big(tokens),
});
const say = (words: string, tokens: number): Answer => ({ blocks: [text(words)], usage: big(tokens) });

/** Plays the answers to the conversation, and a summary whenever one is asked for. */
function script(answers: Answer[], summary: Answer = say(SUMMARY, 50)): Script {
  return ({ body }) => (isAsking(body) ? summary : (answers.shift() ?? say('(no more answers)', 10)));
}

function isAsking(body: unknown): boolean {
  const { messages } = body as { messages: { content: { text?: string }[] }[] };
  return messages.at(-1)!.content.some((block) => block.text?.includes('Write a summary for yourself'));
}

function conversation(engine: EngineHarness): string[] {
  const requests = engine.server.requests.filter(({ body }) => !isAsking(body));
  const { messages } = requests.at(-1)!.body as {
    messages: { role: string; content: { type: string; text?: string }[] }[];
  };
  return messages.map(
    ({ role, content }) => `${role}: ${content.map((block) => block.text ?? block.type).join(' | ')}`,
  );
}

describe('a compaction', () => {
  it('runs before a request that would not fit, in mid-turn, keeps the last request word for word, and goes on', async () => {
    await using engine = await startEngine(
      script([call('a', 100), call('b', 200), call('c', 900), say('Done.', 150)]),
      {
        tools: [look],
        contextWindow: 1000,
      },
    );
    await engine.ask('Please look at a, b and c, exactly so');
    const [compacted] = eventsOf(engine.events, 'compacted');
    assert.ok(compacted);
    assert.equal(compacted.trigger, 'auto');
    assert.ok(compacted.tokensAfter < compacted.tokensBefore);
    assert.deepEqual(compacted.dropped, ['3 answers', 'the results of 3 × Look']);
    const sent = conversation(engine);
    assert.equal(sent.length, 1);
    assert.ok(sent[0]!.includes(SUMMARY) && sent[0]!.includes('Please look at a, b and c, exactly so'));
    assert.equal(engine.session.view.turns[0]!.state, 'done');
    assert.deepEqual(engine.server.problems, []);
    const card = engine.session.view.turns[0]!.items.find((item) => item.kind === 'notice');
    assert.ok(card?.kind === 'notice' && card.title.startsWith('Conversation shortened'));
  });

  it('shares the prefix with the conversation, so that the cache serves it', async () => {
    await using engine = await startEngine(
      script([call('a', 100), call('b', 200), call('c', 900), say('Done.', 150)]),
      {
        tools: [look],
        contextWindow: 1000,
      },
    );
    await engine.ask('Go');
    const bodies = engine.server.requests.map(({ body }) => body as { messages: object[] });
    const asking = bodies.findIndex(isAsking);
    const clean = (value: unknown) =>
      JSON.stringify(value, (key, inner: unknown) => (key === 'cache_control' ? undefined : inner));
    const before = clean(bodies[asking - 1]!.messages);
    assert.ok(clean(bodies[asking]!.messages).startsWith(before.slice(0, -1)));
    assert.equal(
      clean({ ...bodies[asking], messages: 0, max_tokens: 0 }),
      clean({ ...bodies[asking - 1], messages: 0, max_tokens: 0 }),
    );
  });

  it('that fails leaves the conversation as it is, says so, and is not tried again at once', async () => {
    const failing: Answer = { blocks: [], fault: httpError(400) };
    await using engine = await startEngine(
      script([call('a', 100), call('b', 200), call('c', 900), call('d', 910), say('Done.', 950)], failing),
      {
        tools: [look],
        contextWindow: 1000,
      },
    );
    await engine.ask('Go');
    assert.equal(eventsOf(engine.events, 'compacted').length, 0);
    assert.equal(eventsOf(engine.events, 'notice').length, 1);
    assert.equal(engine.session.view.turns[0]!.state, 'done');
    assert.equal(conversation(engine).length, 9);
  });

  it('never runs twice in a row, even where it does not help', async () => {
    const answers = Array.from({ length: 8 }, (_, i) => call(`${i}`, 900));
    await using engine = await startEngine(script([...answers, say('Done.', 900)]), {
      tools: [look],
      contextWindow: 1000,
    });
    await engine.ask('Go');
    const order = engine.server.requests.map(({ body }) => isAsking(body));
    assert.ok(order.every((asking, index) => !(asking && order[index + 1])));
    assert.ok(order.filter(Boolean).length <= 3);
    assert.equal(engine.session.view.turns[0]!.state, 'done');
  });

  it('runs beside an idle conversation that fills, and is in place before the next turn', async () => {
    await using engine = await startEngine(
      script([say('One.', 100), say('Two.', 200), say('Three.', 750), say('Four.', 100)]),
      {
        contextWindow: 1000,
      },
    );
    await engine.ask('first');
    await engine.ask('second');
    await engine.ask('third');
    for (let i = 0; i < 200 && eventsOf(engine.events, 'compacted').length === 0; i++)
      await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(engine.session.running, false);
    assert.equal(eventsOf(engine.events, 'compacted').length, 1);
    await engine.ask('fourth');
    const sent = conversation(engine);
    assert.equal(sent.length, 1);
    assert.ok(sent[0]!.includes(SUMMARY) && sent[0]!.endsWith('fourth'));
  });

  it('keeps word for word what was said while it ran', async () => {
    const slow: Answer = { ...say(SUMMARY, 50), blocks: [text(SUMMARY, { gate: 'summary' })] };
    await using engine = await startEngine(
      script([say('One.', 100), say('Two.', 200), say('Three.', 750), say('Four.', 100), say('Five.', 100)], slow),
      {
        contextWindow: 1000,
      },
    );
    for (const words of ['first', 'second', 'third', 'fourth']) await engine.ask(words);
    engine.server.release('summary');
    for (let i = 0; i < 200 && eventsOf(engine.events, 'compacted').length === 0; i++)
      await new Promise((resolve) => setTimeout(resolve, 5));
    await engine.ask('fifth');
    const [first, ...rest] = conversation(engine);
    assert.ok(first!.includes(SUMMARY) && first!.endsWith('fourth'));
    assert.deepEqual(rest, ['assistant: Four.', 'user: fifth']);
  });

  it('follows a refusal of the API, once, and the request is made again', async () => {
    const overflow: Answer = {
      blocks: [],
      fault: httpError(400, { message: 'prompt is too long: 210000 tokens > 200000 maximum' }),
    };
    await using engine = await startEngine(script([call('a', 100), overflow, say('Done.', 100)]), { tools: [look] });
    await engine.ask('Go');
    assert.equal(eventsOf(engine.events, 'compacted')[0]!.trigger, 'overflow');
    assert.equal(engine.session.view.turns[0]!.state, 'done');
  });

  it('by wish asks for what to keep', async () => {
    await using engine = await startEngine(script([say('One.', 100), say('Two.', 100)]));
    await engine.ask('first');
    assert.equal(await engine.session.compact('the colour of the button'), true);
    assert.ok(JSON.stringify(engine.server.requests.at(-1)!.body).includes('the colour of the button'));
  });

  it('by wish is given up when its signal aborts, and the conversation stays as it is', async () => {
    const summary: Answer = { blocks: [{ ...text(SUMMARY), gate: 'never' }], usage: big(50) };
    await using engine = await startEngine(script([say('One.', 100), say('Two.', 100)], summary));
    await engine.ask('first');
    const stop = new AbortController();
    const compacting = engine.session.compact(undefined, stop.signal);
    await engine.server.waitForGate('never');
    stop.abort();
    assert.equal(await compacting, false);
    assert.equal(await engine.session.compact(undefined, stop.signal), false, 'nor begun when it has');
    assert.deepEqual(eventsOf(engine.events, 'compacted'), []);
    await engine.ask('second');
    assert.equal(conversation(engine).length, 3);
  });

  it('is read back from the log: the same view, and the same conversation for the model', async () => {
    const first = await startEngine(script([say('One.', 100), say('Two.', 200)]));
    await first.ask('first');
    await first.session.compact();
    await first.ask('second');
    const { view } = first.session;
    await first[Symbol.asyncDispose]();
    await using second = await startEngine(script([say('Three.', 100)]), { log: new MemoryLog(first.log.all) });
    assert.deepEqual(second.session.view, view);
    await second.ask('third');
    const sent = conversation(second);
    assert.equal(sent.length, 3);
    assert.ok(sent[0]!.includes(SUMMARY) && sent[0]!.endsWith('second'));
  });

  it('asks the endpoint for the size where much of it is a guess, and spares itself where it fits after all', async () => {
    const long = testTool('Look', async () => 'x'.repeat(30_000), { safe: true });
    await using engine = await startEngine(
      script([call('a', 100), call('b', 200), call('c', 300), say('Done.', 400)]),
      { tools: [long], contextWindow: 9_000 },
    );
    await engine.ask('Go');
    const counts = engine.server.requests.filter(({ path }) => path.endsWith('/count_tokens'));
    assert.ok(counts.length > 0);
    assert.equal(engine.session.view.turns[0]!.state, 'done');
  });

  it('runs when memory is short, however short the conversation', async () => {
    await using engine = await startEngine(script([call('a', 10), call('b', 10), call('c', 10), say('Done.', 10)]), {
      tools: [look],
      isMemoryTight: () => true,
    });
    await engine.ask('Go');
    assert.ok(eventsOf(engine.events, 'compacted').length > 0);
    assert.equal(engine.session.view.turns[0]!.state, 'done');
  });

  it('can be stopped', async () => {
    const slow: Answer = { blocks: [text(SUMMARY, { gate: 'never' })] };
    await using engine = await startEngine(script([call('a', 100), call('b', 200), call('c', 900)], slow), {
      tools: [look],
      contextWindow: 1000,
    });
    engine.session.submit(inputOf('Go'));
    for (let i = 0; i < 400 && eventsOf(engine.events, 'compaction_started').length === 0; i++)
      await new Promise((resolve) => setTimeout(resolve, 5));
    engine.session.stop();
    await engine.session.whenIdle();
    assert.equal(engine.session.view.turns[0]!.state, 'stopped');
    assert.equal(eventsOf(engine.events, 'compacted').length, 0);
  });

  it('is asked of the model that could read it, where one with a smaller context was chosen since', async () => {
    await using engine = await startEngine(script([say('Long.', 300_000), say('Short.', 100)]), {
      model: 'claude-opus-5-5',
    });
    await engine.ask('one');
    assert.equal(engine.session.view.session.context!.limit, 1_000_000);
    engine.session.choose({ model: 'claude-haiku-4-5' });
    assert.equal(engine.session.view.session.context!.limit, 200_000);
    await engine.ask('two');
    const models = engine.server.requests.map(({ body }) => [(body as { model: string }).model, isAsking(body)]);
    assert.deepEqual(models, [
      ['claude-opus-5-5', false],
      ['claude-opus-5-5', true],
      ['claude-haiku-4-5', false],
    ]);
    assert.equal(eventsOf(engine.events, 'compacted')[0]!.model, 'claude-opus-5-5');
  });
});

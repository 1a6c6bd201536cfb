import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, it } from 'mocha';
import { redactedThinking, text, thinking, toolUse, unknownBlock } from '../../support/model/answer.ts';
import { deadUrl } from '../../support/model/dead-url.ts';
import { errorEvent, httpError, rateLimited } from '../../support/model/fault.ts';
import { eventsOf, inputOf, startEngine, testTool } from '../../support/engine/engine-harness.ts';
import { MemoryLog } from '../../support/engine/memory-log.ts';

const echo = testTool('Echo', async (input) => `echo ${input.value}`, { safe: true });

/** What the model saw in the last request, as role: block types or text. */
function lastMessages(server: { requests: readonly { body: unknown }[] }): string[] {
  const body = server.requests.at(-1)!.body as {
    messages: { role: string; content: { type: string; text?: string }[] }[];
  };
  return body.messages.map(
    ({ role, content }) => `${role}: ${content.map((block) => block.text ?? block.type).join(', ')}`,
  );
}

describe('a turn', () => {
  it('streams an answer and ends', async () => {
    await using engine = await startEngine([
      { blocks: [text('Hello, world. This is a longer text in several deltas.')] },
    ]);
    await engine.ask('Hi');
    assert.equal(engine.session.view.turns[0]!.state, 'done');
    const deltas = eventsOf(engine.events, 'block_delta').map((event) => event.text);
    assert.ok(deltas.length >= 1);
    assert.equal(deltas.join(''), 'Hello, world. This is a longer text in several deltas.');
    assert.deepEqual(
      engine.session.view.turns[0]!.items.map((item) => item.kind === 'text' && item.text),
      [deltas.join('')],
    );
  });

  it('runs tools and gives the results back in the order of the calls', async () => {
    const slowFirst = testTool(
      'Wait',
      async (input) => {
        await new Promise((resolve) => setTimeout(resolve, input.value === 'a' ? 30 : 1));
        return `waited ${input.value}`;
      },
      { safe: true },
    );
    await using engine = await startEngine(
      [
        {
          blocks: [text('Looking.'), toolUse('Wait', { value: 'a' }), toolUse('Wait', { value: 'b' })],
          stopReason: 'tool_use',
        },
        { blocks: [text('Done.')] },
      ],
      { tools: [slowFirst] },
    );
    await engine.ask('Go');
    assert.deepEqual(
      eventsOf(engine.events, 'tool_completed').map((event) => event.content),
      ['waited b', 'waited a'],
    );
    const body = engine.server.requests.at(-1)!.body as { messages: { content: { content?: unknown }[] }[] };
    assert.deepEqual(
      body.messages[2]!.content.map((block) => block.content),
      ['waited a', 'waited b'],
    );
    assert.equal(engine.session.view.turns[0]!.state, 'done');
  });

  it('leaves nobody who listens for its stop when its tools have ended, well or not', async () => {
    const signals: AbortSignal[] = [];
    const tool = testTool(
      'Try',
      async ({ value }, { signal }) => {
        signals.push(signal);
        if (value === 'b') throw new Error('No.');
        return 'tried';
      },
      { safe: true },
    );
    await using engine = await startEngine(
      [
        { blocks: [toolUse('Try', { value: 'a' }), toolUse('Try', { value: 'b' })], stopReason: 'tool_use' },
        { blocks: [text('Done.')] },
      ],
      { tools: [tool] },
    );
    await engine.ask('Go');
    // What a combined signal's listeners know is never collected: the call's results, and the conversation.
    assert.deepEqual(
      signals.map((signal) => getEventListeners(signal, 'abort').length),
      [0, 0],
    );
  });

  it('starts a tool while the answer is still arriving', async () => {
    let started = false;
    const tool = testTool('Note', async () => {
      started = true;
      return 'noted';
    });
    await using engine = await startEngine(
      [
        { blocks: [toolUse('Note', {}), text('More words.', { gate: 'more' })], stopReason: 'tool_use' },
        { blocks: [text('Done.')] },
      ],
      { tools: [tool] },
    );
    engine.session.submit(inputOf('Go'));
    for (let i = 0; !started && i < 200; i++) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.ok(started, 'the tool ran before the answer ended');
    assert.equal(eventsOf(engine.events, 'message_completed').length, 0);
    engine.server.release('more');
    await engine.session.whenIdle();
    assert.equal(engine.session.view.turns[0]!.state, 'done');
  });

  it('answers an unknown tool, a wrong input and malformed JSON with an error result, and goes on', async () => {
    await using engine = await startEngine(
      [
        {
          blocks: [
            toolUse('Nope', {}),
            toolUse('Echo', { value: 7 }),
            toolUse('Echo', {}, { rawInput: '{"value": "bro' }),
            toolUse('Echo', { value: 'fine' }),
          ],
          stopReason: 'tool_use',
        },
        { blocks: [text('I see.')] },
      ],
      { tools: [echo] },
    );
    await engine.ask('Go');
    assert.deepEqual(
      eventsOf(engine.events, 'tool_completed').map((event) => event.outcome),
      ['invalid', 'invalid', 'invalid', 'done'],
    );
    assert.equal(engine.session.view.turns[0]!.state, 'done');
  });

  it('never runs a call that was cut by the limit on tokens', async () => {
    let runs = 0;
    const tool = testTool('Count', async () => `${++runs}`);
    await using engine = await startEngine(
      [
        { blocks: [toolUse('Count', { value: 'a long value that is cut' }, { cutAt: 12 })] },
        { blocks: [text('Shorter then.')] },
      ],
      { tools: [tool] },
    );
    await engine.ask('Go');
    assert.equal(runs, 0);
    assert.equal(eventsOf(engine.events, 'tool_completed')[0]!.outcome, 'invalid');
    assert.equal(engine.session.view.turns[0]!.state, 'done');
  });

  it('sends thinking back verbatim and keeps blocks that it does not know', async () => {
    await using engine = await startEngine(
      [
        {
          blocks: [
            thinking('Let me see.', 'sig-1'),
            redactedThinking(),
            unknownBlock({ type: 'hologram', data: 1 }),
            toolUse('Echo', { value: 'x' }),
          ],
          stopReason: 'tool_use',
        },
        { blocks: [text('Done.')] },
      ],
      { tools: [echo] },
    );
    await engine.ask('Go');
    const body = engine.server.requests.at(-1)!.body as { messages: { content: { type: string }[] }[] };
    assert.deepEqual(
      body.messages[1]!.content.map((block) => block.type),
      ['thinking', 'redacted_thinking', 'hologram', 'tool_use'],
    );
    assert.equal(engine.session.view.turns[0]!.state, 'done');
  });

  it('pauses at the limit on requests and can go on', async () => {
    await using engine = await startEngine(
      () => ({ blocks: [toolUse('Echo', { value: 'again' })], stopReason: 'tool_use' }),
      { tools: [echo], maxTurns: 3 },
    );
    await engine.ask('Go');
    assert.equal(engine.server.requests.length, 3);
    assert.equal(engine.session.view.turns[0]!.state, 'limit');
    await engine.ask('continue');
    assert.equal(engine.server.requests.length, 6);
  });

  it('pauses when the same call has the same result again and again', async () => {
    await using engine = await startEngine(
      () => ({ blocks: [toolUse('Echo', { value: 'again' })], stopReason: 'tool_use' }),
      { tools: [echo] },
    );
    await engine.ask('Go');
    assert.equal(eventsOf(engine.events, 'turn_completed')[0]!.limit, 'repetition');
    assert.equal(engine.server.requests.length, 5);
  });

  it('cancels the calls beside a shell command that fails, and only then', async () => {
    const shell = testTool('Shell', async () => ({ content: 'boom', details: {}, isError: true }), {
      cancelsSiblings: true,
      safe: true,
    });
    const hang = testTool(
      'Hang',
      (_input, context) => new Promise((resolve) => context.signal.addEventListener('abort', () => resolve('stopped'))),
      {
        safe: true,
      },
    );
    const failingRead = testTool('Look', async () => Promise.reject(new Error('gone')), { safe: true });
    await using engine = await startEngine(
      [
        { blocks: [toolUse('Hang', {}), toolUse('Shell', {})], stopReason: 'tool_use' },
        { blocks: [toolUse('Look', {}), toolUse('Echo', { value: 'still here' })], stopReason: 'tool_use' },
        { blocks: [text('Done.')] },
      ],
      { tools: [shell, hang, failingRead, echo] },
    );
    await engine.ask('Go');
    const outcomes = Object.fromEntries(
      eventsOf(engine.events, 'tool_completed').map((event) => [event.name, event.outcome]),
    );
    assert.equal(outcomes['Shell'], 'failed');
    assert.equal(outcomes['Look'], 'failed');
    assert.equal(outcomes['Echo'], 'done');
  });
});

describe('a stop', () => {
  it('keeps partial text, answers open calls as interrupted, and the next request is valid', async () => {
    const hang = testTool(
      'Hang',
      (_input, { signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended')))),
    );
    await using engine = await startEngine(
      [
        {
          blocks: [toolUse('Hang', {}), text('Half a sentence that goes on', { gate: 'never', gateAt: 15 })],
          stopReason: 'tool_use',
        },
        { blocks: [text('Welcome back.')] },
      ],
      { tools: [hang] },
    );
    engine.session.submit(inputOf('Go'));
    for (
      let i = 0;
      i < 400 && !engine.session.view.turns[0]?.items.some((item) => item.kind === 'text' && item.text);
      i++
    ) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    engine.session.stop();
    await engine.session.whenIdle();
    const turn = engine.session.view.turns[0]!;
    assert.equal(turn.state, 'stopped');
    assert.deepEqual(
      turn.items.map((item) => [item.kind, 'state' in item ? item.state : '']),
      [
        ['tool', 'interrupted'],
        ['text', 'stopped'],
      ],
    );
    await engine.ask('And now?');
    assert.equal(engine.session.view.turns[1]!.state, 'done');
    const [asked, partial, resumed] = lastMessages(engine.server);
    assert.equal(asked, 'user: Go');
    assert.match(partial!, /^assistant: tool_use, Half a sentence(?!.*goes on)/);
    assert.equal(resumed, 'user: tool_result, And now?');
  });

  it('keeps the queue and waits for the person', async () => {
    await using engine = await startEngine([
      { blocks: [text('Long answer here', { gate: 'never', gateAt: 4 })] },
      { blocks: [text('Second.')] },
      { blocks: [text('Third.')] },
    ]);
    engine.session.submit(inputOf('one'));
    assert.equal(engine.session.submit(inputOf('two')), 'queued');
    assert.equal(engine.session.submit(inputOf('two')), 'duplicate');
    await engine.server.waitForRequest(1);
    engine.session.stop();
    await engine.session.whenIdle();
    assert.deepEqual(
      engine.session.view.session.queued.map((item) => item.text),
      ['two'],
    );
    assert.equal(engine.session.running, false);
  });
});

describe('a queued message', () => {
  it('becomes the next turn when the running one ends', async () => {
    await using engine = await startEngine([
      { blocks: [text('First.', { gate: 'go' })] },
      { blocks: [text('Second.')] },
    ]);
    engine.session.submit(inputOf('one'));
    engine.session.submit(inputOf('two'));
    engine.server.release('go');
    await engine.session.whenIdle();
    await engine.session.whenIdle();
    assert.deepEqual(
      engine.session.view.turns.map((turn) => [turn.text, turn.state]),
      [
        ['one', 'done'],
        ['two', 'done'],
      ],
    );
    assert.deepEqual(engine.session.view.session.queued, []);
  });
});

describe('a message that steers', () => {
  it('goes into the running turn between a result and the next request', async () => {
    await using engine = await startEngine(
      [
        { blocks: [text('Looking.', { gate: 'go' }), toolUse('Echo', { value: 'x' })], stopReason: 'tool_use' },
        { blocks: [text('Done, in French.')] },
      ],
      { tools: [echo] },
    );
    engine.session.submit(inputOf('Go'));
    engine.session.submit(inputOf('In French please'), 'steer');
    engine.server.release('go');
    await engine.session.whenIdle();
    assert.deepEqual(lastMessages(engine.server), [
      'user: Go',
      'assistant: Looking., tool_use',
      'user: tool_result, In French please',
    ]);
    assert.equal(engine.session.view.turns.length, 1);
    assert.deepEqual(engine.session.view.session.queued, []);
  });

  it('keeps a turn going that would have ended', async () => {
    await using engine = await startEngine([
      { blocks: [text('Done.', { gate: 'go' })] },
      { blocks: [text('That too.')] },
    ]);
    engine.session.submit(inputOf('Go'));
    engine.session.submit(inputOf('One more thing'), 'steer');
    engine.server.release('go');
    await engine.session.whenIdle();
    assert.deepEqual(lastMessages(engine.server), ['user: Go', 'assistant: Done.', 'user: One more thing']);
  });
});

describe('a message that waits', () => {
  it('can be delivered in another way, or taken back with all that it holds', async () => {
    await using engine = await startEngine(
      [
        { blocks: [text('Looking.', { gate: 'go' }), toolUse('Echo', { value: 'x' })], stopReason: 'tool_use' },
        { blocks: [text('Done.')] },
        { blocks: [text('Last.')] },
      ],
      { tools: [echo] },
    );
    const { session } = engine;
    const [first, second, third] = ['one', 'two', 'three'].map((words) => inputOf(words));
    session.submit(inputOf('Go'));
    session.submit(first!);
    session.submit(second!);
    session.submit(third!, 'steer');
    session.deliver(second!.id, 'steer');
    session.deliver(third!.id, 'follow_up');
    assert.deepEqual(
      session.view.session.queued.map(({ text: words, steer = false }) => [words, steer]),
      [
        ['one', false],
        ['two', true],
        ['three', false],
      ],
    );
    assert.deepEqual(session.unqueue(first!.id), first);
    assert.equal(session.unqueue(first!.id), undefined);
    engine.server.release('go');
    await session.whenIdle();
    assert.deepEqual(lastMessages(engine.server), [
      'user: Go',
      'assistant: Looking., tool_use',
      'user: tool_result, two',
      'assistant: Done.',
      'user: three',
    ]);
  });

  it('stays after a stop until it is sent, before the others', async () => {
    await using engine = await startEngine([
      { blocks: [text('Long answer here', { gate: 'never', gateAt: 4 })] },
      { blocks: [text('Second.')] },
      { blocks: [text('Third.')] },
    ]);
    const { session } = engine;
    const [first, second] = ['one', 'two'].map((words) => inputOf(words));
    session.submit(inputOf('Go'));
    await engine.server.waitForRequest(1);
    session.submit(first!);
    session.submit(second!, 'steer');
    session.stop();
    await session.whenIdle();
    assert.equal(session.view.session.queued.length, 2);
    session.deliver(second!.id, 'interrupt');
    await session.whenIdle();
    assert.deepEqual(
      session.view.turns.map((turn) => [turn.text, turn.state]),
      [
        ['Go', 'stopped'],
        ['two', 'done'],
        ['one', 'done'],
      ],
    );
  });
});

describe('a message that interrupts', () => {
  it('stops the running turn and goes out at once', async () => {
    await using engine = await startEngine([
      { blocks: [text('Long answer here', { gate: 'never', gateAt: 4 })] },
      { blocks: [text('Second.')] },
    ]);
    engine.session.submit(inputOf('one'));
    await engine.server.waitForRequest(1);
    engine.session.submit(inputOf('two'), 'interrupt');
    await engine.session.whenIdle();
    assert.deepEqual(
      engine.session.view.turns.map((turn) => [turn.text, turn.state]),
      [
        ['one', 'stopped'],
        ['two', 'done'],
      ],
    );
  });
});

describe('a failure', () => {
  const ok = { blocks: [text('Recovered.')] };
  const transient: [string, Parameters<typeof startEngine>[0]][] = [
    ['an overloaded status', [{ blocks: [], fault: httpError(529) }, ok]],
    ['a server error', [{ blocks: [], fault: httpError(500) }, ok]],
    ['a rate limit', [{ blocks: [], fault: rateLimited(1) }, ok]],
    ['an error event in a 200 stream', [{ blocks: [text('Lost words')], fault: errorEvent({ insideBlock: 0 }) }, ok]],
    ['a dropped connection', [{ blocks: [text('Lost words')], fault: { kind: 'drop', at: { insideBlock: 0 } } }, ok]],
    [
      'a connection dropped in the middle of an event',
      [{ blocks: [text('Lost words')], fault: { kind: 'drop', atByte: 150 } }, ok],
    ],
    ['a truncated stream', [{ blocks: [text('Lost words')], fault: { kind: 'truncate', at: { insideBlock: 0 } } }, ok]],
    ['an empty body', [{ blocks: [], fault: { kind: 'empty-body' } }, ok]],
    ['a line that is not JSON', [{ blocks: [text('x')], fault: { kind: 'malformed-data', at: 1 } }, ok]],
  ];
  for (const [name, script] of transient) {
    it(`of a passing kind is tried again: ${name}`, async () => {
      await using engine = await startEngine(script);
      await engine.ask('Go');
      assert.equal(eventsOf(engine.events, 'retry_scheduled').length, 1);
      const turn = engine.session.view.turns[0]!;
      assert.equal(turn.state, 'done');
      assert.deepEqual(
        turn.items.map((item) => item.kind === 'text' && item.text),
        ['Recovered.'],
      );
      assert.deepEqual(lastMessages(engine.server), ['user: Go']);
    });
  }

  it('of silence is noticed, whatever pings come', async () => {
    await using engine = await startEngine(
      [{ blocks: [text('Some words')], fault: { kind: 'stall', at: { insideBlock: 0 }, pingEveryMs: 20 } }, ok],
      { idleMs: 150 },
    );
    await engine.ask('Go');
    assert.equal(eventsOf(engine.events, 'retry_scheduled')[0]!.failure.class, 'idle_timeout');
    assert.equal(engine.session.view.turns[0]!.state, 'done');
  });

  const lasting: [string, string, Parameters<typeof startEngine>[0]][] = [
    ['a refused key', 'authentication', [{ blocks: [], fault: httpError(401) }]],
    ['a missing permission', 'permission', [{ blocks: [], fault: httpError(403) }]],
    ['an unknown model', 'invalid_request', [{ blocks: [], fault: httpError(404) }]],
    ['a request that is too large', 'request_too_large', [{ blocks: [], fault: httpError(413) }]],
  ];
  for (const [name, expected, script] of lasting) {
    it(`of a lasting kind ends the turn with a card that says what to do: ${name}`, async () => {
      await using engine = await startEngine(script);
      await engine.ask('Go');
      const turn = engine.session.view.turns[0]!;
      assert.equal(turn.state, 'failed');
      assert.equal(eventsOf(engine.events, 'failed')[0]!.failure.class, expected);
      const card = turn.items.at(-1)!;
      assert.ok(card.kind === 'notice' && card.level === 'error' && card.body.includes('kept'));
      assert.equal(engine.server.requests.length, 1);
    });
  }

  it('to reach anybody ends after the retries', async () => {
    await using engine = await startEngine([], { baseUrl: await deadUrl(), maxRetries: 2 });
    await engine.ask('Go');
    assert.equal(eventsOf(engine.events, 'retry_scheduled').length, 2);
    assert.equal(eventsOf(engine.events, 'failed')[0]!.failure.class, 'connection');
  });

  it('that asks for a longer wait than the cap is shown at once', async () => {
    await using engine = await startEngine([{ blocks: [], fault: rateLimited(3600) }]);
    await engine.ask('Go');
    assert.equal(eventsOf(engine.events, 'retry_scheduled').length, 0);
    assert.equal(eventsOf(engine.events, 'failed')[0]!.failure.class, 'rate_limit');
  });

  it('after a complete call keeps what ran and never runs it again', async () => {
    let runs = 0;
    const tool = testTool('Count', async () => `${++runs}`);
    await using engine = await startEngine(
      [
        { blocks: [toolUse('Count', {}), text('Then I')], fault: { kind: 'drop', at: { insideBlock: 1 } } },
        { blocks: [text('Going on.')] },
      ],
      { tools: [tool] },
    );
    await engine.ask('Go');
    assert.equal(runs, 1);
    assert.equal(engine.session.view.turns[0]!.state, 'done');
    assert.deepEqual(lastMessages(engine.server), ['user: Go', 'assistant: tool_use, Then I', 'user: tool_result']);
  });

  it('never shows the key', async () => {
    await using engine = await startEngine(
      [{ blocks: [], fault: httpError(401, { message: 'bad key secret-key-123' }) }],
      {
        apiKey: 'secret-key-123',
      },
    );
    await engine.ask('Go');
    assert.ok(!JSON.stringify(engine.events).includes('secret-key-123'));
  });
});

describe('a session opened again', () => {
  it('shows the same view, sends the same history, and says that a cut turn was cut', async () => {
    const script = [
      { blocks: [toolUse('Echo', { value: 'x' })], stopReason: 'tool_use' as const },
      { blocks: [text('Done.')] },
    ];
    const first = await startEngine(script, { tools: [echo] });
    await first.ask('Go');
    const view = first.session.view;
    await first[Symbol.asyncDispose]();

    await using second = await startEngine([{ blocks: [text('Again.')] }], {
      tools: [echo],
      log: new MemoryLog(first.log.all),
    });
    assert.deepEqual(second.session.view, view);
    await second.ask('More');
    assert.deepEqual(lastMessages(second.server), [
      'user: Go',
      'assistant: tool_use',
      'user: tool_result',
      'assistant: Done.',
      'user: More',
    ]);

    // The log as a killed process leaves it: every prefix must open, and its next request must be one that the API takes.
    for (let length = 1; length < first.log.all.length; length++) {
      await using cut = await startEngine([{ blocks: [text('On we go.')] }], {
        tools: [echo],
        log: new MemoryLog(first.log.all.slice(0, length)),
      });
      assert.ok(cut.session.view.turns.every((turn) => turn.state !== 'running'));
      await cut.ask('Still there?');
      assert.equal(cut.session.view.turns.at(-1)!.state, 'done', `a log of ${length} entries`);
    }
  });
});

describe('what is sent', () => {
  it('extends what was sent before, byte for byte', async () => {
    const calls = Array.from({ length: 12 }, (_, i) => ({
      blocks: [text(`Step ${i}.`), toolUse('Echo', { value: `${i}` })],
      stopReason: 'tool_use' as const,
    }));
    await using engine = await startEngine([...calls, { blocks: [text('Done.')] }], { tools: [echo] });
    await engine.ask('Go');
    const bodies = engine.server.requests.map(({ body }) => {
      const { tools, system, messages } = body as { tools: unknown; system: unknown; messages: unknown };
      return JSON.stringify([tools, system, messages], (key, value: unknown) =>
        key === 'cache_control' ? undefined : value,
      ).replace(/\]+$/, '');
    });
    assert.equal(bodies.length, 13);
    for (let i = 1; i < bodies.length; i++)
      assert.ok(bodies[i]!.startsWith(bodies[i - 1]!.slice(0, -1)), `request ${i + 1}`);
    const usage = eventsOf(engine.events, 'turn_completed')[0]!.usage;
    assert.ok(usage.cacheReadTokens >= 0);
  });
});

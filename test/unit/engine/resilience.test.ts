import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { StreamWatch } from '../../../src/adapters/stream-watch.ts';
import { withCircuitBreaker } from '../../../src/core/engine/circuit-breaker.ts';
import type { Failure } from '../../../src/core/events.ts';
import type { ModelClient, ModelEvent, ModelRequest } from '../../../src/core/ports.ts';
import { text } from '../../support/model/answer.ts';
import { httpError } from '../../support/model/fault.ts';
import { eventsOf, startEngine } from '../../support/engine/engine-harness.ts';

const overloaded: Failure = { class: 'overloaded', message: 'Too busy.', transient: true };
const request: ModelRequest = { model: 'm', maxTokens: 1, system: [], tools: [], messages: [] };

describe('the circuit breaker', () => {
  /** A model whose answers are written down, behind a breaker whose clock the test moves. */
  function setUp(outcomes: ('fails' | 'answers')[]) {
    let now = 0;
    let asked = 0;
    const model: ModelClient = {
      async *stream() {
        asked++;
        if (outcomes.shift() === 'answers') yield { type: 'stream', event: { type: 'message_stop' } };
        else yield { type: 'failed', failure: overloaded };
      },
    };
    const breaker = withCircuitBreaker({ model, clock: { monotonic: () => now }, failures: 3, restMs: 10_000 });
    return {
      pass: (ms: number) => (now += ms),
      asked: () => asked,
      ask: async (): Promise<ModelEvent[]> => {
        const events: ModelEvent[] = [];
        for await (const event of breaker.stream(request, new AbortController().signal)) events.push(event);
        return events;
      },
    };
  }

  it('leaves an endpoint alone after failures in a row, and says for how long', async () => {
    const { ask, asked, pass } = setUp(['fails', 'fails', 'fails', 'answers']);
    for (let i = 0; i < 3; i++) await ask();
    pass(4_000);
    const [event] = await ask();
    assert.ok(event?.type === 'failed' && event.failure.retryAfterMs === 6_000 && event.failure.transient);
    assert.match(event.failure.message, /3 times in a row/);
    assert.equal(asked(), 3, 'the endpoint was not asked');
  });

  it('tries once after the rest, and is whole again with an answer', async () => {
    const { ask, asked, pass } = setUp(['fails', 'fails', 'fails', 'answers', 'fails', 'answers']);
    for (let i = 0; i < 3; i++) await ask();
    pass(10_001);
    assert.equal((await ask())[0]!.type, 'stream');
    await ask();
    assert.equal((await ask())[0]!.type, 'stream', 'one failure does not open it');
    assert.equal(asked(), 6);
  });

  it('rests again when the trial fails', async () => {
    const { ask, asked, pass } = setUp(['fails', 'fails', 'fails', 'fails']);
    for (let i = 0; i < 3; i++) await ask();
    pass(10_001);
    await ask();
    await ask();
    assert.equal(asked(), 4);
  });
});

describe('the watch on a stream', () => {
  it('notices that the machine slept', async () => {
    let now = 0;
    const watch = new StreamWatch({ signal: new AbortController().signal, now: () => now });
    watch.start(40);
    now = 3_600_000;
    await new Promise((resolve) => watch.signal.addEventListener('abort', resolve));
    assert.equal(watch.failure?.class, 'connection');
    assert.match(watch.failure.message, /asleep/);
    watch.stop();
  });

  it('ends with the caller, without a failure', () => {
    const caller = new AbortController();
    const watch = new StreamWatch({ signal: caller.signal, now: Date.now });
    watch.start(1_000);
    caller.abort();
    assert.ok(watch.signal.aborted);
    assert.equal(watch.failure, undefined);
    watch.stop();
  });
});

describe('a fallback model', () => {
  it('stands in for one that stays overloaded, for the turn, and it is said', async () => {
    await using engine = await startEngine(
      ({ body }) =>
        body.model === 'other-model'
          ? { blocks: [text('I am the other one.')] }
          : { blocks: [], fault: httpError(529) },
      { fallbackModel: 'other-model', maxRetries: 1 },
    );
    await engine.ask('Go');
    assert.equal(engine.session.view.turns[0]!.state, 'done');
    assert.equal(engine.session.view.turns[0]!.footer!.model, 'other-model');
    assert.match(eventsOf(engine.events, 'notice')[0]!.body, /other-model answers/);
    assert.equal(engine.server.requests.length, 3);
  });

  it('does not stand in for a request that is wrong in itself', async () => {
    await using engine = await startEngine(() => ({ blocks: [], fault: httpError(400) }), {
      fallbackModel: 'other-model',
    });
    await engine.ask('Go');
    assert.equal(engine.session.view.turns[0]!.state, 'failed');
    assert.equal(engine.server.requests.length, 1);
  });
});

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { createAnthropicClient } from '../../../src/adapters/anthropic-client.ts';
import { systemClock } from '../../../src/adapters/system-clock.ts';
import { createSideModel, type SideAnswer, type SideModelOptions } from '../../../src/core/engine/side-model.ts';
import { serverToolUse, text, thinking, unknownBlock } from '../../support/model/answer.ts';
import { deadUrl } from '../../support/model/dead-url.ts';
import { httpError } from '../../support/model/fault.ts';
import { startModelServer, type ModelServer, type Script } from '../../support/model/model-server.ts';
import type { WireBody } from '../../support/model/wire-body.ts';

const servers: ModelServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const never = new AbortController().signal;
const noWait = { ...systemClock, sleep: async () => undefined };

async function setUp(script: Script, options: Partial<SideModelOptions> = {}) {
  const server = await startModelServer(script);
  servers.push(server);
  const connection = async () => ({ apiKey: 'k', baseUrl: server.url, idleMs: 5_000 });
  const client = createAnthropicClient({ connection, userAgent: 'test' });
  const side = createSideModel({ client, clock: noWait, settings: () => ({ model: 'main-model' }), ...options });
  return { server, side, bodies: () => server.requests.map(({ body }) => body as WireBody) };
}

const usage = { input_tokens: 30, output_tokens: 4 };
const question = { content: 'What?', maxTokens: 100 };
const told = (answer: SideAnswer): string => ('failure' in answer ? `failed: ${answer.failure.class}` : answer.text);

describe('a question beside the conversation', () => {
  it('says why there is no answer, and what it took', async () => {
    const { side } = await setUp([{ usage, blocks: [] }, { fault: httpError(400) }], {
      retry: { maxRetries: 0, maxWaitMs: 0 },
    });
    const empty = await side.ask(question, never);
    assert.equal(told(empty), 'failed: empty_response');
    assert.equal(empty.usage.inputTokens, 30);
    const refused = await side.ask(question, never);
    assert.equal(told(refused), 'failed: invalid_request');
    assert.equal(refused.usage.inputTokens, 0);
    const url = await deadUrl();
    const client = createAnthropicClient({
      connection: async () => ({ apiKey: 'k', baseUrl: url, idleMs: 5_000 }),
      userAgent: 'test',
    });
    const dead = createSideModel({ client, clock: noWait, settings: () => ({ model: 'm' }) });
    assert.equal(told(await dead.ask(question, never)), 'failed: connection');
  });

  it('gives the text, the blocks, the usage and the model that answered', async () => {
    const { side, bodies } = await setUp([
      { usage, model: 'main-model-2', blocks: [thinking('hm'), text('It is '), text('so.')] },
    ]);
    const answer = await side.ask({ ...question, system: 'Be brief.' }, never);
    assert.equal(told(answer), 'It is so.');
    assert.ok(!('failure' in answer));
    assert.deepEqual(
      answer.blocks.map(({ type }) => type),
      ['thinking', 'text', 'text'],
    );
    assert.deepEqual([answer.usage.inputTokens, answer.usage.outputTokens, answer.model], [30, 4, 'main-model-2']);
    const [body] = bodies();
    assert.deepEqual(
      [body?.model, body?.max_tokens, body?.messages],
      ['main-model', 100, [{ role: 'user', content: 'What?' }]],
    );
    assert.deepEqual(body?.system, [{ type: 'text', text: 'Be brief.' }]);
  });

  it('asks another model when one is named', async () => {
    const { side, bodies } = await setUp([{ blocks: [text('x')] }], { model: () => 'small-model' });
    await side.ask(question, never);
    assert.equal(bodies()[0]?.model, 'small-model');
  });

  it('tries again what fails for a passing reason, and counts all of it', async () => {
    const { side, server } = await setUp([
      { fault: httpError(529) },
      { usage, blocks: [text('half')], fault: { kind: 'truncate' } },
      { usage, blocks: [text('whole')] },
    ]);
    const answer = await side.ask(question, never);
    assert.equal(told(answer), 'whole');
    assert.equal(answer.usage.inputTokens, 60);
    assert.equal(server.requests.length, 3);
  });

  it('goes on where a server tool paused', async () => {
    const result = unknownBlock({ type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] });
    const { side, bodies, server } = await setUp([
      { blocks: [serverToolUse('web_search', { query: 'x' }, { id: 'srvtoolu_1' }), result], stopReason: 'pause_turn' },
      { blocks: [text('Found.')] },
    ]);
    const answer = await side.ask(question, never);
    assert.equal(told(answer), 'Found.');
    assert.ok(!('failure' in answer) && answer.blocks.length === 3);
    assert.equal(bodies()[1]?.messages.length, 2);
    assert.deepEqual(server.problems, []);
  });

  it('shares one request among those who ask the same at the same time, and counts it once', async () => {
    const { side, server } = await setUp(() => ({ usage, blocks: [text('shared')], pace: { headersGate: 'go' } }));
    const asked = [question, { ...question }, { ...question, content: 'Other?' }].map((it) => side.ask(it, never));
    await server.waitForRequest(2);
    server.release('go');
    const answers = await Promise.all(asked);
    assert.deepEqual(answers.map(told), ['shared', 'shared', 'shared']);
    assert.deepEqual(
      answers.map((answer) => answer.usage.inputTokens),
      [30, 0, 30],
    );
    await side.ask(question, never);
    assert.equal(server.requests.length, 3, 'what is over is asked anew');
  });

  it('ends the request when nobody waits for it any more, not before', async () => {
    const { side, server } = await setUp(() => ({ usage, blocks: [text('shared')], pace: { endGate: 'end' } }));
    const [first, second] = [new AbortController(), new AbortController()];
    const early = side.ask(question, first.signal);
    const late = side.ask(question, second.signal);
    const request = await server.waitForRequest(1);
    await server.waitForGate('end');
    first.abort();
    assert.equal(told(await early), 'failed: unknown');
    assert.equal(request.status, undefined, 'still being answered');
    second.abort();
    assert.equal(told(await late), 'failed: unknown');
    assert.equal(await request.settled, 'client_closed');
    assert.equal(told(await side.ask(question, AbortSignal.abort())), 'failed: unknown');
  });
});

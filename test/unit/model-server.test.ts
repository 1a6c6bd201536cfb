/** The scripted model itself: what it sends for each script, and what it refuses. */
import assert from 'node:assert/strict';
import Anthropic, { AuthenticationError } from '@anthropic-ai/sdk';
import { afterEach, describe, it } from 'mocha';
import {
  type WireShape,
  redactedThinking,
  serverToolUse,
  text,
  thinking,
  toolUse,
  unknownBlock,
} from '../support/model/answer.ts';
import { deadUrl } from '../support/model/dead-url.ts';
import { errorEvent, httpError, rateLimited } from '../support/model/fault.ts';
import {
  type ModelServer,
  type ModelServerOptions,
  type Script,
  startModelServer,
} from '../support/model/model-server.ts';
import {
  conversation,
  hello,
  type Json,
  readTool,
  refusedRequests,
  result,
  use,
} from '../support/model/refused-requests.ts';

let server: ModelServer;

async function start(script: Script, options?: ModelServerOptions): Promise<void> {
  server = await startModelServer(script, options);
}

function client(key = 'any-key'): Anthropic {
  return new Anthropic({ apiKey: null, authToken: key, baseURL: server.url, maxRetries: 0, logLevel: 'off' });
}

function post(body: unknown, path = '/v1/messages', signal: AbortSignal | null = null): Promise<Response> {
  return fetch(server.url + path, {
    method: 'POST',
    headers: { 'x-api-key': 'any-key', 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    signal,
  });
}

describe('model server', () => {
  afterEach(() => server.close());

  describe('refuses what the API refuses', () => {
    for (const [name, body, message] of refusedRequests) {
      it(name, async () => {
        await start([{ blocks: [text('never')] }]);
        const response = await post(body);
        const answer = (await response.json()) as { type: string; error: { type: string; message: string } };
        assert.equal(response.status, 400);
        assert.equal(answer.type, 'error');
        assert.equal(answer.error.type, 'invalid_request_error');
        assert.match(answer.error.message, message);
        assert.equal(server.problems.length, 1);
      });
    }

    it('a wrong key, a missing key and an unknown path', async () => {
      await start([], { wrongKey: 'stolen' });
      await assert.rejects(client('stolen').messages.create(hello as never), AuthenticationError);
      assert.equal((await fetch(`${server.url}/v1/models`)).status, 401);
      assert.equal((await post(hello, '/v1/elsewhere')).status, 404);
      assert.deepEqual(server.requests[0]?.auth, { kind: 'bearer', accepted: false });
      assert.equal(JSON.stringify(server.requests).includes('stolen'), false);
      assert.deepEqual(server.problems, []);
    });

    it('a prompt over the context window, a body over the limit and a model it does not list', async () => {
      await start([], {
        contextWindow: 1000,
        maxBodyBytes: 10_000,
        onlyListedModels: true,
        models: [{ id: 'm', display_name: 'M' }],
      });
      const long = await post(conversation(['user', 'word '.repeat(1000)]));
      assert.match(await long.text(), /prompt is too long: 12\d\d tokens > 1000 maximum/);
      assert.equal((await post(conversation(['user', 'word '.repeat(3000)]))).status, 413);
      assert.equal((await post({ ...hello, model: 'other' })).status, 404);
    });

    it('a request beyond the end of the script, and says so to the test', async () => {
      await start([{ blocks: [text('only one')] }]);
      await client()
        .messages.stream(hello as never)
        .finalText();
      assert.equal((await post(hello)).status, 400);
      assert.deepEqual(server.problems, ['The script holds 1 answers, but request 2 came.']);
    });
  });

  describe('sends what is scripted', () => {
    const blocks = [
      thinking('let me see'),
      redactedThinking('secret'),
      text('I read two files – ä 🚀.'),
      toolUse('Read', { file_path: '/a "b"' }),
      serverToolUse('web_search', { query: 'x' }),
      unknownBlock({ type: 'hologram', depth: 3 }),
    ];
    const content = [
      { type: 'text', text: 'I read two files – ä 🚀.' },
      { type: 'tool_use', id: 'toolu_0001', name: 'Read', input: { file_path: '/a "b"' } },
      { type: 'server_tool_use', id: 'srvtoolu_0001', name: 'web_search', input: { query: 'x' } },
      { type: 'hologram', depth: 3 },
    ];

    it('the same message streamed and whole', async () => {
      for (const stream of [true, false]) {
        await using own = await startModelServer([{ blocks }]);
        server = own;
        const body = { ...hello, tools: [readTool], stream };
        const message = stream
          ? await client()
              .messages.stream(body as never)
              .finalMessage()
          : await client().messages.create({ ...body, stream: false } as never);
        assert.deepEqual(message.content.slice(2), content);
        assert.equal(message.stop_reason, 'tool_use');
        assert.equal(message.id, 'msg_0001');
      }
    });

    it('every legal wire form to the same end', async () => {
      const forms: WireShape[] = [
        { crlf: true },
        { multilineData: true, comments: true },
        { pingEvery: 1, unknownEvents: true },
        { splitBytes: 1 },
        { splitBytes: 7, crlf: true, multilineData: true, comments: true, pingEvery: 2 },
      ];
      await start(forms.map((wire) => ({ blocks: [text('naïve 🚀 "quoted"\n')], wire, pace: { charsPerDelta: 3 } })));
      for (const form of forms) {
        const spoken = await client()
          .messages.stream(hello as never)
          .finalText();
        assert.equal(spoken, 'naïve 🚀 "quoted"\n', JSON.stringify(form));
      }
    });

    it('chunks that cut characters in two', async () => {
      await start([{ blocks: [text('🚀'.repeat(50))], wire: { splitBytes: 1 } }]);
      let cut = 0;
      for await (const chunk of (await post(hello)).body ?? []) {
        cut += Buffer.from(chunk).toString('utf8').includes('\uFFFD') ? 1 : 0;
      }
      assert.ok(cut > 10, `${cut} chunks began or ended inside a character`);
    });

    it('a tool input as raw text, and one cut by max_tokens', async () => {
      await start([
        { blocks: [toolUse('Read', {}, { rawInput: '{"file_path": oops' })] },
        { blocks: [toolUse('Read', { file_path: '/a/long/path' }, { cutAt: 12 })] },
      ]);
      const body = { ...hello, tools: [readTool] };
      assert.match(await (await post(body)).text(), /"partial_json":"\{\\"file_path\\": oops"/);
      const cut = await (await post(body)).text();
      assert.match(cut, /"partial_json":"\{\\"file_path\\""/);
      assert.match(cut, /"stop_reason":"max_tokens"/);
    });

    it('text before a gate, and the rest after the test opens it', async () => {
      await start([{ blocks: [text('before'), text('after', { gate: 'door' })] }]);
      const stream = client().messages.stream(hello as never);
      let seen = '';
      stream.on('text', (delta) => (seen += delta));
      await server.waitForGate('door');
      await stream.emitted('text');
      assert.equal(seen, 'before');
      server.release('door');
      await stream.finalMessage();
      assert.equal(seen, 'beforeafter');
    });

    it('deltas at the pace asked for', async () => {
      await start([{ blocks: [text('abcdefghij')], pace: { ttftMs: 30, deltaMs: 10, charsPerDelta: 1 } }]);
      const started = performance.now();
      await (await post(hello)).text();
      const took = performance.now() - started;
      assert.ok(took >= 120 && took < 2000, `${took} ms`);
    });

    it('side requests without touching the list', async () => {
      await start([{ blocks: [text('main')] }], { sideAnswer: { blocks: [text('A title')] } });
      const side = await client().messages.create({ ...hello, stream: false } as never);
      assert.deepEqual((side as Anthropic.Message).content, [{ type: 'text', text: 'A title' }]);
      assert.equal(
        await client()
          .messages.stream(hello as never)
          .finalText(),
        'main',
      );
      assert.deepEqual(
        server.requests.map((request) => request.isMain),
        [false, true],
      );
    });

    it('models and token counts', async () => {
      await start([], { models: [{ id: 'scripted', display_name: 'Scripted', max_tokens: 5 }] });
      const page = await client().models.list();
      assert.deepEqual(
        page.data.map((model) => [model.id, model.max_tokens]),
        [['scripted', 5]],
      );
      assert.equal((await client().models.retrieve('scripted')).display_name, 'Scripted');
      const counted = await client().messages.countTokens({
        model: 'm',
        messages: [{ role: 'user', content: 'x'.repeat(400) }],
      });
      assert.ok(counted.input_tokens >= 100 && counted.input_tokens < 130);
    });
  });

  describe('keeps a conversation honest', () => {
    const script: Script = [{ blocks: [thinking('hm', 'sig-1'), toolUse('Read', {})] }, { blocks: [text('done')] }];

    async function secondRequest(firstBlocks: unknown[]): Promise<Response> {
      await start(script);
      const adaptive = { thinking: { type: 'adaptive' } };
      await (await post({ ...conversation(['user', 'go']), ...adaptive })).text();
      return post({
        ...conversation(['user', 'go'], ['assistant', firstBlocks], ['user', [result('toolu_0001')]]),
        ...adaptive,
      });
    }

    it('takes thinking back unchanged', async () => {
      const response = await secondRequest([
        { type: 'thinking', thinking: 'hm', signature: 'sig-1' },
        use('toolu_0001'),
      ]);
      assert.equal(response.status, 200);
    });

    it('refuses thinking that was changed or lost', async () => {
      const changed = await secondRequest([
        { type: 'thinking', thinking: 'hm!', signature: 'sig-1' },
        use('toolu_0001'),
      ]);
      assert.match(await changed.text(), /messages\.1\.content\.0: Invalid `signature`/);
      await server.close();
      const lost = await secondRequest([use('toolu_0001')]);
      assert.match(await lost.text(), /must be passed back unchanged/);
    });

    it('counts cache writes and reads at the marks', async () => {
      await start([{ blocks: [text('a')] }, { blocks: [text('b')] }, { blocks: [text('c')] }]);
      const mark = { cache_control: { type: 'ephemeral' as const } };
      const ask = async (system: string, question: string): Promise<Anthropic.Usage> => {
        const body = {
          ...hello,
          system: [{ type: 'text', text: system, ...mark }],
          messages: [{ role: 'user', content: question }],
        };
        return (
          await client()
            .messages.stream(body as never)
            .finalMessage()
        ).usage;
      };
      const long = 'rule '.repeat(2000);
      const first = await ask(long, 'one');
      const second = await ask(long, 'two');
      const third = await ask(`x${long}`, 'two');
      assert.ok((first.cache_creation_input_tokens ?? 0) > 2400);
      assert.equal(first.cache_read_input_tokens, 0);
      assert.equal(second.cache_read_input_tokens, first.cache_creation_input_tokens);
      assert.equal(second.cache_creation_input_tokens, 0);
      assert.ok(second.input_tokens < 20);
      assert.equal(third.cache_read_input_tokens, 0);
    });
  });

  describe('breaks as told', () => {
    it('with any HTTP error, its headers and a request id', async () => {
      await start([{ fault: rateLimited(7) }, { fault: httpError(529) }, { blocks: [text('recovered')] }]);
      const limited = await post(hello);
      assert.equal(limited.status, 429);
      assert.equal(limited.headers.get('retry-after'), '7');
      assert.equal(limited.headers.get('anthropic-ratelimit-requests-remaining'), '0');
      assert.equal(limited.headers.get('request-id'), 'req_0001');
      await assert.rejects(client().messages.create(hello as never), { status: 529, type: 'overloaded_error' });
      assert.equal(
        await client()
          .messages.stream(hello as never)
          .finalText(),
        'recovered',
      );
    });

    it('with an error event inside a 200 stream', async () => {
      await start([{ blocks: [text('half of it')], fault: errorEvent({ insideBlock: 0 }) }]);
      await assert.rejects(
        client()
          .messages.stream(hello as never)
          .finalMessage(),
        { type: 'overloaded_error' },
      );
    });

    it('by cutting the connection at an event or at a byte', async () => {
      await start([
        { blocks: [text('kept'), text('lost')], fault: { kind: 'drop', at: { afterBlock: 0 } } },
        { blocks: [text('x')], fault: { kind: 'drop', atByte: 100 } },
      ]);
      for (const expected of [/"kept"/, /^.{100}$/s]) {
        const response = await post(hello);
        let received = '';
        await assert.rejects(async () => {
          for await (const chunk of response.body ?? []) {
            received += Buffer.from(chunk).toString();
          }
        }, /terminated/);
        assert.match(received, expected);
        assert.doesNotMatch(received, /lost/);
      }
      assert.equal(await server.requests[0]?.settled, 'cut');
    });

    it('by ending without message_stop', async () => {
      await start([{ blocks: [text('all of the text')], fault: { kind: 'truncate' } }]);
      const received = await (await post(hello)).text();
      assert.match(received, /content_block_stop/);
      assert.doesNotMatch(received, /message_(delta|stop)/);
    });

    it('by going silent, with pings or without, until the client gives up', async () => {
      await start([
        { blocks: [text('x')], fault: { kind: 'stall', at: 2, pingEveryMs: 10 } },
        { blocks: [text('x')], fault: { kind: 'stall', at: 0 } },
      ]);
      for (const expected of [/(event: ping[^]*){3}/, /^$/]) {
        const stop = new AbortController();
        const response = await post(hello, '/v1/messages', stop.signal);
        setTimeout(() => stop.abort(), 150);
        let received = '';
        await assert.rejects(
          async () => {
            for await (const chunk of response.body ?? []) {
              received += Buffer.from(chunk).toString();
            }
          },
          { name: 'AbortError' },
        );
        assert.match(received, expected);
      }
      assert.equal(await server.requests[1]?.settled, 'client_closed');
    });

    it('with a line that is not JSON, no body, another content type, or late headers', async () => {
      await start([
        { blocks: [text('x')], fault: { kind: 'malformed-data', at: 1 } },
        { fault: { kind: 'empty-body' } },
        { fault: { kind: 'wrong-content-type' } },
        { blocks: [text('x')], fault: { kind: 'slow-headers', delayMs: 80 } },
      ]);
      assert.match(await (await post(hello)).text(), /"del\n\n/);
      assert.equal(await (await post(hello)).text(), '');
      assert.equal((await post(hello)).headers.get('content-type'), 'text/html');
      const asked = performance.now();
      await post(hello);
      assert.ok(performance.now() - asked >= 75);
    });

    it('by refusing connections', async () => {
      await start([]);
      await assert.rejects(fetch(await deadUrl()), (error: Error) => /ECONNREFUSED/.test(String(error.cause)));
    });

    it('with a sentence when the script names a place that does not exist', async () => {
      await start([{ blocks: [text('x')], fault: { kind: 'truncate', at: { afterBlock: 5 } } }]);
      await assert.rejects(async () => (await post(hello)).text());
      assert.match(server.problems[0] ?? '', /has no place \{"afterBlock":5\}/);
    });
  });

  it('closes while answers are open, and waits for requests that come late', async () => {
    await start([{ blocks: [text('x', { gate: 'never' })] }]);
    await assert.rejects(server.waitForRequest(1, 20), /Waited 20 ms for model request 1, but only 0 came/);
    const waiting = server.waitForRequest(1);
    const open = client()
      .messages.stream(hello as never)
      .finalMessage();
    open.catch(() => undefined);
    assert.equal(((await waiting).body as Json).model, 'm');
    await server.waitForGate('never');
    await server.close();
    await assert.rejects(open);
  });
});

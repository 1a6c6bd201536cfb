/** The routes of the scripted server, and which scripted answer each request gets. */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, text } from './answer.ts';
import { type ComposedAnswer, composeAnswer } from './compose-answer.ts';
import { type Fault, httpError } from './fault.ts';
import type { Gates } from './gates.ts';
import type { ModelRequest, ModelServerOptions, Script, ScriptedModel } from './model-server.ts';
import { playStream } from './play-stream.ts';
import { playWhole, sendJson } from './play-whole.ts';
import { countInputTokens, createPromptCache } from './prompt-cache.ts';
import { readRequest, refuseEntry, refuseHistory } from './read-request.ts';
import type { RecordedRequest } from './recorded-request.ts';
import { createThinkingLedger } from './thinking-ledger.ts';
import { countTokensBodySchema, type WireBody, wireBodySchema } from './wire-body.ts';

/** One request being answered. */
export interface Exchange {
  record: RecordedRequest;
  response: ServerResponse;
  isTooLarge: boolean;
  /** Aborts when the client hangs up or the server closes. */
  signal: AbortSignal;
  requestId: string;
}

/** Answers one request. Resolves to false when the script cut the answer; rejects when the client is gone. */
export type MessagesApi = (exchange: Exchange) => Promise<boolean>;

export interface MessagesApiParts {
  script: Script;
  options: ModelServerOptions;
  gates: Gates;
  /** Where refused and unscripted requests are noted. */
  problems: string[];
}

const defaultModels: readonly ScriptedModel[] = [{ id: 'scripted-model', display_name: 'Scripted model' }];

export function createMessagesApi({ script, options, gates, problems }: MessagesApiParts): MessagesApi {
  const ledger = createThinkingLedger();
  const cache = createPromptCache(options.minimumCacheTokens ?? 1024);
  const nextAnswer = createScriptReader(script, options, problems);
  const nextId = createIds();

  async function answerMessages(exchange: Exchange): Promise<boolean> {
    const { record, response } = exchange;
    const reading = readRequest(exchange, wireBodySchema);
    const refusal = reading.refusal ?? refuseHistory(reading.body, ledger, options);
    if (refusal) {
      noteRefusal(record, refusal, problems);
      return sendFault(exchange, refusal);
    }
    const body = reading.body as WireBody;
    record.isMain = (options.isMain ?? streamsOrOffersTools)(body);
    const answer = await nextAnswer({ body, isMain: record.isMain });
    const headerFault = await beforeHeaders(answer, gates, exchange);
    if (headerFault) {
      return sendFault(exchange, headerFault);
    }
    const composed = composeAnswer(answer, {
      messageId: nextId('msg'),
      model: body.model,
      input: cache.account(body),
      nextToolId: nextId,
    });
    ledger.sent(composed.message.content);
    return play(answer, composed, body.stream === true, { ...exchange, gates, response });
  }

  return async (exchange) => {
    const { method, path } = exchange.record;
    const route = `${method} ${path.replace(/\?.*/, '')}`;
    if (route === 'POST /v1/messages') {
      return answerMessages(exchange);
    }
    const reply =
      route === 'POST /v1/messages/count_tokens'
        ? countTokens(exchange)
        : listModels(exchange, route, options.models ?? defaultModels);
    return reply.fault ? sendFault(exchange, reply.fault) : sendReply(exchange, reply.body);
  };
}

function createIds(): (prefix: string) => string {
  const counters = new Map<string, number>();
  return (prefix) => {
    const count = (counters.get(prefix) ?? 0) + 1;
    counters.set(prefix, count);
    return `${prefix}_${String(count).padStart(4, '0')}`;
  };
}

function createScriptReader(
  script: Script,
  options: ModelServerOptions,
  problems: string[],
): (request: ModelRequest) => Promise<Answer> {
  const sideAnswer = options.sideAnswer ?? { blocks: [text('Scripted title')] };
  let played = 0;
  const choose = async (request: ModelRequest): Promise<Answer> => {
    if (typeof script === 'function') {
      return script(request);
    }
    if (!request.isMain) {
      return sideAnswer;
    }
    const answer = script[played++];
    if (answer) {
      return answer;
    }
    const problem = `The script holds ${script.length} answers, but request ${played} came.`;
    problems.push(problem);
    return { fault: httpError(400, { message: problem }) };
  };
  return async (request) => {
    const answer = await choose(request);
    return {
      ...answer,
      pace: { ...options.pace, ...answer.pace },
      wire: { ...options.wire, ...answer.wire },
    };
  };
}

function streamsOrOffersTools(body: WireBody): boolean {
  return body.stream === true || (body.tools ?? []).length > 0;
}

/** A wrong key is what a test asked for; a wrong request is a finding. */
function noteRefusal(record: RecordedRequest, refusal: Fault, problems: string[]): void {
  if (refusal.kind === 'http' && refusal.status !== 401) {
    problems.push(`Request ${record.index} was refused with ${refusal.status}: ${refusal.message}`);
  }
}

/** Waits as long as the answer says; returns the fault that stands in place of a 200 answer, if any. */
async function beforeHeaders(answer: Answer, gates: Gates, { signal }: Exchange): Promise<Fault | undefined> {
  if (answer.pace?.headersGate) {
    await gates.pass(answer.pace.headersGate, signal);
  }
  if (answer.fault?.kind === 'slow-headers') {
    await sleep(answer.fault.delayMs, undefined, { signal });
  }
  const replaced = ['http', 'empty-body', 'wrong-content-type'];
  return answer.fault && replaced.includes(answer.fault.kind) ? answer.fault : undefined;
}

function sendFault({ response, requestId }: Exchange, fault: Fault): boolean {
  if (fault.kind === 'http') {
    const body = { type: 'error', error: { type: fault.type, message: fault.message }, request_id: requestId };
    response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
    response.end(fault.body ?? JSON.stringify(body));
  } else if (fault.kind === 'wrong-content-type') {
    response.writeHead(200, { 'content-type': fault.contentType ?? 'text/html' });
    response.end(fault.body ?? '<html><body>Sign in to the network</body></html>');
  } else {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end();
  }
  return true;
}

function play(
  answer: Answer,
  composed: ComposedAnswer,
  isStream: boolean,
  context: Exchange & { gates: Gates },
): Promise<boolean> {
  if (!isStream) {
    return playWhole(answer, composed, context);
  }
  context.response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'anthropic-ratelimit-requests-limit': '50',
    'anthropic-ratelimit-requests-remaining': '49',
    'anthropic-ratelimit-requests-reset': '2030-01-01T00:00:00Z',
  });
  context.response.flushHeaders();
  return playStream(answer, composed.steps, context);
}

/** What a plain JSON route answers. */
type Reply = { body: object; fault?: undefined } | { body?: undefined; fault: Fault };

function sendReply({ response }: Exchange, body: object): boolean {
  sendJson(response, 200, body);
  return true;
}

function countTokens(exchange: Exchange): Reply {
  const reading = readRequest(exchange, countTokensBodySchema);
  return reading.refusal ? { fault: reading.refusal } : { body: { input_tokens: countInputTokens(reading.body) } };
}

function listModels(exchange: Exchange, route: string, models: readonly ScriptedModel[]): Reply {
  const refusal = refuseEntry(exchange);
  if (refusal) {
    return { fault: refusal };
  }
  const entries = models.map((model) => ({
    type: 'model',
    max_input_tokens: 200_000,
    max_tokens: 32_000,
    ...model,
    created_at: '2026-01-01T00:00:00Z',
    deprecated_at: null,
    retires_at: null,
    lifecycle: 'active',
    line: null,
    capabilities: null,
  }));
  if (route === 'GET /v1/models') {
    const ends = { first_id: models[0]?.id ?? null, last_id: models.at(-1)?.id ?? null };
    return { body: { data: entries, has_more: false, ...ends } };
  }
  const id = /^GET \/v1\/models\/(.+)$/.exec(route)?.[1];
  const entry = entries.find((candidate) => candidate.id === id);
  return entry ? { body: entry } : { fault: httpError(404, { message: `Not found: ${route}` }) };
}

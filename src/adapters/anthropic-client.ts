// The Messages API as a ModelClient: one request a call, no retries of its own, a watch on silence.
import type { BaseAnthropic } from '@anthropic-ai/sdk/client';
import type { ModelClient, ModelEvent, ModelRequest } from '../core/ports.ts';
import { readMessageEvents } from './message-events.ts';
import { modelFailure } from './model-failure.ts';
import { PlainHeaders } from './plain-headers.ts';
import { readRateLimit } from './rate-limit.ts';
import { bodyBytes, promptBytes } from './request-body.ts';
import { StreamWatch } from './stream-watch.ts';

/** How requests are made; read at each request, so that a new key or address applies to the next one. */
export interface Connection {
  readonly apiKey?: string;
  /** Sent as `Authorization: Bearer`. */
  readonly authToken?: string;
  /** Undefined: Anthropic's own. */
  readonly baseUrl?: string;
  /** Milliseconds without an event after which a request is given up; pings do not count. */
  readonly idleMs: number;
}

export interface AnthropicClientOptions {
  /** May reject; the words of its error reach the person. */
  readonly connection: () => Promise<Connection>;
  readonly userAgent: string;
  /** Default: the global one, which in the editor's host knows its proxy and certificates. */
  readonly fetch?: typeof fetch;
}

const COUNT_TIMEOUT_MS = 5_000;

export function createAnthropicClient(options: AnthropicClientOptions): ModelClient {
  const client = clientKeeper(options);
  return {
    stream: (request, signal) => streamAnswer(options, client, request, signal),
    countTokens: (request, signal) => countTokens(options, client, request, signal),
  };
}

async function* streamAnswer(
  options: AnthropicClientOptions,
  clientFor: ReturnType<typeof clientKeeper>,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  if (signal.aborted) return;
  const secrets: string[] = [];
  const watch = new StreamWatch({ signal, now: Date.now });
  let streaming = false;
  try {
    const connection = await options.connection().catch((error: unknown) => {
      throw new NotConnectable(error instanceof Error ? error.message : String(error));
    });
    secrets.push(...[connection.apiKey, connection.authToken].filter((secret) => secret !== undefined));
    const client = await clientFor(connection);
    watch.start(connection.idleMs);
    // The bare response: the SDK's own method writes to the console about old models, and its reader is slow with many small events.
    const response = await client
      .post('/v1/messages', {
        ...jsonBody(bodyBytes(request)),
        stream: true,
        signal: watch.signal,
        maxRetries: 0,
        timeout: connection.idleMs,
      })
      .asResponse();
    const rateLimit = readRateLimit(response.headers);
    const requestId = response.headers.get('request-id') ?? undefined;
    yield { type: 'connected', requestId, ...(rateLimit ? { rateLimit } : {}) };
    for await (const events of readMessageEvents(response.body ?? nothing())) {
      streaming = true;
      watch.heard();
      for (const event of events) yield { type: 'stream', event };
    }
    if (watch.failure) yield { type: 'failed', failure: watch.failure };
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof NotConnectable) {
      yield { type: 'failed', failure: { class: 'authentication', message: error.message, transient: false } };
      return;
    }
    yield {
      type: 'failed',
      failure: watch.failure ?? modelFailure(error, streaming, secrets),
    };
  } finally {
    watch.stop();
  }
}

/** A question beside the conversation: without an answer the estimate stands. */
async function countTokens(
  options: AnthropicClientOptions,
  clientFor: ReturnType<typeof clientKeeper>,
  request: ModelRequest,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const client = await clientFor(await options.connection());
    const asked = { ...jsonBody(promptBytes(request)), signal, maxRetries: 0, timeout: COUNT_TIMEOUT_MS };
    const counted = await client.post<{ input_tokens?: unknown }>('/v1/messages/count_tokens', asked);
    return typeof counted.input_tokens === 'number' ? counted.input_tokens : undefined;
  } catch {
    return undefined;
  }
}

/** There is no key or no usable address; the message says so. */
class NotConnectable extends Error {}

/** The SDK's connection alone, loaded at first use: a fraction of what its front door loads. Made anew when key or address change. */
function clientKeeper({ userAgent, fetch = globalFetch }: AnthropicClientOptions) {
  let made: { readonly of: string; readonly client: BaseAnthropic } | undefined;
  return async ({ apiKey, authToken, baseUrl }: Connection): Promise<BaseAnthropic> => {
    const of = JSON.stringify([apiKey, authToken, baseUrl]);
    if (made?.of === of) return made.client;
    const sdk = await import('@anthropic-ai/sdk/client');
    const client = new sdk.BaseAnthropic({
      // Both are given, one as null: otherwise the SDK looks into the environment by itself.
      apiKey: apiKey ?? null,
      authToken: apiKey === undefined ? (authToken ?? null) : null,
      baseURL: baseUrl ?? 'https://api.anthropic.com',
      defaultHeaders: { 'user-agent': userAgent },
      fetch,
      logLevel: 'off',
      openTelemetry: false,
    });
    made = { of, client };
    return client;
  };
}

/** With the headers as pairs: the SDK's own may be `PlainHeaders`. */
const globalFetch: typeof fetch = (input, { headers = [], ...init } = {}) =>
  globalThis.fetch(input, { ...init, headers: [...new PlainHeaders(headers)] });

/** In bytes: of anything else the SDK looks whether it is a form, and that loads the global fetch. */
function jsonBody(body: Uint8Array) {
  return { body, headers: { 'content-type': 'application/json' } };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

// The Messages API as a ModelClient: one request a call, no retries of its own, a watch on silence.
import type { BetaRawMessageStreamEvent, MessageCreateParamsStreaming } from '@anthropic-ai/sdk/resources/beta/messages';
import type { ModelClient, ModelEvent, ModelParameters, ModelRequest } from '../core/ports.ts';
import { modelFailure } from './model-failure.ts';
import { readRateLimit } from './rate-limit.ts';
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
}

export function createAnthropicClient(options: AnthropicClientOptions): ModelClient {
  return { stream: (request, signal) => streamAnswer(options, request, signal) };
}

async function* streamAnswer(
  options: AnthropicClientOptions,
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
    const client = await createClient(connection, options.userAgent);
    watch.start(connection.idleMs);
    // Not by the SDK's own method, which writes to the console about models that are old.
    const {
      data: stream,
      request_id: requestId,
      response,
    } = await client
      .post<AsyncIterable<BetaRawMessageStreamEvent>>('/v1/messages', {
        body: body(request),
        stream: true,
        signal: watch.signal,
        maxRetries: 0,
        timeout: connection.idleMs,
      })
      .withResponse();
    const rateLimit = readRateLimit(response.headers);
    yield { type: 'connected', requestId: requestId ?? undefined, ...(rateLimit ? { rateLimit } : {}) };
    for await (const event of stream) {
      streaming = true;
      watch.heard();
      yield { type: 'stream', event };
    }
    // The SDK ends an aborted stream quietly.
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

/** There is no key or no usable address; the message says so. */
class NotConnectable extends Error {}

/** The SDK's connection alone, loaded at first use: a fraction of what its front door loads. */
async function createClient(connection: Connection, userAgent: string) {
  const { BaseAnthropic } = await import('@anthropic-ai/sdk/client');
  return new BaseAnthropic({
    // Both are given, one as null: otherwise the SDK looks into the environment by itself.
    apiKey: connection.apiKey ?? null,
    authToken: connection.apiKey === undefined ? (connection.authToken ?? null) : null,
    baseURL: connection.baseUrl ?? 'https://api.anthropic.com',
    defaultHeaders: { 'user-agent': userAgent },
    // In the editor's host the global fetch knows its proxy and certificates.
    fetch: (...args) => globalThis.fetch(...args),
    logLevel: 'off',
    openTelemetry: false,
  });
}

function body(request: ModelRequest): MessageCreateParamsStreaming {
  return {
    model: request.model,
    max_tokens: request.maxTokens,
    system: [...request.system],
    tools: [...request.tools],
    messages: [...request.messages],
    stream: true,
    ...wireParameters(request.parameters ?? {}),
  };
}

function wireParameters(parameters: ModelParameters) {
  const { temperature, topP, topK, stopSequences, toolChoice, userId, thinking, effort } = parameters;
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(topK === undefined ? {} : { top_k: topK }),
    ...(stopSequences === undefined ? {} : { stop_sequences: [...stopSequences] }),
    ...(toolChoice === undefined ? {} : { tool_choice: wireToolChoice(toolChoice) }),
    ...(userId === undefined ? {} : { metadata: { user_id: userId } }),
    ...(thinking === undefined ? {} : { thinking: wireThinking(thinking) }),
    ...(effort === undefined ? {} : { output_config: { effort } }),
  };
}

function wireToolChoice(choice: NonNullable<ModelParameters['toolChoice']>) {
  return typeof choice === 'string' ? { type: choice } : { type: 'tool' as const, name: choice.name };
}

function wireThinking(thinking: NonNullable<ModelParameters['thinking']>) {
  return typeof thinking === 'string'
    ? { type: thinking }
    : { type: 'enabled' as const, budget_tokens: thinking.budgetTokens };
}

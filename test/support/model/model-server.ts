/** A scripted model on a loopback socket that speaks the Anthropic Messages API: the one fake part of our tests. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer } from './answer.ts';
import { deferred } from './deferred.ts';
import { createGates } from './gates.ts';
import { createMessagesApi, type Exchange } from './messages-api.ts';
import { type Outcome, readAuth, type RecordedRequest, redactHeaders } from './recorded-request.ts';
import { createRequestWaiters } from './request-waiters.ts';
import type { WireBody } from './wire-body.ts';

/** A request that passed validation, as a reactive script sees it. */
export interface ModelRequest {
  body: WireBody;
  isMain: boolean;
}

/**
 * Either answers, played in order to the main conversation's requests (each attempt takes one, so a fault is followed by the
 * answer to the retry), or a function that answers every request, side requests too.
 */
export type Script = readonly Answer[] | ((request: ModelRequest) => Answer | Promise<Answer>);

export interface ScriptedModel {
  id: string;
  display_name: string;
  max_input_tokens?: number;
  max_tokens?: number;
}

export interface ModelServerOptions {
  /** Default 0: any free port. */
  port?: number;
  /** The key that is answered with 401. Default `wrong-key`; every other key is right. */
  wrongKey?: string;
  /** What `GET /v1/models` lists. Requests may name any model unless `onlyListedModels`. */
  models?: readonly ScriptedModel[];
  onlyListedModels?: boolean;
  /** Which requests take an answer from a list. Default: those that stream or offer tools. */
  isMain?: (body: WireBody) => boolean;
  /** The answer to requests that are not main, when the script is a list. */
  sideAnswer?: Answer;
  /** Merged under each answer's own pace. */
  pace?: Answer['pace'];
  /** Merged under each answer's own wire form. */
  wire?: Answer['wire'];
  /** Tokens; a longer prompt gets the API's "prompt is too long". Default: no limit. */
  contextWindow?: number;
  /** Tokens; shorter prompts are not cached. Default 1024. */
  minimumCacheTokens?: number;
  /** Bytes. Default 32 MB, as at the API. */
  maxBodyBytes?: number;
}

export interface ModelServer extends AsyncDisposable {
  /** Without a path: what belongs in `ANTHROPIC_BASE_URL`. */
  readonly url: string;
  /** Every request in order of arrival, to all paths. */
  readonly requests: readonly RecordedRequest[];
  /**
   * What a test must not overlook: requests refused as invalid and requests beyond the end of the script. A suite that does
   * not provoke them should end with this list empty.
   */
  readonly problems: readonly string[];
  /** The n-th request to `/v1/messages`, counted from 1, as soon as it is there. Rejects after `timeoutMs` (default 10 s). */
  waitForRequest(n: number, timeoutMs?: number): Promise<RecordedRequest>;
  /** Opens a gate for good. */
  release(gate: string): void;
  /** Resolves when an answer stands at the gate. */
  waitForGate(gate: string): Promise<void>;
  /** Cuts what is open and resolves when the port is free. */
  close(): Promise<void>;
}

export async function startModelServer(script: Script, options: ModelServerOptions = {}): Promise<ModelServer> {
  const gates = createGates();
  const waiters = createRequestWaiters();
  const closing = new AbortController();
  const requests: RecordedRequest[] = [];
  const problems: string[] = [];
  const answer = createMessagesApi({ script, options, gates, problems });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const hungUp = new AbortController();
    response.on('close', () => hungUp.abort());
    const { record, settle } = startRecord(request, requests.length, options.wrongKey ?? 'wrong-key');
    requests.push(record);
    const body = await readBody(request, options.maxBodyBytes ?? 32 * 1024 * 1024);
    record.body = parseJson(body);
    const exchange: Exchange = {
      record,
      response,
      isTooLarge: body === undefined,
      signal: AbortSignal.any([hungUp.signal, closing.signal]),
      requestId: `req_${String(record.index + 1).padStart(4, '0')}`,
    };
    response.setHeader('request-id', exchange.requestId);
    response.socket?.setNoDelay(true);
    if (record.path.replace(/\?.*/, '') === '/v1/messages') {
      waiters.arrived(record);
    }
    const outcome = await outcomeOf(exchange);
    record.status = response.headersSent ? response.statusCode : undefined;
    settle(outcome);
  }

  async function outcomeOf(exchange: Exchange): Promise<Outcome> {
    try {
      return (await answer(exchange)) ? 'complete' : 'cut';
    } catch (error) {
      if (exchange.signal.aborted) {
        return 'client_closed';
      }
      problems.push(`The script failed at request ${exchange.record.index}: ${String(error)}`);
      exchange.response.destroy();
      return 'cut';
    }
  }

  const server = createServer((request, response) => void serve(request, response));
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    if (!server.listening) {
      return;
    }
    const closed = once(server, 'close');
    server.close();
    closing.abort();
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    problems,
    waitForRequest: waiters.waitFor,
    release: gates.release,
    waitForGate: gates.reached,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function startRecord(
  request: IncomingMessage,
  index: number,
  wrongKey: string,
): { record: RecordedRequest; settle: (outcome: Outcome) => void } {
  const { promise: settled, resolve: settle } = deferred<Outcome>();
  const { kind, key } = readAuth(request.headers);
  const record: RecordedRequest = {
    index,
    method: request.method ?? '',
    path: request.url ?? '',
    headers: redactHeaders(request.headers),
    auth: { kind, accepted: kind !== 'none' && key !== wrongKey },
    body: undefined,
    at: performance.now(),
    isMain: false,
    status: undefined,
    settled,
  };
  return { record, settle };
}

/** Undefined when the body is larger than the limit, or the client gave up sending it. */
async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= limit) {
        chunks.push(chunk);
      }
    }
  } catch {
    return undefined;
  }
  return size <= limit ? Buffer.concat(chunks) : undefined;
}

function parseJson(body: Buffer | undefined): unknown {
  try {
    return body === undefined ? undefined : JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Decides whether a request is let in, in the order the API checks: size, key, version, JSON, shape, model, history. */
import type { z } from 'zod';
import { type Fault, httpError } from './fault.ts';
import type { Exchange } from './messages-api.ts';
import type { ModelServerOptions } from './model-server.ts';
import { countInputTokens } from './prompt-cache.ts';
import type { ThinkingLedger } from './thinking-ledger.ts';
import { validateRequest } from './validate-request.ts';
import type { WireBody } from './wire-body.ts';

export type Reading<Body> = { body: Body; refusal?: undefined } | { body?: undefined; refusal: Fault };

export function readRequest<Body>(exchange: Exchange, schema: z.ZodType<Body>): Reading<Body> {
  const refusal = refuseEntry(exchange);
  if (refusal) {
    return { refusal };
  }
  if (exchange.record.body === undefined) {
    return { refusal: invalid('The request body is not valid JSON') };
  }
  const parsed = schema.safeParse(exchange.record.body);
  if (parsed.success) {
    return { body: parsed.data };
  }
  const issue = parsed.error.issues[0];
  const missing = issue?.code === 'invalid_type' && /received undefined/.test(issue.message);
  const place = issue?.path.join('.') || 'body';
  return { refusal: invalid(`${place}: ${missing ? 'Field required' : (issue?.message ?? 'Invalid')}`) };
}

/** What is wrong with a well-formed body for `/v1/messages`, as the API would say it. */
export function refuseHistory(body: WireBody, ledger: ThinkingLedger, options: ModelServerOptions): Fault | undefined {
  if (options.onlyListedModels && !options.models?.some((model) => model.id === body.model)) {
    return httpError(404, { message: `model: ${body.model}` });
  }
  const problem = validateRequest(body, ledger);
  if (problem !== undefined) {
    return invalid(problem);
  }
  if (options.contextWindow === undefined) {
    return undefined;
  }
  const tokens = countInputTokens(body);
  return tokens > options.contextWindow
    ? invalid(`prompt is too long: ${tokens} tokens > ${options.contextWindow} maximum`)
    : undefined;
}

export function refuseEntry({ record, isTooLarge }: Exchange): Fault | undefined {
  if (isTooLarge) {
    return httpError(413);
  }
  if (record.auth.kind === 'none') {
    return httpError(401, { message: 'x-api-key header is required' });
  }
  if (!record.auth.accepted) {
    return httpError(401, { message: record.auth.kind === 'bearer' ? 'Invalid bearer token' : 'invalid x-api-key' });
  }
  return record.headers['anthropic-version'] === undefined
    ? invalid('anthropic-version: header is required')
    : undefined;
}

function invalid(message: string): Fault {
  return httpError(400, { message });
}

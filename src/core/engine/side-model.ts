// Asks the model something beside the conversation: one question, one answer, no history.
import type { Failure, Usage } from '../events.ts';
import type { ApiBlock, ApiBlockParam, ApiMessage, ApiServerTool } from '../messages/api.ts';
import type { Clock, ModelClient, ModelRequest } from '../ports.ts';
import { addUsage, NO_USAGE } from '../usage/usage.ts';
import { retryDelay, type RetryLimits } from './retry-policy.ts';
import { StreamAccumulator } from './stream-accumulator.ts';

export interface SideQuestion {
  readonly system?: string;
  readonly content: string;
  readonly tools?: readonly ApiServerTool[];
  readonly maxTokens: number;
}

/** What a request took. Of askers who share an answer, one is told the usage; the others get none, so that it is counted once. */
export interface SideCost {
  readonly usage: Usage;
  readonly model: string;
  readonly durationMs: number;
}

export type SideAnswer =
  | (SideCost & { readonly blocks: readonly ApiBlock[]; readonly text: string })
  | (SideCost & { readonly failure: Failure });

/** Identical questions that are being asked at the same time share one request, which ends when nobody waits for it any more. */
export interface SideModel {
  /** Never rejects. An abort is a failure of the class `unknown`. */
  ask(question: SideQuestion, signal: AbortSignal): Promise<SideAnswer>;
}

export interface SideModelOptions {
  readonly client: ModelClient;
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>;
  /** Read at each question. */
  readonly settings: () => { readonly model: string };
  /** In place of the conversation's model. */
  readonly model?: () => string | undefined;
  /** Default two more tries and waits of at most 20 seconds. */
  readonly retry?: RetryLimits;
  /** In [0, 1). Default: none, waits are not spread. */
  readonly random?: () => number;
}

interface Flight {
  readonly answer: Promise<SideAnswer>;
  readonly stop: AbortController;
  waiting: number;
  /** Somebody was told the usage. */
  told: boolean;
}

const RETRY: RetryLimits = { maxRetries: 2, maxWaitMs: 20_000 };
/** A server tool's work may be handed over in parts; each is one more request. */
const MAX_PARTS = 5;
const STOPPED: Failure = { class: 'unknown', message: 'The request was stopped.', transient: false };
const CUT: Failure = {
  class: 'stream_truncated',
  message: 'The answer broke off before its end.',
  transient: true,
};
const EMPTY: Failure = { class: 'empty_response', message: 'The model answered with nothing.', transient: true };

export function createSideModel(options: SideModelOptions): SideModel {
  const flights = new Map<string, Flight>();

  function takeOff(question: SideQuestion, model: string, key: string): Flight {
    const stop = new AbortController();
    const answer = askModel(options, question, model, stop.signal).finally(() => {
      if (flights.get(key) === flight) flights.delete(key);
    });
    const flight: Flight = { answer, stop, waiting: 0, told: false };
    flights.set(key, flight);
    return flight;
  }

  return {
    async ask(question, signal) {
      const model = options.model?.() ?? options.settings().model;
      if (signal.aborted) return { failure: STOPPED, usage: NO_USAGE, model, durationMs: 0 };
      const key = JSON.stringify([model, question]);
      const flight = flights.get(key) ?? takeOff(question, model, key);
      flight.waiting += 1;
      const left = await Promise.race([flight.answer.then(() => false), aborted(signal)]);
      flight.waiting -= 1;
      if (left && flight.waiting > 0) return { failure: STOPPED, usage: NO_USAGE, model, durationMs: 0 };
      if (left) {
        // Nobody may join a flight that is being ended.
        if (flights.get(key) === flight) flights.delete(key);
        flight.stop.abort();
      }
      const answer = await flight.answer;
      const first = !flight.told;
      flight.told = true;
      return first ? answer : { ...answer, usage: NO_USAGE };
    },
  };
}

function aborted(signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(true), { once: true });
  });
}

async function askModel(
  options: SideModelOptions,
  question: SideQuestion,
  model: string,
  signal: AbortSignal,
): Promise<SideAnswer> {
  const { clock, retry = RETRY, random = () => 0.5 } = options;
  const started = clock.monotonic();
  let usage = NO_USAGE;
  let answeredBy = model;
  const cost = (): SideCost => ({
    usage,
    model: answeredBy,
    durationMs: Math.round(clock.monotonic() - started),
  });
  const blocks: ApiBlock[] = [];
  for (let part = 1, attempt = 1; ;) {
    const got = await stream(options.client, requestOf(question, model, blocks), signal);
    usage = addUsage(usage, got.usage);
    answeredBy = got.model ?? answeredBy;
    if (signal.aborted) return { ...cost(), failure: STOPPED };
    if (got.failure) {
      const delay = retryDelay(got.failure, attempt, retry, random());
      if (delay === undefined) return { ...cost(), failure: got.failure };
      attempt += 1;
      await clock.sleep(delay, signal);
      continue;
    }
    blocks.push(...got.blocks);
    if (got.paused && part < MAX_PARTS) {
      part += 1;
      continue;
    }
    return blocks.length === 0 ? { ...cost(), failure: EMPTY } : { ...cost(), blocks, text: textOf(blocks) };
  }
}

function requestOf(question: SideQuestion, model: string, answered: readonly ApiBlock[]): ModelRequest {
  const { system, content, tools = [], maxTokens } = question;
  const messages: ApiMessage[] = [{ role: 'user', content }];
  // The API goes on with an answer that it gets back as it was; its blocks are valid as parameters.
  if (answered.length > 0) messages.push({ role: 'assistant', content: [...answered] as ApiBlockParam[] });
  return {
    model,
    maxTokens,
    system: system === undefined ? [] : [{ type: 'text', text: system }],
    tools,
    messages,
  };
}

interface Got {
  readonly blocks: readonly ApiBlock[];
  readonly usage: Usage;
  readonly model?: string;
  readonly paused: boolean;
  readonly failure?: Failure;
}

async function stream(client: ModelClient, request: ModelRequest, signal: AbortSignal): Promise<Got> {
  const accumulator = new StreamAccumulator();
  const blocks: ApiBlock[] = [];
  let failure: Failure | undefined;
  let model: string | undefined;
  for await (const event of client.stream(request, signal)) {
    if (signal.aborted) break;
    if (event.type === 'failed') failure = event.failure;
    if (event.type !== 'stream') continue;
    const part = accumulator.push(event.event);
    if (part?.type === 'message_started') model = part.model;
    if (part?.type === 'block_completed') blocks.push(part.block);
  }
  // Blocks without an end of their own: cut by the limit on tokens.
  for (const part of accumulator.stopped ? accumulator.cut() : []) {
    if (part.type === 'block_completed') blocks.push(part.block);
  }
  failure ??= accumulator.stopped ? undefined : CUT;
  return {
    blocks,
    usage: accumulator.usage,
    paused: accumulator.stopReason === 'pause_turn',
    ...(model === undefined ? {} : { model }),
    ...(failure === undefined ? {} : { failure }),
  };
}

function textOf(blocks: readonly ApiBlock[]): string {
  return blocks.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

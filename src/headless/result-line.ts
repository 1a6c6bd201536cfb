// The result of a turn as one JSON object, in the format that clients of coding agents read.
import type { FailureClass, LimitKind, Usage } from '../core/events.ts';
import type { TurnTotals } from './run-totals.ts';
import type { Spending } from './spending.ts';

/** Why a turn did not end well: a class of failure, or one of the ends that are nobody's failure. */
export type ResultReason =
  | FailureClass
  | 'max_turns'
  | 'max_budget_usd'
  | 'max_tokens'
  | 'max_time'
  | 'repetition'
  | 'refusal'
  | 'interrupted';

export interface ResultError {
  readonly reason: ResultReason;
  readonly message: string;
  /** The same message may succeed later without a change. */
  readonly retryable: boolean;
}

export interface ResultLine {
  readonly type: 'result';
  readonly subtype: 'success' | 'error_max_turns' | 'error_max_budget_usd' | 'error_during_execution';
  readonly is_error: boolean;
  readonly session_id: string;
  /** Answers of the model in this turn. */
  readonly num_turns: number;
  readonly duration_ms: number;
  /** Of it, waiting for the model. */
  readonly duration_api_ms: number;
  /** Of the whole run; what has no known price is left out, and its model named in `unpriced_models`. */
  readonly total_cost_usd: number;
  readonly usage: object;
  readonly modelUsage: Readonly<Record<string, object>>;
  readonly permission_denials: readonly object[];
  readonly result: string;
  readonly stop_reason: string | null;
  readonly unpriced_models?: readonly string[];
  readonly error?: ResultError;
}

export interface ResultFacts {
  readonly sessionId: string;
  readonly totals: TurnTotals;
  readonly spending: Spending;
  readonly apiDurationMs: number;
}

export function resultLine({ sessionId, totals, spending, apiDurationMs }: ResultFacts): ResultLine {
  const error = resultError(totals);
  const { models } = spending;
  const unpriced = models.filter(({ costUsd }) => costUsd === undefined).map(({ model }) => model);
  return {
    type: 'result',
    subtype: subtypeOf(error),
    is_error: error !== undefined,
    session_id: sessionId,
    num_turns: totals.answers,
    duration_ms: totals.durationMs,
    duration_api_ms: Math.round(apiDurationMs),
    total_cost_usd: spending.costUsd,
    usage: wireUsage(totals.usage),
    modelUsage: Object.fromEntries(models.map(({ model, usage, costUsd = 0 }) => [model, modelUsage(usage, costUsd)])),
    permission_denials: totals.denials,
    result: totals.text,
    stop_reason: totals.stopReason,
    ...(unpriced.length > 0 ? { unpriced_models: unpriced } : {}),
    ...(error ? { error } : {}),
  };
}

export function resultError(totals: TurnTotals): ResultError | undefined {
  const { outcome, failure } = totals;
  if (outcome === 'done') return undefined;
  if (outcome === 'stopped') {
    return { reason: 'interrupted', message: totals.reason || 'The turn was interrupted.', retryable: true };
  }
  if (failure) return { reason: failure.class, message: failure.message, retryable: failure.transient };
  return { reason: reasonOf(totals), message: totals.reason, retryable: false };
}

const LIMIT_REASONS: Readonly<Record<LimitKind, ResultReason>> = {
  requests: 'max_turns',
  budget: 'max_budget_usd',
  time: 'max_time',
  repetition: 'repetition',
  length: 'max_tokens',
  context: 'context_overflow',
};

function reasonOf({ limit, stopReason }: TurnTotals): ResultReason {
  if (limit !== undefined) return LIMIT_REASONS[limit];
  return stopReason === 'refusal' ? 'refusal' : 'unknown';
}

function subtypeOf(error: ResultError | undefined): ResultLine['subtype'] {
  switch (error?.reason) {
    case undefined:
      return 'success';
    case 'max_turns':
      return 'error_max_turns';
    case 'max_budget_usd':
      return 'error_max_budget_usd';
    default:
      return 'error_during_execution';
  }
}

/** 0 done, 1 failed, 130 interrupted. */
export function exitStatus(error: ResultError | undefined): number {
  if (!error) return 0;
  return error.reason === 'interrupted' ? 130 : 1;
}

/** The API's own field names. */
export function wireUsage(usage: Usage): object {
  return {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cache_read_input_tokens: usage.cacheReadTokens,
    cache_creation_input_tokens: usage.cacheWriteTokens,
  };
}

function modelUsage(usage: Usage, costUsd: number): object {
  return {
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    cacheReadInputTokens: usage.cacheReadTokens,
    cacheCreationInputTokens: usage.cacheWriteTokens,
    webSearchRequests: 0,
    costUSD: costUsd,
  };
}

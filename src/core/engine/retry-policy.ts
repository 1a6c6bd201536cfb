// When a failed request is tried again, and after how long.
import type { Failure } from '../events.ts';

export interface RetryLimits {
  readonly maxRetries: number;
  /** Longest wait that the other side may ask for, in milliseconds; past it the failure is shown instead. */
  readonly maxWaitMs: number;
}

const FIRST_WAIT_MS = 500;
const LONGEST_BACKOFF_MS = 16_000;

/** Milliseconds to wait before attempt `attempt` + 1 (counted from 1), or undefined when there is to be none. `random` is in [0, 1). */
export function retryDelay(failure: Failure, attempt: number, limits: RetryLimits, random: number): number | undefined {
  if (!failure.transient || attempt > limits.maxRetries) return undefined;
  if (failure.retryAfterMs !== undefined) {
    return failure.retryAfterMs <= limits.maxWaitMs ? failure.retryAfterMs : undefined;
  }
  const backoff = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_BACKOFF_MS);
  // Jitter keeps the windows of one person from knocking at the same moment.
  return Math.round(backoff * (0.75 + random * 0.5));
}

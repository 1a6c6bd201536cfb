// What the next request will cost at least: with what the cache still holds, and without.
import { costOf, priceOf, type PriceTable } from './prices.ts';

/** How long the endpoint keeps what it was sent, from the last use on. */
export const CACHE_LIFE_MS = 5 * 60_000;

export interface NextRequestFacts {
  /** Tokens that the next request is expected to hold, without what the person is about to say. */
  readonly tokens: number;
  /** Of them, what the last request left in the cache. */
  readonly cachedTokens: number;
  /** Epoch milliseconds; undefined when nothing was sent yet. */
  readonly lastRequestAt: number | undefined;
  /** That the next request names. */
  readonly model: string;
  /** The cache is another model's or another way of thinking's: it does not help. */
  readonly isCacheLost: boolean;
}

export interface NextRequest {
  /** US dollars, the answer not counted; undefined when the model's price is not known. */
  readonly hitUsd: number | undefined;
  readonly missUsd: number | undefined;
  /** Epoch milliseconds until which the cache is expected to help; undefined when it is not. */
  readonly warmUntil: number | undefined;
}

export function nextRequest(facts: NextRequestFacts, now: number, prices: PriceTable = {}): NextRequest {
  const { tokens, lastRequestAt, model, isCacheLost } = facts;
  const cached = Math.min(Math.max(0, facts.cachedTokens), tokens);
  const price = priceOf(model, prices);
  const cost = (read: number) =>
    price && costOf({ inputTokens: 0, outputTokens: 0, cacheReadTokens: read, cacheWriteTokens: tokens - read }, price);
  return { hitUsd: cost(cached), missUsd: cost(0), warmUntil: isCacheLost ? undefined : warmUntil(lastRequestAt, now) };
}

/** A last request in the future is a clock that was moved: nothing is known then. */
function warmUntil(last: number | undefined, now: number): number | undefined {
  if (last === undefined || !Number.isFinite(last) || last > now || now - last >= CACHE_LIFE_MS) return undefined;
  return last + CACHE_LIFE_MS;
}

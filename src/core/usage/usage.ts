// Token counts of answers: how streamed values merge, and how answers add up.
import type { Usage } from '../events.ts';

export const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

/** The API's usage fields, any of which may be missing or null in any event of a stream. */
interface ApiUsage {
  input_tokens?: number | null;
  output_tokens?: number | null;
  cache_read_input_tokens?: number | null;
  cache_creation_input_tokens?: number | null;
}

/** Within one answer the counts are running totals: a later value replaces an earlier one, a missing or zero one never does. */
export function mergeUsage(usage: Usage, update: ApiUsage | null | undefined): Usage {
  if (!update) return usage;
  return {
    inputTokens: update.input_tokens || usage.inputTokens,
    outputTokens: update.output_tokens || usage.outputTokens,
    cacheReadTokens: update.cache_read_input_tokens || usage.cacheReadTokens,
    cacheWriteTokens: update.cache_creation_input_tokens || usage.cacheWriteTokens,
  };
}

/** Over answers the counts add up. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
  };
}

/** What the model read in all, cached or not. */
export function totalInput(usage: Usage): number {
  return usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
}

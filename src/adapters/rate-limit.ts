// Reads what an answer's headers say about the limits on requests and tokens.
import type { RateLimit } from '../core/ports.ts';

const KINDS = ['requests', 'tokens', 'input-tokens', 'output-tokens'] as const;

/** The limit that is nearest to its end; undefined when the headers name none. Headers as at the Messages API: `anthropic-ratelimit-*`. */
export function readRateLimit(headers: { get(name: string): string | null }): RateLimit | undefined {
  const limits = KINDS.flatMap((kind): RateLimit[] => {
    const number = (what: string): number => Number(headers.get(`anthropic-ratelimit-${kind}-${what}`) ?? Number.NaN);
    const [limit, left] = [number('limit'), number('remaining')];
    if (!(limit > 0) || !(left >= 0)) return [];
    const resetsAt = Date.parse(headers.get(`anthropic-ratelimit-${kind}-reset`) ?? '');
    return [{ kind: kind.replace('-', ' '), share: left / limit, ...(Number.isNaN(resetsAt) ? {} : { resetsAt }) }];
  });
  return limits.toSorted((a, b) => a.share - b.share)[0];
}

// What fills the model's context, by kind: the parts of the prompt and what the conversation added, as shares that add up to the whole.
import type { ContextRow } from '../prompt/context-report.ts';
import type { ContextReading } from './context-meter.ts';

export const contextKinds = ['system', 'tools', 'instructions', 'surroundings', 'conversation', 'results'] as const;
export type ContextKind = (typeof contextKinds)[number];

export interface ContextShare {
  readonly kind: ContextKind;
  readonly tokens: number;
  /** Files or tools in it, largest first. */
  readonly pieces: readonly { readonly name: string; readonly tokens: number }[];
}

const SYSTEM = new Set(['base', 'caller', 'model']);

/** In the order of a request. `prompt` is what `contextReport` says of the session; before the first request it is all there is. */
export function contextShares(reading: ContextReading, prompt: readonly ContextRow[]): ContextShare[] {
  const guess: Record<ContextKind, number> = {
    system: 0,
    tools: 0,
    instructions: 0,
    surroundings: 0,
    conversation: reading.conversation,
    results: reading.results,
  };
  for (const { name, tokens } of prompt) guess[kindOf(name)] += tokens;
  // Once told, it counts as it stands in the conversation.
  if (reading.told > 0) guess.surroundings = reading.told;
  const sum = contextKinds.reduce((total, kind) => total + guess[kind], 0);
  // Without a bill the estimate of what was added says nothing of the prompt.
  const whole = reading.cached > 0 ? reading.tokens : sum;
  let left = whole;
  const shares = contextKinds.map((kind): ContextShare => {
    const tokens = Math.min(left, sum === 0 ? 0 : Math.round((guess[kind] * whole) / sum));
    left -= tokens;
    return { kind, tokens, pieces: prompt.find(({ name }) => name === kind)?.pieces ?? [] };
  });
  return shares.map((share) =>
    left > 0 && share.kind === 'system' ? { ...share, tokens: share.tokens + left } : share,
  );
}

function kindOf(part: string): ContextKind {
  if (SYSTEM.has(part)) return 'system';
  return part === 'tools' || part === 'instructions' ? part : 'surroundings';
}

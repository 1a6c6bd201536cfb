// Turns numbers into the short words that the panel shows: 4.2k, $0.03, 1.4 s.
import type { TurnHead } from '../../src/shared/view-model.ts';
import { t } from '../l10n.ts';

/** 950, 4.2k, 31k, 1.2M. */
export function shortCount(count: number): string {
  if (count < 1000) return String(Math.round(count));
  // What would round up to 1000k is said in millions.
  const [value, unit] = count < 999_500 ? [count / 1000, 'k'] : [count / 1_000_000, 'M'];
  return `${value < 9.95 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)}${unit}`;
}

/** $0.03, $1.20; below a cent "under $0.01". */
export function shortCost(dollars: number): string {
  if (dollars === 0) return '$0';
  return dollars < 0.005 ? t('under $0.01') : `$${dollars.toFixed(2)}`;
}

/** 40 ms, 1.4 s, 12 s, 2 min 5 s. */
export function shortDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1).replace(/\.0$/, '')} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Model, tokens, cost and time of a finished turn, in that order. */
export function footerParts(footer: NonNullable<TurnHead['footer']>): { name: string; words: string }[] {
  const cached = footer.inputTokens > 0 ? Math.round((100 * footer.cachedTokens) / footer.inputTokens) : 0;
  return [
    { name: 'model', words: footer.model },
    { name: 'input', words: t('{0} in', shortCount(footer.inputTokens)) },
    ...(cached > 0 ? [{ name: 'cached', words: t('{0}% cached', cached) }] : []),
    { name: 'output', words: t('{0} out', shortCount(footer.outputTokens)) },
    ...(footer.costUsd === undefined ? [] : [{ name: 'cost', words: shortCost(footer.costUsd) }]),
    { name: 'time', words: shortDuration(footer.durationMs) },
  ];
}

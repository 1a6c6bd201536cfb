// Takes keys and tokens out of text that is going to be written down, for good.
import { findSecrets } from './find-secrets.ts';

const MASK = '***';

/** `known` are secrets to hide wherever they stand, whatever they look like. */
export function maskSecrets(text: string, known: Iterable<string> = []): string {
  return replaceSpans(text, findSecrets(text, known), () => MASK);
}

/** A copy with every text of it masked, however deep; names of properties stay. */
export function maskSecretsIn<Value>(value: Value): Value {
  return masked(value) as Value;
}

function masked(value: unknown): unknown {
  if (typeof value === 'string') return maskSecrets(value);
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, masked(inner)]));
}

/** The text with each span (in order, not touching) replaced. */
export function replaceSpans(
  text: string,
  spans: readonly { readonly start: number; readonly end: number }[],
  replacement: (secret: string) => string,
): string {
  let result = '';
  let at = 0;
  for (const { start, end } of spans) {
    result += text.slice(at, start) + replacement(text.slice(start, end));
    at = end;
  }
  return result + text.slice(at);
}

// What tokens cost, by model: a dated table that a person may override, because no API tells prices.
import * as z from 'zod/mini';
import type { Usage } from '../events.ts';

/** US dollars per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** Reading from the cache; default a tenth of input. */
  readonly cacheRead?: number;
  /** Writing to the five-minute cache; default one and a quarter of input. */
  readonly cacheWrite?: number;
  /** Tokens that the model's context holds; default 200,000. */
  readonly contextWindow?: number;
}

const DEFAULT_WINDOW = 200_000;
const MILLION = { contextWindow: 1_000_000 };

/**
 * List prices and contexts as published by the provider in October 2026, by the start of a model's name; the longest match counts. One whose price
 * depends on the size of the request (claude-haiku-5-5) has none here.
 */
export const PRICES: Readonly<Record<string, Price>> = {
  'claude-fable-5-1': { input: 10, output: 50, cacheRead: 0.25, ...MILLION },
  'claude-fable-5': { input: 10, output: 50, ...MILLION },
  'claude-opus-5-5': { input: 4, output: 20, cacheRead: 0.2, ...MILLION },
  'claude-opus-5': { input: 5, output: 25, ...MILLION },
  'claude-opus-4-8': { input: 5, output: 25, ...MILLION },
  'claude-opus-4-7': { input: 5, output: 25, ...MILLION },
  'claude-opus-4-6': { input: 5, output: 25, ...MILLION },
  'claude-opus-4-5': { input: 5, output: 25 },
  'claude-opus-4': { input: 15, output: 75 },
  'claude-sonnet-5-5': { input: 2, output: 10, ...MILLION },
  'claude-sonnet-5': { input: 2, output: 10, ...MILLION },
  'claude-sonnet-4-6': { input: 3, output: 15, ...MILLION },
  'claude-sonnet-4': { input: 3, output: 15 },
  'claude-haiku-4-5': { input: 1, output: 5 },
  'claude-3-5-haiku': { input: 0.8, output: 4 },
  scripted: { input: 0, output: 0 },
};

/** Names that the API takes, best known first. */
const NAMES = [
  'claude-sonnet-5-5',
  'claude-opus-5-5',
  'claude-haiku-5-5',
  'claude-fable-5-1',
  'claude-opus-5',
  'claude-sonnet-5',
  'claude-haiku-4-5',
];

/** What a person may choose from: their own priced models, then those of the shipped table. */
export function knownModels(overrides: PriceTable = {}): string[] {
  return [...new Set([...Object.keys(overrides), ...NAMES])];
}

/** By the start of a model's name. A person's own prices, over the shipped ones. */
export type PriceTable = Readonly<Record<string, Price>>;

const amount = z.number().check(z.nonnegative());
const priceSchema = z.object({
  input: amount,
  output: amount,
  cacheRead: z.optional(amount),
  cacheWrite: z.optional(amount),
  contextWindow: z.optional(z.int().check(z.positive())),
});

/** What a person wrote as prices; entries that are none are left out. */
export function readPrices(value: unknown): PriceTable {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([model, price]) => {
      const parsed = z.safeParse(priceSchema, price);
      return parsed.success ? [[model, parsed.data as Price]] : [];
    }),
  );
}

/** Undefined for a model whose price is not known: an unknown cost is not zero. */
export function priceOf(model: string, overrides: PriceTable = {}): Price | undefined {
  return entryOf(model, { ...PRICES, ...overrides });
}

/** Tokens that a model's context holds; one of which nothing is known is taken for a small one. */
export function contextWindowOf(model: string, overrides: PriceTable = {}): number {
  const [own, shipped] = [entryOf(model, overrides), entryOf(model, PRICES)];
  return own?.contextWindow ?? shipped?.contextWindow ?? DEFAULT_WINDOW;
}

function entryOf(model: string, table: PriceTable): Price | undefined {
  const name = Object.keys(table)
    .filter((prefix) => model === prefix || model.startsWith(`${prefix}-`) || model.startsWith(`${prefix}@`))
    .toSorted((a, b) => b.length - a.length)[0];
  return name === undefined ? undefined : table[name];
}

/** US dollars. */
export function costOf(usage: Usage, price: Price): number {
  const { input, output, cacheRead = input * 0.1, cacheWrite = input * 1.25 } = price;
  return (
    (usage.inputTokens * input +
      usage.outputTokens * output +
      usage.cacheReadTokens * cacheRead +
      usage.cacheWriteTokens * cacheWrite) /
    1_000_000
  );
}

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { contextWindowOf, priceOf, readPrices } from '../../../src/core/usage/prices.ts';

describe('the table of models', () => {
  it('knows the context of each, also under a dated name, and takes what it does not know for small', () => {
    const windows = ['claude-opus-5-5', 'claude-sonnet-4-6-20260217', 'claude-haiku-4-5', 'unheard-of'].map((model) =>
      contextWindowOf(model),
    );
    assert.deepEqual(windows, [1_000_000, 1_000_000, 200_000, 200_000]);
  });

  it("takes a person's context over its own, and keeps its own where they only gave a price", () => {
    const own = readPrices({
      local: { input: 0, output: 0, contextWindow: 32_768 },
      'claude-opus-5-5': { input: 1, output: 2 },
      broken: { input: 0, output: 0, contextWindow: -1 },
    });
    assert.deepEqual(
      ['local-8b', 'claude-opus-5-5', 'broken'].map((model) => contextWindowOf(model, own)),
      [32_768, 1_000_000, 200_000],
    );
    assert.deepEqual([priceOf('claude-opus-5-5', own)?.input, priceOf('broken', own)], [1, undefined]);
  });
});

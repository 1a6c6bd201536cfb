// What an `@` word is taken for, and which names fit it best.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fuzzyScore, rank } from '../../../src/host/mentions/fuzzy-rank.ts';
import { parseMentionQuery } from '../../../src/host/mentions/mention-query.ts';

const paths = [
  'docs/cart.md',
  'src/shopping-cart/index.ts',
  'src/cart.ts',
  'src/cartography/map.ts',
  'test/cart.test.ts',
  'src/charts/area-range-tick.ts',
];

describe('ranking names', () => {
  const ranked = (query: string) => rank(query, paths, (path) => path, 10);

  it('puts the name itself first, then its beginning, then what stands elsewhere or apart', () => {
    assert.deepEqual(ranked('cart.ts').slice(0, 1), ['src/cart.ts']);
    assert.deepEqual(ranked('cart').slice(-2), ['src/cartography/map.ts', 'src/charts/area-range-tick.ts']);
    assert.deepEqual(ranked('sci'), ['src/shopping-cart/index.ts', 'src/charts/area-range-tick.ts']);
    assert.deepEqual(ranked('SRC/CARTO'), ['src/cartography/map.ts']);
  });

  it('leaves out what does not hold the characters in their order, and keeps the order of equals', () => {
    assert.equal(fuzzyScore('tsc', 'cart.ts'), undefined);
    assert.deepEqual(
      rank('', paths, (path) => path, 2),
      paths.slice(0, 2),
    );
  });

  it('takes any text as text', () => {
    assert.deepEqual(ranked('.*'), []);
    assert.deepEqual(ranked('('), []);
  });
});

describe('an @ word', () => {
  for (const [query, words, lines] of [
    ['src/a.ts', 'src/a.ts'],
    ['src/a.ts:', 'src/a.ts'],
    ['src/a.ts:10', 'src/a.ts', [10, 10]],
    ['src/a.ts:10-', 'src/a.ts', [10, 10]],
    ['src/a.ts:10-20', 'src/a.ts', [10, 20]],
    ['src/a.ts:L10-L20', 'src/a.ts', [10, 20]],
    ['src/a.ts:20-1', 'src/a.ts', [20, 20]],
    ['src/a.ts:0', 'src/a.ts', [1, 1]],
    [':10', ':10'],
    ['', ''],
  ] as const) {
    it(`"${query}" means ${lines ? `lines ${lines.join(' to ')} of ` : ''}"${words}"`, () => {
      const expected = lines ? { words, lines: { start: lines[0], end: lines[1] } } : { words };
      assert.deepEqual(parseMentionQuery(query), expected);
    });
  }
});

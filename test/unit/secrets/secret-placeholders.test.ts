import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createSecretPlaceholders } from '../../../src/core/secrets/secret-placeholders.ts';

const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'.split('');
const secret = fc
  .array(fc.constantFrom(...letters), { minLength: 36, maxLength: 36 })
  .map((characters) => `ghp_${characters.join('')}`);

describe('placeholders for secrets', () => {
  it('keep a secret from the model and put it back into what it asks for', () => {
    const placeholders = createSecretPlaceholders('k7', ['the person’s own key']);
    const token = ['ghp', 'aB3dE6fG9hJ2kL5mN8pQ1rS4tU7vW0xY3zA6'].join('_');
    const seen = placeholders.mask(`export TOKEN=${token}\nand the person’s own key`);
    assert.equal(seen, 'export TOKEN=CAPSTAN_SECRET_k7_2_\nand CAPSTAN_SECRET_k7_1_');
    const input = { command: 'echo CAPSTAN_SECRET_k7_2_', edits: [{ old: seen, count: 2, none: null }] };
    assert.deepEqual(placeholders.restore(input), {
      command: `echo ${token}`,
      edits: [{ old: `export TOKEN=${token}\nand the person’s own key`, count: 2, none: null }],
    });
  });

  it('find a secret that is known by now where its form gives nothing away', () => {
    const placeholders = createSecretPlaceholders('k7');
    assert.equal(
      placeholders.mask('password=hunter2hunter9 and hunter2hunter9x'),
      'password=CAPSTAN_SECRET_k7_1_ and CAPSTAN_SECRET_k7_1_x',
    );
    assert.equal(placeholders.mask('hunter2hunter9'), 'CAPSTAN_SECRET_k7_1_');
  });

  it('leave words alone that were never given out', () => {
    const placeholders = createSecretPlaceholders('k7');
    assert.equal(
      placeholders.restore('CAPSTAN_SECRET_k7_1_ CAPSTAN_SECRET_zz_1_'),
      'CAPSTAN_SECRET_k7_1_ CAPSTAN_SECRET_zz_1_',
    );
  });

  it('of many secrets are told apart, and all come back', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), secret), { maxLength: 15 }), fc.string(), (pieces, end) => {
        const placeholders = createSecretPlaceholders('k7');
        const text = pieces.map(([before, token]) => `${before} ${token}`).join(' ') + end;
        const masked = placeholders.mask(text);
        for (const [, token] of pieces) assert.ok(!masked.includes(token));
        assert.equal(placeholders.restore(masked), text);
        assert.equal(placeholders.mask(masked), masked);
      }),
    );
  });

  it('come back from any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const placeholders = createSecretPlaceholders('k7');
        assert.equal(placeholders.restore(placeholders.mask(text)), text);
      }),
    );
  });
});

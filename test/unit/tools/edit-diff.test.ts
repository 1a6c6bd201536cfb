import assert from 'node:assert/strict';
import { applyPatch } from 'diff';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { describeChange } from '../../../src/core/tools/files/unified-diff.ts';

describe('the description of a change', () => {
  const line = fc.constantFrom('a', 'b', 'c', '', 'd\r', '-', '+x');
  const text = fc
    .tuple(fc.array(line, { maxLength: 25 }), fc.boolean())
    .map(([lines, ended]) => lines.join('\n') + (ended && lines.length > 0 ? '\n' : ''));

  it('is a diff that makes the new text out of the old one, with true counts', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const { diff, added, removed } = describeChange(before, after);
        const patch = `--- a\n+++ b\n${diff}\n`;
        assert.equal(applyPatch(before, patch, { autoConvertLineEndings: false }), after);
        const count = (whole: string): number => whole.split('\n').length - (/(?:^|\n)$/.test(whole) ? 1 : 0);
        assert.equal(added - removed, count(after) - count(before));
      }),
      { numRuns: 500 },
    );
  });

  it('counts from the top of the file, however long it is', () => {
    const around = 'same\n'.repeat(100_000);
    const change = describeChange(`${around}old\n${around}`, `${around}new\nlines\n${around}`);
    assert.deepEqual(change, {
      diff: '@@ -99998,7 +99998,8 @@\n same\n same\n same\n-old\n+new\n+lines\n same\n same\n same',
      added: 2,
      removed: 1,
      line: 100_001,
    });
  });

  it('shows a new file, and one that was emptied, whole', () => {
    assert.deepEqual(describeChange('', 'a\nb'), {
      diff: '@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file',
      added: 2,
      removed: 0,
      line: 1,
    });
    assert.equal(describeChange('a\n', '').diff, '@@ -1,1 +0,0 @@\n-a');
    assert.deepEqual(describeChange('a\n', 'a\n'), { diff: '', added: 0, removed: 0, line: 1 });
  });

  it('leaves out a difference that is too long to be of use, and still counts', () => {
    const { diff, added, removed } = describeChange('', 'x\n'.repeat(200_000));
    assert.deepEqual([diff, added, removed], [undefined, 200_000, 0]);
  });

  it('counts all between the first and the last difference where the exact one is too much work', () => {
    const lines = (sign: string): string => Array.from({ length: 6_000 }, (_, n) => `${sign}${n}\n`).join('');
    const { added, removed, line } = describeChange(`head\n${lines('a')}`, `head\n${lines('b')}`);
    assert.deepEqual([added, removed, line], [6_000, 6_000, 2]);
  });
});

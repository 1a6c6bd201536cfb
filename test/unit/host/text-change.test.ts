import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { changedRange, hasOneLineEnding } from '../../../src/host/text-change.ts';
import { reviewedText } from '../../../src/host/reviewed-text.ts';

describe('the changed range of two texts', () => {
  // Few letters, so that prefixes and suffixes overlap, and parts that must not be cut.
  const text = fc
    .array(fc.constantFrom('a', 'b', '\r\n', '\n', '\r', '😀', '😁', '\u{d83d}'), { maxLength: 12 })
    .map((parts) => parts.join(''));

  it('leads from one to the other, whatever they are', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const { start, end, replacement } = changedRange(before, after);
        assert.ok(start <= end);
        assert.equal(before.slice(0, start) + replacement + before.slice(end), after);
      }),
      { numRuns: 3000 },
    );
  });

  it('never begins or ends inside a line ending or a character', () => {
    assert.deepEqual(changedRange('a\r\nb', 'a\r\rb'), { start: 1, end: 3, replacement: '\r\r' });
    assert.deepEqual(changedRange('x😀y', 'x😁y'), { start: 1, end: 3, replacement: '😁' });
    assert.deepEqual(changedRange('a\r\n', 'a\n'), { start: 1, end: 3, replacement: '\n' });
  });

  it('is empty for equal texts and small for small changes', () => {
    assert.deepEqual(changedRange('same', 'same'), { start: 4, end: 4, replacement: '' });
    assert.deepEqual(changedRange('const a = 1;', 'const a = 22;'), { start: 10, end: 11, replacement: '22' });
  });
});

describe('line endings', () => {
  it('are told apart from mixed ones', () => {
    for (const one of ['', 'a', 'a\nb\n', 'a\r\nb\r\n']) assert.equal(hasOneLineEnding(one), true, JSON.stringify(one));
    for (const mixed of ['a\nb\r\n', 'a\r\nb\n', 'a\rb', '\r', 'a\r\r\n'])
      assert.equal(hasOneLineEnding(mixed), false, JSON.stringify(mixed));
  });

  it('that the editor made equal do not count as a change by hand', () => {
    assert.equal(reviewedText('a\r\nb\n', 'a\r\nb\r\n'), 'a\r\nb\n');
    assert.equal(reviewedText('a\r\nb\n', 'a\r\nc\r\n'), 'a\r\nc\r\n');
  });
});

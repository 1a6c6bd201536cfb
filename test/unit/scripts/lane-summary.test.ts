import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isGoodRun, laneSummary } from '../../../scripts/lib/lane-summary.ts';
import { withFewRepeats } from '../../../scripts/lib/lanes.ts';
import { countsLine, parseCountsLine } from '../../support/editor-run/mocha-entry.ts';

const unit = { name: 'unit', counts: { passed: 120, failed: 0, skipped: 2 }, milliseconds: 1234 };
const e2e = { name: 'e2e', counts: { passed: 3, failed: 1, skipped: 0 }, milliseconds: 60_000 };
const broken = {
  name: 'unit',
  counts: { passed: 1, failed: 1, skipped: 0, failures: ['a session opens: Expected 1, got 2'] },
  milliseconds: 1000,
};
const empty = { name: 'golden', counts: { passed: 0, failed: 0, skipped: 0 }, milliseconds: 1 };

describe('the summary of a test run', () => {
  it('is a table of lanes and a last line that adds them up', () => {
    assert.equal(
      laneSummary([unit, e2e]),
      [
        '  lane   passed   failed  skipped     time',
        '  unit      120        0        2    1.2 s',
        '  e2e         3        1        0   60.0 s',
        'total: 123 passed, 1 failed, 2 skipped',
      ].join('\n'),
    );
  });

  it('names what failed before its last line', () => {
    const lines = laneSummary([broken]).split('\n');
    assert.deepEqual(lines.slice(-2), [
      '✖ unit: a session opens: Expected 1, got 2',
      'total: 1 passed, 1 failed, 0 skipped',
    ]);
  });

  it('names what was run once more, and is bad when that are many', () => {
    const repeated = ['a scene opens: It did not', 'another: Nor did that', 'a third: Nor that'];
    const few = { ...unit, counts: withFewRepeats({ ...unit.counts, repeated: repeated.slice(0, 2) }) };
    assert.match(
      laneSummary([few]),
      /\n↻ unit: a scene opens: It did not\n↻ unit: another: Nor did that\ntotal: 120 passed, 0/,
    );
    assert.equal(isGoodRun([few]), true);
    const many = { ...unit, counts: withFewRepeats({ ...unit.counts, repeated }) };
    assert.match(laneSummary([many]), /✖ unit: 3 tests had to be run once more; at most 2 may\.\n/);
    assert.equal(isGoodRun([many]), false);
  });

  it('is bad when a test failed or none ran', () => {
    assert.equal(isGoodRun([unit, e2e]), false);
    assert.equal(isGoodRun([empty]), false);
    assert.equal(isGoodRun([unit, empty]), true);
  });

  it('reads counts back from a line, whatever stands before them', () => {
    assert.deepEqual(parseCountsLine(`log: ${countsLine(e2e.counts)}`), e2e.counts);
    assert.equal(parseCountsLine('  12 passing'), undefined);
  });
});

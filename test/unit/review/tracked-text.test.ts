// What is still to be reviewed of a file, over random texts: nothing is lost, nothing counts twice, nobody's typing is the agent's.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { linesOf, textOf } from '../../../src/core/review/line-changes.ts';
import {
  departuresOf,
  hunksOf,
  keepHunks,
  landEdit,
  undoHunks,
  type TrackedText,
} from '../../../src/core/review/tracked-text.ts';

/** Few different lines, so that many are the same. */
const line = fc.constantFrom('a', 'b', 'c', '', '  a', '}', '\u{1f600}', '\ufeffa');
const ending = fc.constantFrom('\n', '\r\n');
const text = fc
  .tuple(fc.array(line, { maxLength: 12 }), ending, fc.boolean())
  .map(([lines, end, last]) => lines.join(end) + (last && lines.length > 0 ? end : ''));
const mixed = fc.oneof(
  text,
  fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 8 }).map((parts) => parts.flat().join('')),
);
const choices = fc.array(fc.tuple(fc.nat(20), fc.boolean()), { minLength: 30, maxLength: 30 });

/** Keeps and undoes, one after another in the order that the choices say, until nothing is left. */
function settle(start: TrackedText, present: string, plan: readonly (readonly [number, boolean])[]) {
  let tracked = start;
  let now = present;
  let steps = 0;
  for (const [index, keep] of plan) {
    const hunks = hunksOf(tracked, now);
    if (hunks.length === 0) break;
    const hunk = hunks[index % hunks.length]!;
    if (keep) tracked = keepHunks(tracked, now, [hunk]);
    else ({ tracked, present: now } = undoHunks(tracked, now, [hunk]));
    const left = hunksOf(tracked, now);
    assert.ok(left.length < hunks.length, `${hunks.length} hunks became ${left.length}`);
    steps += 1;
  }
  return { tracked, now, steps };
}

const edited = (baseline: string, agent: string): TrackedText => ({ baseline, agent });

describe('what is to be reviewed of a text', () => {
  it('is nothing where nothing differs, and something where anything does', () => {
    fc.assert(
      fc.property(mixed, mixed, (before, after) => {
        assert.equal(hunksOf(edited(before, after), after).length === 0, before === after);
      }),
    );
  });

  it('kept as a whole leaves the present text, undone as a whole the baseline', () => {
    fc.assert(
      fc.property(mixed, mixed, (before, after) => {
        const tracked = edited(before, after);
        const hunks = hunksOf(tracked, after);
        const kept = keepHunks(tracked, after, hunks);
        assert.deepEqual([kept.baseline, kept.agent], [after, after]);
        const undone = undoHunks(tracked, after, hunks);
        assert.equal(undone.present, before);
        assert.deepEqual(hunksOf(undone.tracked, undone.present), []);
      }),
    );
  });

  it('gets less by one with each keep and each undo, in any order, to the end', () => {
    fc.assert(
      fc.property(text, text, choices, (before, after, plan) => {
        const { tracked, now } = settle(edited(before, after), after, plan);
        assert.deepEqual(hunksOf(tracked, now), []);
        assert.equal(tracked.baseline, now);
      }),
    );
  });

  it('shows each hunk with the lines that stand there', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        for (const { old, now, removed, added } of hunksOf(edited(before, after), after)) {
          assert.deepEqual(removed, linesOf(before).slice(old.start, old.end));
          assert.deepEqual(added, linesOf(after).slice(now.start, now.end));
        }
      }),
    );
  });

  it('leaves every line that others typed, wherever it is, in any order of keeps and undos that spares what is theirs too', () => {
    const typed = fc.array(fc.tuple(fc.nat(15), fc.constantFrom('PERSON 1', 'PERSON 2', 'PERSON 3')), { maxLength: 3 });
    fc.assert(
      fc.property(text, text, typed, choices, (before, after, insertions, plan) => {
        const lines = linesOf(after);
        for (const [at, words] of insertions) lines.splice(at % (lines.length + 1), 0, `${words}\n`);
        let now = textOf(lines);
        let tracked = edited(before, after);
        for (const [index, keep] of plan) {
          const hunks = hunksOf(tracked, now).filter(({ touched }) => keep || !touched);
          const hunk = hunks[index % hunks.length];
          if (!hunk) continue;
          if (keep) tracked = keepHunks(tracked, now, [hunk]);
          else ({ tracked, present: now } = undoHunks(tracked, now, [hunk]));
        }
        const theirs = (whole: string) =>
          linesOf(whole)
            .filter((each) => each.startsWith('PERSON'))
            .map((each) => each.trim());
        assert.deepEqual(theirs(now), theirs(textOf(lines)));
      }),
    );
  });

  it("counts nothing as the agent's that others typed before or after", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        assert.deepEqual(hunksOf(edited(before, before), after), []);
        const landed = landEdit(edited(before, before), after, after);
        assert.deepEqual(landed, edited(after, after));
      }),
    );
  });

  it('grows by what the agent writes next, from the same baseline', () => {
    fc.assert(
      fc.property(mixed, mixed, mixed, (before, first, second) => {
        const tracked = landEdit(landEdit(edited(before, before), before, first), first, second);
        assert.deepEqual(tracked, edited(before, second));
      }),
    );
  });
});

describe('typing in and around a hunk', () => {
  const before = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n';
  const after = 'one\nTWO\nthree\nfour\nfive\nSIX\nseven\n';
  const tracked = edited(before, after);

  it('elsewhere leaves the hunks alone, and undoing leaves the typing', () => {
    const now = after.replace('four', 'four by hand');
    const hunks = hunksOf(tracked, now);
    assert.deepEqual(
      hunks.map(({ added, touched }) => [added, touched]),
      [
        [['TWO\n'], false],
        [['SIX\n'], false],
      ],
    );
    assert.equal(undoHunks(tracked, now, hunks).present, before.replace('four', 'four by hand'));
  });

  it('inside makes it touched, and says what stands there now', () => {
    const now = after.replace('TWO', 'TWO by hand');
    assert.deepEqual(
      hunksOf(tracked, now).map(({ touched }) => touched),
      [true, false],
    );
    const [departure, ...others] = departuresOf(tracked, now);
    assert.deepEqual([departure?.kind, departure?.made, departure?.stands], ['changed', ['TWO\n'], ['TWO by hand\n']]);
    assert.deepEqual(others, []);
  });

  it('back to what it was is an undo by hand', () => {
    const now = after.replace('TWO', 'two');
    assert.deepEqual(
      hunksOf(tracked, now).map(({ added }) => added),
      [['SIX\n']],
    );
    assert.deepEqual(
      departuresOf(tracked, now).map(({ kind }) => kind),
      ['undone'],
    );
  });

  it("that only moves white space is nobody's words, but is told", () => {
    const now = after.replace('TWO', '  TWO');
    assert.deepEqual(
      hunksOf(tracked, now).map(({ touched }) => touched),
      [false, false],
    );
    assert.deepEqual(
      departuresOf(tracked, now).map(({ kind }) => kind),
      ['changed'],
    );
    assert.equal(undoHunks(tracked, now, hunksOf(tracked, now)).present, before);
  });

  it('stays theirs when the agent edits elsewhere, and stays touched when it edits there', () => {
    const now = after.replace('TWO', 'TWO by hand').replace('four', 'four by hand');
    const elsewhere = landEdit(tracked, now, now.replace('seven', 'SEVEN'));
    const present = now.replace('seven', 'SEVEN');
    assert.deepEqual(
      hunksOf(elsewhere, present).map(({ touched }) => touched),
      [true, false],
    );
    assert.ok(undoHunks(elsewhere, present, hunksOf(elsewhere, present).slice(1)).present.includes('four by hand'));
    const there = now.replace('TWO by hand', 'TWO by hand, then the agent');
    assert.deepEqual(
      hunksOf(landEdit(tracked, now, there), there).map(({ touched }) => touched),
      [true, false],
    );
  });

  it('in one line ending where the file had several changes no line', () => {
    const windows = after.replaceAll('\n', '\r\n');
    const odd = edited(before.replace('\n', '\r\n'), after.replace('\n', '\r\n'));
    assert.equal(hunksOf(odd, windows).length, 2);
    assert.equal(undoHunks(odd, windows, hunksOf(odd, windows)).present, before.replaceAll('\n', '\r\n'));
  });

  it('joins hunks that are one line apart', () => {
    const near = hunksOf(edited('a\nb\nc\n', 'A\nb\nC\n'), 'A\nb\nC\n');
    assert.deepEqual(
      near.map(({ added }) => added),
      [['A\n', 'b\n', 'C\n']],
    );
    const far = hunksOf(edited('a\nb\nx\nc\n', 'A\nb\nx\nC\n'), 'A\nb\nx\nC\n');
    assert.equal(far.length, 2);
  });

  it('takes a long text and one that is wholly other within bounds', () => {
    const long = Array.from({ length: 20_000 }, (_, index) => `line ${index}\n`);
    const now = long.with(10_000, 'changed\n').join('');
    assert.equal(hunksOf(edited(long.join(''), now), now).length, 1);
    const other = Array.from({ length: 20_000 }, (_, index) => `other ${index}\n`).join('');
    assert.equal(undoHunks(edited(now, other), other, hunksOf(edited(now, other), other)).present, now);
  });
});

// A file with edits that nobody has reviewed: what is kept of it through writes, restarts and other people's typing, and what is told.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  afterRestart,
  beginLanding,
  endLanding,
  isSettled,
  keepIn,
  noteDepartures,
  pendingFileSchema,
  pendingHunks,
  takeNotes,
  undoIn,
  undoneAgain,
  type PendingFile,
} from '../../../src/core/review/pending-file.ts';
import { reviewWords } from '../../../src/core/review/review-words.ts';

const path = '/w/a.txt';
const before = 'one\ntwo\nthree\nfour\nfive\n';
const after = 'ONE\ntwo\nthree\nfour\nFIVE\n';

function landed(known: PendingFile | undefined, from: string | undefined, to: string, session = 's1'): PendingFile {
  return endLanding(beginLanding(known, { path, before: from, after: to }, session, 1), to);
}
const kinds = (file: PendingFile) => file.notes.map(({ kind }) => kind);
const told = (file: PendingFile, session = 's1') =>
  reviewWords([{ path, notes: takeNotes(file, session).notes }], '/w');

describe('a file with pending edits', () => {
  it('is settled when all is kept, and nothing is told', () => {
    const file = landed(undefined, before, after);
    assert.equal(isSettled(file), false);
    const kept = keepIn(file, after, pendingHunks(file, after));
    assert.equal(isSettled(kept), true);
    assert.equal(told(kept), undefined);
  });

  it('tells each session once what was undone, and is settled then', () => {
    let file = landed(
      landed(undefined, before, 'ONE\ntwo\nthree\nfour\nfive\n'),
      'ONE\ntwo\nthree\nfour\nfive\n',
      after,
      's2',
    );
    const [first, second] = pendingHunks(file, after);
    const undone = undoIn(file, after, [second!]);
    assert.equal(undone.text, 'ONE\ntwo\nthree\nfour\nfive\n');
    file = keepIn(undone.file, undone.text, [first!]);
    assert.match(
      told(file)!,
      /^The person went over.*\na\.txt, line 5: undone, from yours to what stands there:\n-FIVE\n\+five$/,
    );
    ({ file } = takeNotes(file, 's1'));
    assert.equal(told(file), undefined);
    assert.equal(isSettled(file), false);
    assert.match(told(file, 's2')!, /undone/);
    assert.equal(isSettled(takeNotes(file, 's2').file), true);
  });

  it('tells once what was changed or undone by hand, and again when it is changed again', () => {
    let file = landed(undefined, before, after);
    const byHand = 'ONE by hand\ntwo\nthree\nfour\nfive\n';
    file = noteDepartures(file, byHand);
    assert.deepEqual(kinds(file), ['changed', 'undone']);
    file = noteDepartures(file, byHand);
    assert.deepEqual(kinds(file), ['changed', 'undone']);
    ({ file } = takeNotes(file, 's1'));
    assert.deepEqual(
      pendingHunks(file, byHand).map(({ touched }) => touched),
      [true],
    );
    file = noteDepartures(file, byHand.replace('by hand', 'once more'));
    assert.deepEqual(kinds(file), ['changed']);
  });

  it('kept after it was changed since, tells the change', () => {
    const file = landed(undefined, before, after);
    const byHand = after.replace('ONE', 'ONE by hand').replace('three', 'three by hand');
    const kept = keepIn(file, byHand, pendingHunks(file, byHand));
    assert.deepEqual(pendingHunks(kept, byHand), []);
    assert.match(told(kept)!, /line 1: changed since.*\n-ONE\n\+ONE by hand$/);
  });

  it('takes an undo back when the text is again what it was', () => {
    const file = landed(undefined, before, after);
    const undone = undoIn(file, after, pendingHunks(file, after)).file;
    assert.deepEqual(undoneAgain(file, undone), file);
    const heard = takeNotes(undone, 's1').file;
    assert.match(told(undoneAgain(file, heard))!, /taken back/);
    assert.match(told(undoneAgain(file, undefined))!, /taken back/);
  });

  it('is gone: told once; made again, it is new', () => {
    const file = landed(undefined, undefined, after);
    assert.equal(file.created, true);
    const gone = noteDepartures(noteDepartures(file, undefined), undefined);
    assert.deepEqual(kinds(gone), ['removed']);
    assert.equal(isSettled(takeNotes(gone, 's1').file), true);
    const again = landed(file, undefined, 'again\n');
    assert.deepEqual([again.created, kinds(again), pendingHunks(again, 'again\n').length], [true, ['removed'], 1]);
  });

  it('survives a kill before, while and after the write', () => {
    const file = beginLanding(undefined, { path, before, after }, 's1', 1);
    assert.equal(isSettled(file), false, 'it must not be let go while the write is on its way');
    assert.equal(isSettled(afterRestart(file, before)), true);
    assert.equal(pendingHunks(afterRestart(file, after), after).length, 2);
    // Formatted on saving: it cannot be told from the agent's, so it is there to be reviewed.
    const formatted = after.replace('ONE', 'ONE;');
    assert.equal(pendingHunks(afterRestart(file, formatted), formatted).length, 2);
    const made = endLanding(file, after);
    assert.deepEqual(afterRestart(made, after), made);
    assert.deepEqual(pendingFileSchema.parse(JSON.parse(JSON.stringify(made))), made);
  });

  it('keeps nothing of a write that failed', () => {
    assert.equal(isSettled(endLanding(beginLanding(undefined, { path, before, after }, 's1', 1), undefined)), true);
  });

  it('says of a long change only that it was', () => {
    const long = Array.from({ length: 60 }, (_, index) => `line ${index}\n`).join('');
    const file = landed(undefined, undefined, long);
    assert.match(told(undoIn(file, long, pendingHunks(file, long)).file)!, /line 1: undone \(long: Read the file\)\.$/);
  });
});

import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { conflictText, findConflicts } from '../../../src/host/entry-points/conflicts.ts';

const lines = (...all: string[]) => all.join('\n');

describe('merge conflicts in a text', () => {
  it('are none where markers are missing, in the wrong order, too long or not at the start', () => {
    for (const text of [
      '',
      'no conflict',
      lines('<<<<<<< HEAD', 'a', '======='),
      lines('<<<<<<< HEAD', 'a', '>>>>>>> side'),
      lines('=======', 'a', '>>>>>>> side'),
      lines('<<<<<<<< HEAD', 'a', '=======', 'b', '>>>>>>>> side'),
      lines(' <<<<<<< HEAD', 'a', '=======', 'b', '>>>>>>> side'),
      lines('<<<<<<<HEAD', 'a', '=======', 'b', '>>>>>>>side'),
    ]) {
      assert.deepEqual(findConflicts(text), [], text);
    }
  });

  it('have two sides with their names and lines', () => {
    const text = lines('one', '<<<<<<< HEAD', 'ours', 'too', '=======', 'theirs', '>>>>>>> feature/x', 'two');
    assert.deepEqual(findConflicts(text), [
      {
        startLine: 2,
        endLine: 7,
        ours: { name: 'HEAD', text: 'ours\ntoo' },
        theirs: { name: 'feature/x', text: 'theirs' },
      },
    ]);
  });

  it('have a base where the file tells it, with longer markers of an inner conflict as plain text', () => {
    const base = lines('<<<<<<<<< Temporary 1', 'x', '=========', 'y', '>>>>>>>>> Temporary 2');
    const [conflict] = findConflicts(lines('<<<<<<< a', '||||||| 1234567', base, '=======', 'b', '>>>>>>> c'));
    assert.deepEqual(conflict?.base, { name: '1234567', text: base });
    assert.equal(conflict.ours.text, '');
  });

  it('are found after one that was never closed, and with Windows line ends', () => {
    const text = ['<<<<<<< a', '1', '<<<<<<< b', '2', '=======', '3', '>>>>>>> c'].join('\r\n');
    const found = findConflicts(text);
    assert.deepEqual(
      found.map(({ startLine, ours, theirs }) => [startLine, ours.text, theirs.text]),
      [[3, '2', '3']],
    );
  });

  it('come out as they went in, whatever the sides hold', () => {
    const side = fc.array(
      fc.string({ maxLength: 8 }).filter((line) => !/[\r\n]|^[<|=>]{7}/.test(line)),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(side, fc.option(side), side), { maxLength: 4 }), (conflicts) => {
        const text = conflicts.flatMap(([ours, base, theirs]) => [
          'between',
          '<<<<<<< HEAD',
          ...ours,
          ...(base ? ['||||||| base', ...base] : []),
          '=======',
          ...theirs,
          '>>>>>>> side',
        ]);
        const found = findConflicts(text.join('\n'));
        assert.deepEqual(
          found.map(({ ours, base, theirs }) => [ours.text, base?.text, theirs.text]),
          conflicts.map(([ours, base, theirs]) => [ours.join('\n'), base?.join('\n'), theirs.join('\n')]),
        );
      }),
    );
  });

  it('are told to the model side by side, without markers', () => {
    const [conflict] = findConflicts(lines('<<<<<<< HEAD', '=======', 'b', '>>>>>>> side'));
    assert.equal(
      conflictText('src/a.ts', conflict!),
      lines(
        'Merge conflict in src/a.ts, lines 1 to 4.',
        '--- Current side (HEAD)',
        '[nothing]',
        '--- Incoming side (side)',
        'b',
      ),
    );
  });
});

import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { createProblemReminder } from '../../../src/core/tools/editor/problem-reminder.ts';
import { MemoryLanguageServices, problemAt } from '../../support/memory/memory-editor.ts';

const A = '/project/a.ts';
const B = '/project/b.ts';

describe('the reminder of new problems', () => {
  let language: MemoryLanguageServices;
  const { signal } = new AbortController();
  const take = (changed: readonly string[] = [], stop = signal) => reminder.take({ changed, signal: stop });
  let reminder: ReturnType<typeof createProblemReminder>;

  beforeEach(() => {
    language = new MemoryLanguageServices();
    language.problems.set(A, [problemAt(1, 'old')]);
    reminder = createProblemReminder(language, () => '/project');
  });

  it('says nothing where nothing changed, nothing is new, or the turn was stopped', async () => {
    assert.equal(await take(), undefined);
    assert.equal(await take([A]), undefined);
    language.problems.set(A, [problemAt(5, 'old'), problemAt(6, 'a note', 'info'), problemAt(7, 'a hint', 'hint')]);
    assert.equal(await take([A]), undefined);
    language.unopenable.add(B);
    assert.equal(await take([B]), undefined);
    language.problems.set(A, [problemAt(2, 'new')]);
    assert.equal(await take([A], AbortSignal.abort()), undefined);
  });

  it('tells errors and warnings that are new, wherever the old ones moved', async () => {
    await take();
    language.whileSettling = () => {
      language.problems.set(A, [
        problemAt(4, 'odd', 'warning'),
        problemAt(9, 'old'),
        problemAt(12, 'old'),
        problemAt(2, 'new'),
      ]);
    };
    assert.deepEqual((await take([A]))?.split('\n'), [
      'The editor reports new problems after your changes:',
      'a.ts:2:1: error: new [ts 1]',
      'a.ts:12:1: error: old [ts 1]',
      'a.ts:4:1: warning: odd [ts 1]',
    ]);
    assert.equal(await take([A]), undefined);
  });

  it('tells in a clause what went away', async () => {
    await take();
    language.problems.set(A, [problemAt(1, 'new')]);
    assert.match((await take([A])) ?? '', /error: new.*\n1 earlier problem went away\.$/);
    language.problems.set(A, []);
    assert.equal(await take([A]), 'After your changes: 1 earlier problem went away.');
  });

  it('says that problems of a file nobody had looked at may be older', async () => {
    await take();
    language.problems.set(B, [problemAt(1, 'perhaps old')]);
    assert.match((await take([B])) ?? '', /\(those of files that were not open before may be older\):\nb\.ts:1/);
  });

  it('tells problems that came too late for their round in the next one, once', async () => {
    await take();
    assert.equal(await take([A]), undefined);
    language.problems.set(A, [problemAt(1, 'old'), problemAt(2, 'late')]);
    assert.match((await take()) ?? '', /a\.ts:2:1: error: late/);
    language.problems.set(A, [problemAt(1, 'old'), problemAt(2, 'late'), problemAt(3, 'by the person')]);
    assert.equal(await take(), undefined);
  });

  it('is capped for each file', async () => {
    await take();
    language.problems.set(
      A,
      Array.from({ length: 14 }, (_, index) => problemAt(index + 1, `n${index}`)),
    );
    const lines = (await take([A]))?.split('\n') ?? [];
    assert.equal(lines.length, 13);
    assert.equal(lines[11], '[4 more in this file: use Diagnostics.]');
  });
});

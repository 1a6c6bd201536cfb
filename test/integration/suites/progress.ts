import { before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { longWork } from '../../../src/host/long-work.ts';
import { ViewProgress } from '../../../src/host/surfaces/view-progress.ts';
import { activated, until } from '../editor.ts';

describe('progress on the view', () => {
  /** Of each that was shown: whether it has ended. */
  function shownProgress(momentMs: number) {
    const shown: { ended: boolean }[] = [];
    const show = (ended: Promise<void>) => {
      const one = { ended: false };
      shown.push(one);
      void ended.then(() => (one.ended = true));
    };
    return { shown, progress: new ViewProgress(show, momentMs) };
  }

  it('is one for all that is at work, and ends with the last of it', async () => {
    const { shown, progress } = shownProgress(0);
    let fail = (_: Error) => {};
    const work = new Promise<void>((_, reject) => (fail = reject));
    progress.set('turn', true);
    progress.set('turn', true);
    progress.during(work);
    await until('it is shown', () => shown.length === 1);
    progress.set('turn', false);
    await sleep(20);
    assert.deepEqual(shown, [{ ended: false }]);
    fail(new Error('no'));
    await until('it has ended', () => shown[0]!.ended);
    progress.set('turn', true);
    await until('another is shown', () => shown.length === 2);
    progress.dispose();
    await until('it ends with its owner', () => shown[1]!.ended);
  });

  it('is not shown for what ends within a moment', async () => {
    const { shown, progress } = shownProgress(1_000_000);
    progress.during(Promise.resolve());
    progress.set('turn', true);
    progress.set('turn', false);
    await sleep(20);
    progress.dispose();
    assert.deepEqual(shown, []);
  });
});

describe('long work', () => {
  before(() => activated());

  it('gives what it came to, or why not, whether it was shown or not', async () => {
    for (const momentMs of [0, 1_000_000]) {
      assert.equal(await longWork('Working', async () => sleep(50, 7), momentMs), 7);
      const failing = longWork('Working', () => sleep(50).then(() => Promise.reject(new Error('no'))), momentMs);
      await assert.rejects(failing, /no/);
    }
  });
});

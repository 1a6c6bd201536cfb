import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { askUntilRead, READING_MS } from '../../../src/host/ask-until-read.ts';

describe('a yes', () => {
  /** Answers in turn, each after so many milliseconds. */
  async function asked(...answers: [answer: string, after: number][]): Promise<{ answer: string; times: number }> {
    let now = 0;
    let times = 0;
    const show = async () => {
      const [answer, after] = answers[times++]!;
      now += after;
      return answer;
    };
    return {
      answer: await askUntilRead(
        show,
        (answer) => answer === 'yes',
        () => now,
      ),
      times,
    };
  }

  it('that comes before the question can be read is asked for again, as often as it does', async () => {
    assert.deepEqual(await asked(['yes', 10], ['yes', 100], ['yes', READING_MS]), { answer: 'yes', times: 3 });
    assert.deepEqual(await asked(['yes', 10], ['no', 10]), { answer: 'no', times: 2 });
  });

  it('that comes later counts, and a no counts at once', async () => {
    assert.deepEqual(await asked(['yes', READING_MS]), { answer: 'yes', times: 1 });
    assert.deepEqual(await asked(['no', 0]), { answer: 'no', times: 1 });
  });
});

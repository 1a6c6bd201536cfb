import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { withAnswered, withAsked } from '../../../src/core/view/person-cards.ts';
import { newToolItem } from '../../../src/core/view/tool-view.ts';

const asking = newToolItem('q', 'AskUserQuestion', 'running');
const planning = newToolItem('p', 'ExitPlanMode', 'running');

describe('what a call asks of the person', () => {
  it('is left out where the model wrote something else', () => {
    for (const input of [
      undefined,
      null,
      7,
      'plan',
      [],
      {},
      { plan: 3, questions: 'none' },
      { plan: ' \n', questions: [] },
    ]) {
      assert.equal(withAsked(asking, input), asking);
      assert.equal(withAsked(planning, input), planning);
    }
    const odd = withAsked(asking, { questions: [null, { question: 'Which?', options: [7, { label: 'A' }] }] });
    assert.deepEqual(odd.questions, [
      { header: '', question: '', options: [] },
      {
        header: '',
        question: 'Which?',
        options: [
          { label: '', description: '' },
          { label: 'A', description: '' },
        ],
      },
    ]);
    const other = newToolItem('b', 'Bash', 'running');
    assert.equal(withAsked(other, { plan: 'x', questions: [{ question: 'y' }] }), other);
  });

  it('is joined by the answers, in their order, and by the plan as it was approved', () => {
    const asked = withAsked(asking, { questions: [{ question: 'One?' }, { question: 'Two?' }] });
    const answered = withAnswered(asked, { details: { answers: [{ chosen: ['A'] }, { chosen: [], words: 'mine' }] } });
    assert.deepEqual(
      answered.questions?.map(({ answer }) => answer),
      [{ chosen: ['A'] }, { chosen: [], words: 'mine' }],
    );
    const approved = withAnswered(withAsked(planning, { plan: 'Old' }), {
      details: { verdict: 'approved', plan: 'New' },
    });
    assert.deepEqual([approved.plan, approved.verdict], ['New', 'approved']);
    assert.deepEqual(withAnswered(asked, { details: {} }), asked);
  });
});

// Plans, questions and what was shortened: what a card shows, and where its buttons lead.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import { noticeOf, toolOf, turnOf, viewOf } from '../support/panel-harness/views.ts';

const open = usePanels();
const isRunning = { state: 'running' as const };
const waiting = { requestId: 'w1', words: 'Approve the plan?', review: false };
const plan = '# Fix it\n\n1. Write a **test**\n';
const planCall = toolOf('p1', 'ExitPlanMode', 'Fix it', { verb: 'Presented a plan', plan });
const question = {
  header: 'Storage',
  question: 'Where to?',
  options: [
    { label: 'File', description: 'Lasts' },
    { label: 'Memory', description: 'Fast' },
  ],
};

describe('the cards of the panel', () => {
  it('shows a plan whole while it waits, and folds it to its verdict afterwards', async () => {
    await using panel = await open();
    const turn = turnOf('t1', 'Plan it', [{ ...planCall, state: 'waiting', waiting }], isRunning);
    await panel.show(viewOf({ session: { state: 'waiting' }, turns: [turn] }));
    await panel.page.getByRole('group', { name: 'The plan' }).getByRole('listitem').getByText('Write a test').waitFor();
    await panel.page.getByRole('button', { name: 'Approve' }).click();
    assert.deepEqual(await panel.intent('decidePlan'), { type: 'decidePlan', itemId: 'p1', verdict: 'approve' });
    const approved = { ...planCall, verdict: 'approved' as const, note: 'Approved' };
    await panel.patch({ op: 'item', turnId: 't1', item: approved });
    await panel.page.getByText('Approved', { exact: true }).waitFor();
    assert.equal(await panel.page.getByText('Write a test').count(), 0);
    await panel.page.getByRole('button', { name: /^Plan/ }).click();
    await panel.page.getByText('Write a test').waitFor();
  });

  it('brings the plan to the front, or says that planning goes on', async () => {
    await using panel = await open();
    const turn = turnOf('t1', 'Plan it', [{ ...planCall, state: 'waiting', waiting }], isRunning);
    await panel.show(viewOf({ session: { state: 'waiting' }, turns: [turn] }));
    await panel.page.getByRole('button', { name: 'Open', exact: true }).click();
    assert.equal((await panel.intent('showQuestion')).requestId, 'w1');
    await panel.page.getByRole('button', { name: 'Keep Planning' }).click();
    assert.equal((await panel.intent('decidePlan')).verdict, 'keep');
  });

  it('shows the options of a question while it waits, and only the answers afterwards', async () => {
    await using panel = await open();
    const asking = toolOf('q1', 'AskUserQuestion', 'Where to?', { verb: 'Asking', questions: [question] });
    const turn = turnOf('t1', 'Keep it', [{ ...asking, state: 'waiting', waiting }], isRunning);
    await panel.show(viewOf({ session: { state: 'waiting' }, turns: [turn] }));
    await panel.page.getByText('Memory').waitFor();
    await panel.page.getByRole('button', { name: 'Answer…' }).click();
    assert.equal((await panel.intent('showQuestion')).requestId, 'w1');
    const answer = { chosen: ['File'], words: 'in JSON' };
    await panel.patch({ op: 'item', turnId: 't1', item: { ...asking, questions: [{ ...question, answer }] } });
    const said = await panel.page.getByRole('definition').allInnerTexts();
    assert.deepEqual(
      said.map((text) => text.replaceAll(/\s+/g, ' ')),
      ['Your answer: File', 'Your answer: “in JSON”'],
    );
    assert.equal(await panel.page.getByText('Memory').count(), 0);
  });

  it('says what was kept and dropped, and opens to the summary', async () => {
    await using panel = await open();
    const notice = noticeOf('n1', {
      title: 'Conversation shortened',
      facts: [
        { name: 'Kept', words: 'Your last request' },
        { name: 'Dropped', words: '3 answers' },
      ],
      more: { label: 'Summary', text: '- one thing' },
    });
    await panel.show(viewOf({ turns: [turnOf('t1', 'Go on', [notice])] }));
    assert.deepEqual(await panel.page.getByRole('definition').allInnerTexts(), ['Your last request', '3 answers']);
    assert.equal(await panel.page.getByText('one thing').count(), 0);
    await panel.page.getByRole('button', { name: 'Summary' }).click();
    await panel.page.getByRole('listitem').getByText('one thing').waitFor();
  });
});

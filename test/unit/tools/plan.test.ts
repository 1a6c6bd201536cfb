import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { DurableEvent } from '../../../src/core/events.ts';
import { createModeState } from '../../../src/core/permissions/mode.ts';
import { createEnterPlanModeTool } from '../../../src/core/tools/planning/enter-plan-mode-tool.ts';
import { createExitPlanModeTool, titleOf } from '../../../src/core/tools/planning/exit-plan-mode-tool.ts';
import type { PlanReviewer, PlanVerdict } from '../../../src/core/tools/planning/person-ports.ts';
import { createPlanModeReminder } from '../../../src/core/tools/planning/plan-mode-reminder.ts';
import { absentPlanReviewer } from '../../../src/headless/nobody-plans.ts';
import { MemoryFileSystem } from '../../support/memory/memory-file-system.ts';
import { ToolBench, textOf } from '../../support/memory/tool-bench.ts';

const plan = '# Fix the parser\n\n1. Write a test\n2. Fix it\n';

function benchOf(verdict: PlanVerdict | PlanReviewer, start: 'plan' | 'default' = 'plan') {
  const mode = createModeState(start);
  const reviewer: PlanReviewer = 'review' in verdict ? verdict : { review: async () => verdict };
  const tools = [createEnterPlanModeTool({ mode }), createExitPlanModeTool({ mode, reviewer })];
  return { mode, bench: new ToolBench({ files: new MemoryFileSystem(), tools }) };
}

describe('plan mode', () => {
  it('is entered once and recorded', async () => {
    const { bench, mode } = benchOf({ decision: 'reject' }, 'default');
    assert.equal(await bench.text('EnterPlanMode', {}), 'Plan mode is on.');
    assert.equal(mode.current, 'plan');
    assert.equal(await bench.text('EnterPlanMode', {}), 'Plan mode is on already.');
    assert.deepEqual(bench.recorded, [{ type: 'mode_changed', mode: 'plan' }]);
  });

  it('is not left when it is not on, nor with an empty or endless plan', async () => {
    const outside = benchOf({ decision: 'approve', plan, mode: 'acceptEdits' }, 'default');
    await assert.rejects(outside.bench.call('ExitPlanMode', { plan }), {
      name: 'ToolError',
      message: 'Plan mode is not on, so there is nothing to approve. Go on with the work itself.',
    });
    assert.equal(outside.mode.current, 'default');
    const { bench } = benchOf({ decision: 'approve', plan, mode: 'default' });
    await assert.rejects(bench.call('ExitPlanMode', { plan: ' \n' }), /The plan is empty\. Write down/);
    await assert.rejects(
      bench.call('ExitPlanMode', { plan: 'x'.repeat(50_001) }),
      /has 50001 characters; at most 50000/,
    );
  });

  it('ends with an approval, in the mode that the person chose', async () => {
    for (const chosen of ['default', 'acceptEdits'] as const) {
      const { bench, mode } = benchOf({ decision: 'approve', plan, mode: chosen });
      const text = await bench.text('ExitPlanMode', { plan, allowedPrompts: [{ tool: 'Bash', prompt: 'run tests' }] });
      assert.match(text, /^The person approved the plan; plan mode is off\..* Carry it out as you wrote it\.$/);
      assert.equal(text.includes('accepted without a question'), chosen === 'acceptEdits');
      assert.equal(mode.current, chosen);
      assert.deepEqual(bench.recorded, [{ type: 'mode_changed', mode: chosen }]);
    }
  });

  it('hands back the plan as the person changed it', async () => {
    const changed = plan.replace('Fix it', 'Fix it and say so');
    const { bench } = benchOf({ decision: 'approve', plan: changed, mode: 'default' });
    const result = await bench.call('ExitPlanMode', { plan });
    assert.ok(textOf(result).includes(`Carry out this one, not yours:\n\n${changed}`));
    assert.match(textOf(result), /What they changed:\n@@[^]*-2\. Fix it\n\+2\. Fix it and say so/);
    assert.equal(result.details.note, 'Approved with your changes (+1 −1)');
  });

  it('leaves the difference out when it would be long', async () => {
    const { bench } = benchOf({ decision: 'approve', plan: 'New line\n'.repeat(1_000), mode: 'default' });
    assert.ok(!(await bench.text('ExitPlanMode', { plan })).includes('What they changed'));
  });

  it('goes on after a rejection, with the words if there are any', async () => {
    const withWords = benchOf({ decision: 'reject', words: 'No new library' });
    assert.match(await withWords.bench.text('ExitPlanMode', { plan }), /They say: No new library\nPlan mode stays on/);
    const without = benchOf({ decision: 'reject' });
    assert.match(await without.bench.text('ExitPlanMode', { plan }), /wants to go on planning\. Plan mode stays on/);
    assert.deepEqual([withWords.mode.current, without.mode.current], ['plan', 'plan']);
    assert.deepEqual([...withWords.bench.recorded, ...without.bench.recorded], []);
  });

  it('makes the plan the outcome where nobody is there', async () => {
    const { bench, mode } = benchOf(absentPlanReviewer);
    assert.match(await bench.text('ExitPlanMode', { plan }), /give the whole plan as your answer\.$/);
    assert.equal(mode.current, 'plan');
  });

  it('does not end by an approval that comes with the stop', async () => {
    const stop = new AbortController();
    const { bench, mode } = benchOf({
      review: async () => {
        stop.abort();
        return { decision: 'approve', plan, mode: 'default' };
      },
    });
    assert.equal((await bench.call('ExitPlanMode', { plan }, stop.signal)).isError, true);
    assert.equal(mode.current, 'plan');
  });

  it('names the plan by its first words', () => {
    assert.equal(titleOf('\n---\n## Fix **it**\n'), 'Fix **it**');
    assert.equal(titleOf('- One\n- Two'), 'One');
    assert.equal(titleOf('\n'), '');
  });
});

describe('the reminder of plan mode', () => {
  const round = { changed: [], signal: new AbortController().signal };
  const added = (text: string): DurableEvent => ({ type: 'context_added', turnId: 't1', text });

  it('speaks once on entering and once on leaving, by whoever did it', async () => {
    const mode = createModeState();
    const reminder = createPlanModeReminder(mode);
    assert.equal(await reminder.take(round), undefined);
    mode.set('plan');
    assert.match((await reminder.take(round))!, /^Plan mode is on: change nothing\./);
    assert.equal(await reminder.take(round), undefined);
    mode.set('acceptEdits');
    assert.match((await reminder.take(round))!, /^Plan mode is off/);
    mode.set('default');
    assert.equal(await reminder.take(round), undefined);
  });

  it('knows after a reload what it has said, and says it again after a compaction', async () => {
    const mode = createModeState('plan');
    const said = (await createPlanModeReminder(mode).take(round))!;
    const entries = [added(said), added('Reminder: something else')];
    const reminder = createPlanModeReminder(mode, entries);
    assert.equal(await reminder.take(round), undefined);
    reminder.forget();
    assert.equal(await reminder.take(round), said);
    mode.set('default');
    const left = (await createPlanModeReminder(mode, entries).take(round))!;
    assert.match(left, /^Plan mode is off/);
    assert.equal(await createPlanModeReminder(mode, [...entries, added(left)]).take(round), undefined);
  });
});

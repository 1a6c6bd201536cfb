import { after, afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { PlanVerdict } from '../../../src/core/tools/planning/person-ports.ts';
import { Log } from '../../../src/host/log.ts';
import { PlanReview } from '../../../src/host/plan-review.ts';
import { ProposalFiles } from '../../../src/host/proposal-files.ts';
import { READING_MS } from '../../../src/host/ask-until-read.ts';
import { QuickQuestions } from '../../../src/host/quick-question.ts';
import { createAttention } from '../attention.ts';
import { activated, closeEverything, replaceAll, until } from '../editor.ts';
import { answerInput, CLOSE } from '../quick-inputs.ts';

const run = (command: string) => vscode.commands.executeCommand(command);
const accept = () => run('workbench.action.acceptSelectedQuickOpenItem');
const next = () => run('workbench.action.quickOpenSelectNext');
const close = () => run('workbench.action.closeQuickOpen');

/** Its own, so that it does not meet the extension's. */
const scheme = 'capstan-plan-test';
const plan = '# Fix the parser\n\n1. Write a test\n2. Fix it\n';

function planTabs(): vscode.Tab[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.filter(({ input }) => input instanceof vscode.TabInputText && input.uri.scheme === scheme);
}

describe('the review of a plan', () => {
  const files = new ProposalFiles();
  let time = 0;
  const quick = new QuickQuestions(() => time);
  const attention = createAttention();
  let reviews: PlanReview;
  let provider: vscode.Disposable;
  let abort = new AbortController();

  before(async () => {
    await activated();
    await closeEverything();
    provider = vscode.workspace.registerFileSystemProvider(scheme, files, { isCaseSensitive: true });
    reviews = new PlanReview({ quick, files, scheme, log: new Log(), attention: attention.port });
  });
  afterEach(async () => {
    abort.abort();
    abort = new AbortController();
    await until('no plan is left open', () => planTabs().length === 0);
    const dirty = vscode.workspace.textDocuments.filter(({ uri, isDirty }) => uri.scheme === scheme && isDirty);
    assert.deepEqual(dirty, []);
  });
  after(() => {
    provider.dispose();
    files.dispose();
  });

  const review = () => {
    let verdict: PlanVerdict | undefined;
    const done = reviews.review(plan, abort.signal).then((given) => (verdict = given));
    return { done, now: () => verdict };
  };
  /** Until the question is up, and long enough for a yes to be meant. */
  const read = async () => {
    await until('the question is up', () => quick.show());
    time += READING_MS;
  };
  const document = async () => {
    const tab = await until('the plan is open', () => planTabs()[0]);
    return vscode.workspace.openTextDocument((tab.input as vscode.TabInputText).uri);
  };

  it('shows the plan as Markdown and approves it as it is', async () => {
    const { done } = review();
    const shown = await document();
    assert.deepEqual([shown.getText(), shown.languageId], [plan, 'markdown']);
    await read();
    await accept();
    assert.deepEqual(await done, { decision: 'approve', plan, mode: 'default' });
  });

  it('tells a person who looks elsewhere, and comes to the front when they press the button', async () => {
    attention.look(false);
    const { done } = review();
    await attention.offered();
    assert.match(attention.words.at(-1)!, /made a plan/);
    await read();
    await close();
    attention.press();
    attention.look(true);
    await read();
    await accept();
    assert.equal((await done).decision, 'approve');
  });

  it('approves what the person made of it, saved or not, and accepts edits with it', async () => {
    for (const save of [false, true]) {
      const { done } = review();
      const shown = await document();
      await replaceAll(shown, 'Another plan\n');
      if (save) assert.ok(await shown.save());
      await read();
      await next();
      await accept();
      assert.deepEqual(await done, { decision: 'approve', plan: 'Another plan\n', mode: 'acceptEdits' });
      await until('the tab is closed', () => planTabs().length === 0);
    }
  });

  it('takes the verdict of the panel on the plan that reads so, as the person made it, and closes its question', async () => {
    assert.equal(reviews.decide(plan, 'approve'), false);
    const { done } = review();
    const shown = await document();
    await replaceAll(shown, 'Another plan\n');
    await read();
    assert.equal(reviews.decide('Some other plan', 'approve'), false);
    assert.equal(reviews.decide(plan, 'approve'), true);
    assert.deepEqual(await done, { decision: 'approve', plan: 'Another plan\n', mode: 'default' });
    await until('its question is gone', () => !quick.show());
  });

  it('puts its document away also when it is decided on while that opens', async () => {
    const opened = new Promise<void>((resolve) => {
      const listening = vscode.window.tabGroups.onDidChangeTabs(() => {
        if (planTabs().length === 0) return;
        listening.dispose();
        resolve();
      });
    });
    const { done } = review();
    assert.equal(reviews.decide(plan, 'keep'), true);
    assert.deepEqual(await done, { decision: 'reject' });
    await opened;
    await until('the tab is closed', () => planTabs().length === 0);
  });

  it('does not take a key that was on its way for an approval', async () => {
    const { now } = review();
    await until('the question is up', () => quick.show());
    await accept();
    await sleep(200);
    assert.equal(now(), undefined);
  });

  it('takes a closed question and a closed document for no verdict, and asks again', async () => {
    const { done, now } = review();
    await read();
    await close();
    await vscode.window.tabGroups.close(planTabs());
    await sleep(200);
    assert.equal(now(), undefined);
    assert.ok(reviews.show());
    assert.equal((await document()).getText(), plan);
    await read();
    await accept();
    assert.deepEqual(await done, { decision: 'approve', plan, mode: 'default' });
    assert.equal(reviews.show(), false);
  });

  it('goes on planning, also after the box for words was left', async () => {
    const { done, now } = review();
    await read();
    await next();
    await next();
    await accept();
    await answerInput(CLOSE);
    await read();
    assert.equal(now(), undefined);
    await next();
    await next();
    await next();
    await accept();
    assert.deepEqual(await done, { decision: 'reject' });
  });

  it('ends with a rejection when it is stopped, however early', async () => {
    const { done } = review();
    await replaceAll(await document(), 'half typed');
    abort.abort();
    assert.deepEqual(await done, { decision: 'reject' });
    assert.deepEqual(await reviews.review(plan, abort.signal), { decision: 'reject' });
  });
});

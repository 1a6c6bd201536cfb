// The rows of a transcript: what they fold, open, and send.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import { agentOf, noticeOf, readOf, toolOf, turnOf, viewOf } from '../support/panel-harness/views.ts';

const open = usePanels();
const isRunning = { state: 'running' as const };

describe('the rows of the panel', () => {
  it('folds neighbouring reads and searches, opens them, and keeps a failed one in sight', async () => {
    await using panel = await open();
    const items = [
      readOf('r1', 'src/a.ts'),
      readOf('r2', 'src/b.ts'),
      toolOf('g1', 'Grep', 'needle'),
      readOf('r3', 'src/missing.ts', { state: 'failed', note: 'There is no such file' }),
    ];
    await panel.show(viewOf({ turns: [turnOf('t1', 'Hello', items)] }));
    const fold = panel.page.getByRole('button', { name: 'Read 2 files, searched once' });
    assert.equal(await panel.page.getByText('src/b.ts').count(), 0);
    await panel.page.getByText('There is no such file').waitFor();
    await fold.click();
    await panel.page.getByRole('button', { name: /Read src\/b\.ts/ }).waitFor();
    await panel.page.waitForTimeout(200);
    assert.deepEqual((await panel.state())['open'], ['fold:r1']);
  });

  it("answers an edit's review from its row, and opens its diff", async () => {
    await using panel = await open();
    const waiting = { requestId: 'q1', words: 'Review the change', review: true };
    const edit = toolOf('e1', 'Edit', 'src/a.ts', {
      state: 'waiting',
      added: 1,
      removed: 1,
      diff: '@@ -1 +1 @@\n-a\n+b',
      waiting,
    });
    await panel.show(viewOf({ session: { state: 'waiting' }, turns: [turnOf('t1', 'Hello', [edit], isRunning)] }));
    await panel.page.getByTitle('Open the diff of src/a.ts').click();
    await panel.page.getByRole('button', { name: 'Accept' }).click();
    assert.deepEqual(await panel.intent('openDiff'), { type: 'openDiff', itemId: 'e1' });
    assert.deepEqual(await panel.intent('review'), { type: 'review', requestId: 'q1', verdict: 'accept' });
  });

  it("draws the toolkit's buttons in the colours of the theme", async () => {
    await using panel = await open();
    const actions = [
      { label: 'Show Log', action: 'showLog' as const },
      { label: 'Retry', action: 'retry' as const },
    ];
    await panel.show(viewOf({ turns: [turnOf('t1', 'Hello', [noticeOf('n1', { actions })])] }));
    await panel.page.locator('vscode-button:defined').last().waitFor();
    const drawn = await panel.page.locator('vscode-button').evaluateAll((buttons) => {
      const probe = document.body.appendChild(document.createElement('i'));
      return buttons.map((button, index) => {
        probe.style.color = `var(--vscode-button-${index === 0 ? 'secondaryBackground' : 'background'})`;
        const control = button.shadowRoot!.querySelector('.control')!;
        const wanted = getComputedStyle(probe).color;
        return [getComputedStyle(button).backgroundColor === wanted, getComputedStyle(control).backgroundColor];
      });
    });
    assert.deepEqual(drawn, [
      [true, 'rgba(0, 0, 0, 0)'],
      [true, 'rgba(0, 0, 0, 0)'],
    ]);
  });

  it('brings a native question to the front', async () => {
    await using panel = await open();
    const waiting = { requestId: 'q2', words: 'Capstan wants to run npm test', review: false };
    const run = toolOf('b1', 'Bash', 'npm test', { state: 'waiting', waiting });
    await panel.show(viewOf({ session: { state: 'waiting' }, turns: [turnOf('t1', 'Hello', [run], isRunning)] }));
    await panel.page.getByRole('button', { name: 'Show Question' }).click();
    assert.deepEqual(await panel.intent('showQuestion'), { type: 'showQuestion', requestId: 'q2' });
  });

  it('shows twelve lines of output without its colour codes, and the rest in an editor', async () => {
    await using panel = await open();
    const output = Array.from({ length: 20 }, (_, line) => `\u001B[32mline ${line + 1}\u001B[0m`).join('\n');
    await panel.show(viewOf({ turns: [turnOf('t1', 'Hello', [toolOf('b1', 'Bash', 'npm test', { output })])] }));
    await panel.page.getByRole('button', { name: /Ran npm test/ }).click();
    const shown = await panel.page.getByRole('figure', { name: 'Output' }).innerText();
    assert.deepEqual(shown.trim().split('\n').slice(-1), ['line 12']);
    await panel.page.getByRole('button', { name: 'Show all' }).click();
    assert.deepEqual(await panel.intent('showOutput'), { type: 'showOutput', itemId: 'b1' });
  });

  it('shows what an agent does in one line, and on opening all its steps and what they took', async () => {
    await using panel = await open();
    const running = agentOf('a1', 'Find the callers', { state: 'running', verb: 'Asking an agent' });
    const ended = agentOf('a2', 'Read the tests');
    await panel.show(viewOf({ session: isRunning, turns: [turnOf('t1', 'Hello', [running, ended], isRunning)] }));
    await panel.page.getByText('Reading').waitFor();
    assert.equal(await panel.page.getByText('src/parser.ts').count(), 1);
    await panel.page.getByRole('button', { name: /Asking an agent/ }).click();
    const steps = panel.page.getByRole('list', { name: 'Steps of the agent' }).getByRole('listitem');
    assert.deepEqual(
      await steps.allInnerTexts().then((texts) => texts.map((text) => text.replaceAll(/\s+/g, ' ').trim())),
      ['Searched parseList , done', 'Reading src/parser.ts , running'],
    );
    await panel.page.getByText('explore · 8.4k in · 620 out · $0.02').waitFor();
  });

  it('counts down to the next attempt, and draws nobody to stop it', async () => {
    await using panel = await open();
    const actions = [{ label: 'Stop', action: 'stop' as const }];
    const notice = noticeOf('n1', { title: 'Busy', until: Date.now() + 5000, actions });
    await panel.show(viewOf({ session: isRunning, turns: [turnOf('t1', 'Hello', [notice], isRunning)] }));
    await panel.page.getByText('Next attempt in 3 s').waitFor({ timeout: 4000 });
    const stop = panel.page.locator('.card vscode-button');
    assert.deepEqual(await stop.evaluateAll((all) => all.map((one) => one.getAttribute('appearance'))), ['secondary']);
  });

  it('sends each notice action to the right place', async () => {
    await using panel = await open();
    const actions = [
      { label: 'Show Log', action: 'showLog' as const },
      { label: 'Retry', action: 'retry' as const },
      { label: 'Continue', action: 'continue' as const },
    ];
    await panel.show(viewOf({ turns: [turnOf('t1', 'Hello', [noticeOf('n1', { actions })], { state: 'limit' })] }));
    for (const { label } of actions) await panel.page.getByRole('button', { name: label }).click();
    assert.deepEqual(await panel.intent('runCommand'), { type: 'runCommand', command: 'capstan.showLog' });
    assert.deepEqual(await panel.intent('retry'), { type: 'retry', turnId: 't1' });
    assert.equal((await panel.intent('submit')).text, 'Continue.');
  });
});

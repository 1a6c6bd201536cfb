// The wire as the panel keeps it: snapshots, patches, gaps, and messages that do not fit.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import { textOf, turnOf, viewOf } from '../support/panel-harness/views.ts';

const open = usePanels();
const isRunning = { state: 'running' as const };

describe("the panel's wire", () => {
  it('says ready once it is up, and draws nothing of a conversation before the snapshot', async () => {
    await using panel = await open();
    assert.deepEqual(await panel.intents(), [{ type: 'ready' }]);
    assert.equal(await panel.page.getByRole('article').count(), 0);
  });

  it('asks for a snapshot at a gap, ignores patches until it comes, and goes on from it', async () => {
    await using panel = await open();
    await panel.push({ type: 'snapshot', seq: 5, view: streamed('one') });
    await panel.push(appended(6, ' two'), appended(8, ' lost'), appended(9, ' lost too'));
    await panel.intent('ready', 2);
    assert.match(await panel.page.getByRole('article').innerText(), /one two\s*$/m);
    await panel.push(
      { type: 'snapshot', seq: 9, view: streamed('one two three') },
      appended(10, ' four'),
      appended(10, ' again'),
    );
    assert.match(await panel.page.getByRole('article').innerText(), /one two three four\s*$/m);
    assert.equal((await panel.intents()).filter(({ type }) => type === 'ready').length, 2);
  });

  it('drops what does not fit the protocol, with one line in the log each, and keeps working', async () => {
    await using panel = await open();
    await panel.show(viewOf({ turns: [turnOf('t1', 'Hello', [])] }));
    await panel.push({ type: 'nonsense' }, { type: 'patches', seq: 'two', patches: [] }, { type: 'snapshot', seq: 9 });
    assert.equal(panel.log.length, 3);
    assert.ok(panel.log.every((line) => line.startsWith('Capstan ignored a message')));
    await panel.patch({ op: 'item', turnId: 't1', item: textOf('x1', 'Still here') });
    await panel.page.getByText('Still here').waitFor();
  });

  it('draws once a frame however many messages arrive', async () => {
    await using panel = await open();
    await panel.show(viewOf({ turns: [turnOf('t1', 'Hello', [textOf('x1', '', 'streaming')], isRunning)] }));
    const counts = await panel.page.evaluate(async () => {
      let frames = 0;
      let changes = 0;
      let done = false;
      const watcher = new MutationObserver(() => (changes += 1));
      watcher.observe(document.querySelector('.transcript')!, { subtree: true, childList: true, characterData: true });
      const count = () => {
        frames += 1;
        if (!done) requestAnimationFrame(count);
      };
      requestAnimationFrame(count);
      for (let seq = 2; seq <= 401; seq += 1) {
        const patch = { op: 'append', turnId: 't1', itemId: 'x1', text: `word${seq} ` };
        window.postMessage({ type: 'patches', seq, patches: [patch] }, '*');
        if (seq % 20 === 0) await new Promise((resolve) => setTimeout(resolve));
      }
      await new Promise((resolve) => setTimeout(resolve, 150));
      done = true;
      return { frames, changes };
    });
    await panel.page.getByText('word401').waitFor();
    assert.ok(counts.changes <= counts.frames + 1, JSON.stringify(counts));
  });
});

function streamed(text: string) {
  return viewOf({ turns: [turnOf('t1', 'Hello', [textOf('x1', text, 'streaming')])] });
}

function appended(seq: number, text: string) {
  return { type: 'patches', seq, patches: [{ op: 'append', turnId: 't1', itemId: 'x1', text }] };
}

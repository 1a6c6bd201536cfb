// Moving through a transcript by scrolling and by keyboard, short and long.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import { readOf, textOf, toolOf, turnOf, viewOf } from '../support/panel-harness/views.ts';

const open = usePanels();
const isRunning = { state: 'running' as const };

describe('moving through the panel', () => {
  it('follows the end only while it is there, and shows the way back', async () => {
    await using panel = await open();
    await panel.show(long(30));
    const region = panel.page.getByRole('region', { name: 'Conversation' });
    const gap = () => region.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
    const more = (id: string) => panel.patch({ op: 'item', turnId: 't29', item: textOf(id, 'More.\n\n'.repeat(10)) });
    assert.ok((await gap()) <= 1);
    await more('y1');
    assert.ok((await gap()) <= 1);
    await region.hover();
    await panel.page.mouse.wheel(0, -900);
    await panel.page.getByRole('button', { name: 'Latest' }).waitFor();
    await panel.page.waitForTimeout(300);
    // The place is what is seen: turns above that have never been drawn may still get their real height.
    const seen = () =>
      region.evaluate((element) => {
        const turns = [...element.querySelectorAll('.turn')];
        const turn = turns.find((each) => each.getBoundingClientRect().top > 0)!;
        return `${turn.getAttribute('data-turn')} at ${turn.getBoundingClientRect().top}`;
      });
    const place = await seen();
    await more('y2');
    assert.equal(await seen(), place);
    await panel.page.getByRole('button', { name: 'Latest' }).click();
    assert.ok((await gap()) <= 1);
    await more('y3');
    assert.ok((await gap()) <= 1);
  });

  it('goes by Tab from transcript to composer, and by arrows through turns and rows', async () => {
    await using panel = await open();
    await panel.show(long(3));
    const focused = () =>
      panel.page.evaluate(() => {
        const { activeElement: element } = document;
        return `${element?.getAttribute('aria-label') ?? element?.textContent}`;
      });
    const walk: string[] = [];
    for (const key of ['Tab', 'Home', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'Tab', 'Tab', 'Tab']) {
      await panel.page.keyboard.press(key);
      walk.push(await focused());
    }
    assert.deepEqual(walk, [
      'Conversation',
      'Your message',
      'Readsrc/file-0.ts12 ms, done',
      'Answer',
      'Your message',
      'Edit and send again in a copy',
      'Copy message',
      'Ask Capstan',
    ]);
  });

  it('goes back to what was said, in turns that have ended', async () => {
    await using panel = await open({ width: 280 });
    const turns = [turnOf('t1', 'Hello', [textOf('x1', 'Hi')]), turnOf('t2', 'Next', [], isRunning)];
    await panel.show(viewOf({ turns }));
    const back = panel.page.getByRole('button', { name: 'Edit and send again' });
    assert.equal(await back.count(), 1);
    await back.click();
    assert.deepEqual(await panel.intent('editAgain'), { type: 'editAgain', turnId: 't1' });
  });

  it('opens and closes a row with Right and Left', async () => {
    await using panel = await open();
    await panel.show(viewOf({ turns: [turnOf('t1', 'Hello', [toolOf('b1', 'Bash', 'npm test', { output: 'ok' })])] }));
    await panel.page.getByRole('button', { name: /Ran npm test/ }).focus();
    await panel.page.keyboard.press('ArrowRight');
    await panel.page.getByRole('figure', { name: 'Output' }).waitFor();
    await panel.page.keyboard.press('ArrowLeft');
    await panel.page.getByRole('figure', { name: 'Output' }).waitFor({ state: 'detached' });
  });

  it('never takes the focus while an answer streams', async () => {
    await using panel = await open();
    await panel.show(long(2));
    await panel.page.getByRole('button', { name: /Read src\/file-0/ }).focus();
    await panel.patch({ op: 'turn', turn: turnOf('t2', 'Next', [], isRunning) });
    await panel.patch({ op: 'item', turnId: 't2', item: textOf('x9', 'Words', 'streaming') });
    const label = await panel.page.evaluate(() => document.activeElement?.textContent);
    assert.match(label ?? '', /file-0/);
  });

  it('keeps its place when earlier turns come in above it', async () => {
    await using panel = await open();
    const all = long(30);
    await panel.show({ ...all, turns: all.turns.slice(20), earlier: 20 });
    const region = panel.page.getByRole('region', { name: 'Conversation' });
    await region.evaluate((element) => element.scrollTo(0, 0));
    await panel.page.getByRole('button', { name: 'Show earlier turns (20)' }).click();
    await panel.intent('moveWindow');
    const heightOf = () => panel.page.getByText('Question 20', { exact: true }).boundingBox();
    const before = (await heightOf())!.y;
    await panel.show(all);
    await panel.page.waitForTimeout(100);
    const after = (await heightOf())!.y;
    assert.ok(Math.abs(after - before) < 60, `moved from ${before} to ${after}`);
  });
});

/** A conversation of this many turns, each with a row and an answer. */
function long(count: number) {
  return viewOf({
    turns: Array.from({ length: count }, (_, index) =>
      turnOf(`t${index}`, `Question ${index}`, [
        readOf(`r${index}`, `src/file-${index}.ts`),
        textOf(`x${index}`, `Answer ${index} with \`code\`.\n\n- one\n- two`),
      ]),
    ),
  });
}

// One answer of any length: few nodes, no jump, and everything in it can be come to, found and copied.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { giantAnswer } from '../support/panel-harness/giant-answer.ts';
import { hostPanel, type HostedPanel } from '../support/panel-harness/hosted-panel.ts';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import { footer, textOf, turnOf, viewOf } from '../support/panel-harness/views.ts';

const openPage = usePanels();
const MOST_NODES = 3000;
const isRunning = { state: 'running' as const };

async function show(text: string, isWritten = false, savedState?: unknown): Promise<HostedPanel> {
  const item = textOf('x1', text, isWritten ? 'streaming' : 'done');
  const turn = turnOf('t1', 'Say it all', [item], isWritten ? isRunning : { footer });
  return hostPanel(await openPage({ savedState }), viewOf({ turns: [turn] }));
}

async function stream(): Promise<HostedPanel> {
  return hostPanel(
    await openPage(),
    viewOf({ session: isRunning, turns: [turnOf('t1', 'Say it all', [textOf('x1', '', 'streaming')], isRunning)] }),
  );
}

function countNodes({ panel }: HostedPanel): Promise<number> {
  return panel.page.evaluate(() => document.querySelectorAll('*').length);
}

/** Where the blocks that are drawn and in sight stand. They are numbered when they are first seen. */
function tops({ panel }: HostedPanel): Promise<Record<string, number>> {
  return panel.page.evaluate(() => {
    const named = window as unknown as { names: WeakMap<Element, number>; last: number };
    named.names ??= new WeakMap();
    named.last ??= 0;
    const seen: Record<string, number> = {};
    for (const block of document.querySelectorAll('.part:not(.far) > *')) {
      const { top, bottom } = block.getBoundingClientRect();
      if (bottom < 0 || top > innerHeight) continue;
      if (!named.names.has(block)) named.names.set(block, (named.last += 1));
      seen[named.names.get(block)!] = top;
    }
    return seen;
  });
}

/** The first block that begins in sight. */
function firstBlock({ panel }: HostedPanel): Promise<{ words: string; top: number }> {
  return panel.page.evaluate(() => {
    const block = [...document.querySelectorAll('.part:not(.far) > *')].find(
      (each) => each.getBoundingClientRect().top > 40,
    )!;
    return { words: block.textContent, top: Math.round(block.getBoundingClientRect().top) };
  });
}

/** What is in sight of the answer is all drawn. */
function isBlank({ panel }: HostedPanel): Promise<boolean> {
  return panel.page.evaluate(() =>
    [...document.querySelectorAll('.far')].some((part) => {
      const { top, bottom } = part.getBoundingClientRect();
      return bottom > 0 && top < innerHeight - 150;
    }),
  );
}

describe('a giant answer', () => {
  for (const isWritten of [false, true]) {
    it(`of 300 KB is scrolled without a jump or a gap${isWritten ? ' while it is written' : ''}, with few nodes`, () =>
      scrollUp(isWritten));
  }

  async function scrollUp(isWritten: boolean) {
    await using host = await show(giantAnswer(300_000), isWritten);
    const { page } = host.panel;
    const region = page.getByRole('region', { name: 'Conversation' });
    assert.ok(await region.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight <= 1));
    await page.mouse.move(3, 300);
    let most = await countNodes(host);
    for (let steps = 0; steps < 40; steps += 1) {
      const before = await tops(host);
      await page.mouse.wheel(0, -600);
      for (let pieces = 0; pieces < 5 && isWritten; pieces += 1) {
        host.change({ op: 'append', turnId: 't1', itemId: 'x1', text: ' and on' });
        await page.waitForTimeout(7);
      }
      await host.drawn();
      assert.equal(await isBlank(host), false);
      const after = await tops(host);
      most = Math.max(most, await countNodes(host));
      const moves = Object.keys(after)
        .filter((id) => id in before)
        .map((id) => Math.round(after[id]! - before[id]!));
      assert.ok(
        moves.every((move) => Math.abs(move - moves[0]!) <= 1 && move <= 601),
        `moved by ${[...new Set(moves)].join(', ')}`,
      );
    }
    await region.evaluate((element) => (element.scrollTop = 0));
    await page.getByText('Section 0', { exact: true }).waitFor();
    most = Math.max(most, await countNodes(host));
    assert.ok(most <= MOST_NODES, `${most} nodes`);
  }

  const within: Record<string, (text: string) => string> = {
    'all kinds of blocks': (text) => text,
    'one quote': (text) => text.replaceAll(/^/gm, '> '),
    'one item of a list': (text) => `1. One\n2. ${text.replaceAll(/^(?=.)/gm, '   ').trimStart()}`,
  };
  for (const [name, put] of Object.entries(within)) {
    it(`of ${name} streams with a bounded number of nodes and changes for each piece`, () =>
      streamed(put(giantAnswer(90_000))));
  }

  async function streamed(text: string) {
    await using host = await stream();
    const { page } = host.panel;
    await page.evaluate(() => {
      const counted = window as unknown as { changed: number };
      counted.changed = 0;
      new MutationObserver((records) => {
        for (const { addedNodes, removedNodes } of records) counted.changed += addedNodes.length + removedNodes.length;
      }).observe(document.querySelector('.transcript')!, { childList: true, subtree: true });
    });
    let [most, changed] = [0, 0];
    for (let at = 0; at < text.length;) {
      // Mostly what comes in a frame at 1,000 tokens a second, and now and then more.
      const size = at % 5 === 0 ? 900 : 80;
      host.change({ op: 'append', turnId: 't1', itemId: 'x1', text: text.slice(at, (at += size)) });
      await host.posted();
      if (at % 7 > 1) continue;
      await host.drawn();
      most = Math.max(most, await countNodes(host));
      changed = Math.max(
        changed,
        await page.evaluate(() => {
          const counted = window as unknown as { changed: number };
          const { changed } = counted;
          counted.changed = 0;
          return changed;
        }),
      );
    }
    assert.ok(most <= MOST_NODES, `${most} nodes`);
    // About two screens' worth, when some parts come near and others are left behind.
    assert.ok(changed <= 6000, `${changed} nodes changed`);
    await page.getByRole('region', { name: 'Conversation' }).evaluate((element) => (element.scrollTop = 0));
    await page.getByText('Section 0', { exact: true }).waitFor();
    assert.ok((await countNodes(host)) <= MOST_NODES);
  }

  it('keeps the nodes of finished lines and what is selected in them while code grows', async () => {
    await using host = await stream();
    const { page } = host.panel;
    const append = (text: string) => host.change({ op: 'append', turnId: 't1', itemId: 'x1', text });
    append('```ts\nconst first = "one";\n');
    await page.locator('.hl-string').first().waitFor();
    await page.evaluate(() => {
      Object.assign(window, { kept: document.querySelector('.hl-string') });
      document.getSelection()!.selectAllChildren(document.querySelector('.hl-string')!);
    });
    for (let line = 0; line < 150; line += 1) {
      append(line % 50 === 49 ? '/* open\n' : 'call(); */ let a = 1;\n');
      if (line % 5 === 0) await host.drawn();
    }
    append('```\n\nThe end.\n');
    await host.drawn();
    const kept = await page.evaluate(() => ({
      same: document.querySelector('.hl-string') === (window as unknown as { kept: Element }).kept,
      selected: document.getSelection()!.toString(),
    }));
    assert.deepEqual(kept, { same: true, selected: '"one"' });
    const text = await page.locator('.code-block code').evaluate((code) => code.textContent);
    assert.equal(text.split('\n').length, 151);
  });

  it('of code is coloured at its end by what its beginning left open', async () => {
    await using host = await show(`\`\`\`ts\n/* open\n${'call("it"); // one\n'.repeat(3000)}*/ done();\n\`\`\``);
    const { page } = host.panel;
    await page.locator('.hl-title', { hasText: 'done' }).waitFor();
    await page.locator('.hl-comment', { hasText: 'call' }).first().waitFor();
    assert.equal(await page.locator('.hl-string').count(), 0);
  });

  it('opens where it was left', async () => {
    const text = giantAnswer(100_000);
    await using host = await show(text);
    const { page } = host.panel;
    await page.mouse.move(3, 300);
    for (let steps = 0; steps < 12; steps += 1) {
      await page.mouse.wheel(0, -900);
      await host.drawn();
    }
    const place = await firstBlock(host);
    await page.waitForTimeout(300);
    const savedState = await host.panel.state();
    await using again = await show(text, false, savedState);
    await again.drawn();
    const now = await firstBlock(again);
    assert.equal(now.words, place.words);
    assert.ok(Math.abs(now.top - place.top) <= 1, `${now.top} instead of ${place.top}`);
  });

  it('is found in and copied whole, wherever it is drawn', async () => {
    const middle = 'In the middle stands the **needle** alone.\n\n';
    const text = giantAnswer(60_000) + middle + giantAnswer(60_000);
    await using host = await show(text);
    const { page } = host.panel;
    assert.equal(await page.locator('strong', { hasText: 'needle' }).count(), 0);
    await page.keyboard.press('Control+f');
    await page.keyboard.type('needle');
    await page.getByText('1 of 1', { exact: true }).waitFor();
    await page.locator('strong', { hasText: 'needle' }).waitFor();
    await host.drawn();
    const seen = await page.evaluate(() => {
      const [range] = CSS.highlights.get('found-current')! as unknown as Set<Range>;
      const { top, bottom } = range!.getBoundingClientRect();
      return [range!.toString(), top > 0 && bottom < innerHeight];
    });
    assert.deepEqual(seen, ['needle', true]);
    assert.ok((await countNodes(host)) <= MOST_NODES);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Latest' }).click();
    await host.drawn();
    await page.getByRole('button', { name: 'Copy answer' }).click();
    assert.equal((await host.panel.intent('copy')).text, text);
  });
});

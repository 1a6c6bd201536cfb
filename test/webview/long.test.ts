// Conversations of any length: the panel holds a part, and everything can be come to. The host's own channel is behind it.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { hostPanel, type HostedPanel } from '../support/panel-harness/hosted-panel.ts';
import { longView } from '../support/panel-harness/long-view.ts';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import { textOf, toolOf, turnOf, viewOf } from '../support/panel-harness/views.ts';

const openPage = usePanels();
/** 10,000 messages: half the person's, half the model's. */
const MESSAGES = 10_000;
const MOST_NODES = 3000;

async function open(view = longView(MESSAGES)): Promise<HostedPanel> {
  return hostPanel(await openPage(), view);
}

function lookAt({ panel }: HostedPanel) {
  const { page } = panel;
  const region = page.getByRole('region', { name: 'Conversation' });
  return {
    region,
    nodes: () => page.evaluate(() => document.querySelectorAll('*').length),
    turns: () =>
      region.evaluate((element) =>
        [...element.querySelectorAll('[data-turn]')].map((turn) => turn.getAttribute('data-turn')!),
      ),
    /** The first turn whose beginning is in sight, and where it stands. */
    seen: () =>
      region.evaluate((element) => {
        const edge = element.getBoundingClientRect().top;
        const turn = [...element.querySelectorAll('.said')].find((each) => each.getBoundingClientRect().top >= edge)!;
        return {
          id: turn.closest('[data-turn]')!.getAttribute('data-turn')!,
          top: Math.round(turn.getBoundingClientRect().top),
        };
      }),
    atEnd: () => region.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight <= 1),
    focused: () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? ''),
  };
}

/** Where each turn stands that is drawn both before and after: all must have moved alike by what was scrolled. */
async function tops({ panel }: HostedPanel): Promise<Record<string, number>> {
  return panel.page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll('[data-item]')].map((row) => [
        (row as HTMLElement).dataset['item']!,
        row.getBoundingClientRect().top,
      ]),
    ),
  );
}

describe('a conversation of any length', () => {
  it('is scrolled from end to beginning and back without a jump, and with few nodes', async () => {
    await using host = await open(longView(200));
    const { region, nodes, turns, atEnd } = lookAt(host);
    const { page } = host.panel;
    // Beside the rows: what is under the mouse shows its scroll bar.
    await page.mouse.move(3, 300);
    let most = 0;
    const travel = async (by: number, until: () => Promise<boolean>) => {
      for (let steps = 0; steps < 400; steps += 1) {
        if (await until()) return;
        const before = await tops(host);
        const scrolled = await region.evaluate((element) => element.scrollTop);
        await page.mouse.wheel(0, by);
        await host.drawn();
        const after = await tops(host);
        most = Math.max(most, await nodes());
        const moves = Object.keys(after)
          .filter((id) => id in before)
          .map((id) => Math.round(before[id]! - after[id]!));
        assert.ok(moves.length > 0, 'what was in sight stays drawn');
        const [move] = moves;
        assert.ok(
          moves.every((each) => Math.abs(each - move!) <= 1),
          `moved by ${[...new Set(moves)].join(', ')}`,
        );
        assert.ok(Math.abs(move!) <= Math.abs(by) + 1, `moved by ${move} at ${scrolled}`);
      }
      assert.fail('did not arrive');
    };
    await travel(
      -700,
      async () => (await turns())[0] === 't0' && (await region.evaluate((element) => element.scrollTop)) === 0,
    );
    await page.getByRole('button', { name: 'Latest' }).waitFor();
    await travel(900, async () => (await turns()).at(-1) === 't99' && (await atEnd()));
    await page.getByRole('button', { name: 'Latest' }).waitFor({ state: 'detached' });
    assert.ok(most <= MOST_NODES, `${most} nodes`);
  });

  it('goes from its beginning to its end at once', async () => {
    await using host = await open();
    const { turns, atEnd, nodes } = lookAt(host);
    host.channel.reveal({ turnId: 't0' });
    await host.drawn();
    assert.equal((await turns())[0], 't0');
    await host.panel.page.getByRole('button', { name: 'Latest' }).click();
    await host.drawn();
    assert.equal((await turns()).at(-1), 't4999');
    assert.ok(await atEnd());
    assert.ok((await nodes()) <= MOST_NODES);
    await host.panel.page.getByRole('button', { name: 'Latest' }).waitFor({ state: 'detached' });
  });

  it('does not move what is read while an answer streams at the end, and counts what comes', async () => {
    await using host = await open(longView(400));
    const { seen, region } = lookAt(host);
    host.channel.reveal({ turnId: 't50' });
    await host.drawn();
    const place = await seen();
    const changes = await region.evaluateHandle((element) => {
      const seen: MutationRecord[] = [];
      new MutationObserver((records) => seen.push(...records)).observe(element, {
        childList: true,
        subtree: true,
        characterData: true,
      });
      return seen;
    });
    host.change({ op: 'item', turnId: 't199', item: textOf('late', 'New', 'streaming') });
    for (let index = 0; index < 100; index += 1)
      host.change({ op: 'append', turnId: 't199', itemId: 'late', text: ' words' });
    await host.drawn();
    assert.deepEqual(await seen(), place);
    assert.equal(await changes.evaluate((records) => records.length), 0);
    host.change({ op: 'turn', turn: turnOf('t200', 'Another', [], { state: 'running' }) });
    await host.drawn();
    assert.deepEqual(await seen(), place);
    await host.panel.page.getByRole('button', { name: 'Latest' }).click();
    await host.panel.page.getByText('Another', { exact: true }).waitFor();
  });

  it('bounds a turn of 600 calls, and comes to the first of them by scrolling', async () => {
    const calls = Array.from({ length: 600 }, (_, index) => toolOf(`c${index}`, 'Bash', `step ${index}`));
    await using host = await open(viewOf({ turns: [turnOf('t1', 'Do it all', calls)] }));
    const { region, nodes } = lookAt(host);
    await region.hover();
    let most = 0;
    for (let steps = 0; steps < 200; steps += 1) {
      await host.panel.page.mouse.wheel(0, -1500);
      await host.drawn();
      most = Math.max(most, await nodes());
      if (await host.panel.page.getByText('step 0', { exact: true }).count()) break;
    }
    await host.panel.page.getByText('step 0', { exact: true }).waitFor();
    assert.ok(most <= MOST_NODES, `${most} nodes`);
  });

  it('shows more by its buttons too, for keyboards', async () => {
    await using host = await open(
      viewOf({
        turns: [
          turnOf(
            't1',
            'Read it all',
            Array.from({ length: 2000 }, (_, index) => toolOf(`r${index}`, 'Read', `file ${index}`)),
          ),
        ],
      }),
    );
    const earlier = host.panel.page.getByRole('button', { name: /^Show earlier steps/ });
    const later = host.panel.page.getByRole('button', { name: /^Show later steps/ });
    for (let presses = 0; presses < 6 && (await later.count()) === 0; presses += 1) {
      const words = await earlier.innerText();
      await earlier.focus();
      await host.panel.page.keyboard.press('Enter');
      await host.drawn();
      assert.notEqual(await earlier.innerText(), words);
    }
    await later.waitFor();
  });

  it('goes with Alt and arrows from turn to turn, beyond its window too', async () => {
    await using host = await open(longView(400));
    const { seen, region, focused, atEnd } = lookAt(host);
    await region.focus();
    const visited: string[] = [];
    for (let steps = 0; steps < 30; steps += 1) {
      await host.panel.page.keyboard.press('Alt+ArrowUp');
      await host.drawn();
      visited.push((await seen()).id);
    }
    const numbers = visited.map((id) => Number(id.slice(1)));
    const first = numbers[0]!;
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => first - index),
    );
    assert.ok(first >= 195);
    assert.match(await focused(), new RegExp(`Question ${numbers.at(-1)}`));
    await host.panel.page.keyboard.press('Alt+ArrowDown');
    await host.drawn();
    assert.equal((await seen()).id, `t${numbers.at(-2)}`);
    host.channel.reveal({ turnId: 't199' });
    await host.drawn();
    await host.panel.page.keyboard.press('Alt+ArrowDown');
    await host.drawn();
    assert.ok(await atEnd());
  });

  it('opens where it was left', async () => {
    const view = longView(400);
    await using host = await open(view);
    host.channel.reveal({ turnId: 't77' });
    await host.drawn();
    await lookAt(host).region.hover();
    await host.panel.page.mouse.wheel(0, 120);
    await host.drawn();
    const place = await lookAt(host).seen();
    await host.panel.page.waitForTimeout(300);
    const savedState = await host.panel.state();
    // The conversation is brought back after the panel.
    const page = await openPage({ savedState });
    await using again = await hostPanel(page, viewOf({ session: { id: '' } }));
    again.replace(view);
    await again.drawn();
    const now = await lookAt(again).seen();
    assert.equal(now.id, place.id);
    assert.ok(Math.abs(now.top - place.top) <= 1, `${now.top} instead of ${place.top}`);
  });
});

describe('find in the conversation', () => {
  it('finds over the whole conversation, goes round, counts, and marks what is found', async () => {
    await using host = await open(longView(400));
    const { page } = host.panel;
    await page.getByRole('textbox', { name: 'Ask Capstan' }).focus();
    await page.keyboard.press('Control+f');
    await page.keyboard.type('Question 1');
    const status = page.getByRole('search').getByRole('status');
    // 1, 10 to 19, 100 to 199.
    await status.getByText('of 111').waitFor();
    const at = async () => Number((await status.innerText()).split(' ')[0]);
    const start = await at();
    const marked = () =>
      page.evaluate(() => {
        const [range] = CSS.highlights.get('found-current')! as unknown as Set<Range>;
        const { top, bottom } = range!.getBoundingClientRect();
        const isSeen = top > 0 && bottom < innerHeight;
        return `${isSeen ? 'seen' : 'hidden'}: ${range!.startContainer.parentElement!.closest('.said')!.textContent} ${range!.toString()}`;
      });
    await page.keyboard.press('Enter');
    await host.drawn();
    assert.equal(await at(), (start % 111) + 1);
    for (let back = 0; back < 3; back += 1) await page.keyboard.press('Shift+Enter');
    await host.drawn();
    await page.keyboard.press('F3');
    await host.drawn();
    assert.match(await marked(), /^seen: .*Question 1\d*.* Question 1$/s);
    for (let more = await at(); more < 111; more += 1) await page.keyboard.press('Enter');
    await host.drawn();
    assert.equal(await at(), 111);
    await page.keyboard.press('Enter');
    await host.drawn();
    assert.equal(await at(), 1);
    assert.match(await marked(), /^seen: .*Question 1 /s);
    await page.keyboard.press('Escape');
    await page.getByRole('search').waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => document.activeElement?.className), 'draft');
    await page.waitForFunction(() => CSS.highlights.get('found-current')?.size === 0);
  });

  it('opens the row and the fold that a match is in, and shows lines that are not shown else', async () => {
    const output = `${'line\n'.repeat(40)}the needle is here\n`;
    const items = [
      toolOf('r1', 'Read', 'src/one.ts'),
      toolOf('r2', 'Read', 'src/two.ts', { output }),
      toolOf('r3', 'Read', 'src/three.ts'),
      textOf('x', 'Done. '.repeat(2000)),
    ];
    await using host = await open(viewOf({ turns: [turnOf('t1', 'Look', items)] }));
    const { page } = host.panel;
    // In the focus view the fold is in a line of its own.
    host.channel.send({ type: 'toggleFocusView' });
    await host.drawn();
    await page.keyboard.press('Control+f');
    await page.keyboard.type('NEEDLE');
    await page.getByText('1 of 1').waitFor();
    await page.getByText('the needle is here').waitFor();
    await host.drawn();
    const isSeen = await page.getByText('the needle is here').evaluate(() => {
      const [range] = CSS.highlights.get('found-current')! as unknown as Set<Range>;
      const { top, bottom } = range!.getBoundingClientRect();
      return range!.toString() === 'needle' && top > 0 && bottom < innerHeight;
    });
    assert.ok(isSeen);
    await page.getByRole('button', { name: 'Match case' }).click();
    await page.getByText('No results').waitFor();
  });

  it('takes the newest of the words that are typed, and any of them as plain words', async () => {
    await using host = await open(viewOf({ turns: [turnOf('t1', 'a.b (c) [d] \\e $f', [textOf('x', 'axb')])] }));
    const { page } = host.panel;
    await page.keyboard.press('Control+f');
    const field = page.getByRole('textbox', { name: 'Find in conversation' });
    for (const [words, count] of [
      ['a.b', 1],
      ['(c) [d] \\e $f', 1],
      ['a', 2],
      ['*', 0],
      ['(', 1],
    ] as const) {
      await field.fill(words);
      await page.getByText(count === 0 ? 'No results' : `1 of ${count}`, { exact: true }).waitFor();
    }
    await field.fill('');
    await host.drawn();
    assert.equal(await page.locator('.find-count').innerText(), '');
  });
});

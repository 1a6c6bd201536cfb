import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { setImmediate as breathe } from 'node:timers/promises';
import { MOST_MATCHES, TranscriptFinder } from '../../../src/host/transcript-finder.ts';
import type { PanelMessage } from '../../../src/shared/protocol.ts';
import type { Turn } from '../../../src/shared/view-model.ts';
import { noticeOf, textOf, thinkingOf, toolOf, turnOf } from '../../support/panel-harness/views.ts';

type Found = Extract<PanelMessage, { type: 'found' }>;

function setup(initial: Turn[]) {
  let turns = initial;
  const found: Found[] = [];
  const finder = new TranscriptFinder({ turns: () => turns, found: (message) => found.push(message) });
  return {
    found,
    finder,
    grow: (turn: Turn) => (turns = [...turns, turn]),
    find: (words: string, rest: { matchCase?: boolean; from?: { turnId: string; itemId?: string } } = {}) =>
      finder.find({ words, matchCase: false, ...rest }),
    settled: async () => {
      const before = found.length;
      for (let round = 0; round < 2000 && found.length === before; round += 1) await breathe();
      return found.at(-1)!;
    },
  };
}

const at = ({ match }: Found) => (match ? `${match.turnId} ${match.itemId ?? 'said'} ${match.nth}` : 'nowhere');

describe('the search in a conversation', () => {
  const everything = [
    turnOf('t1', 'needle', [
      textOf('x1', 'A needle, another Needle.'),
      thinkingOf('h1', 'needle?'),
      toolOf('b1', 'Bash', 'find needle', { input: 'find needle', output: 'needle.txt' }),
      toolOf('e1', 'Edit', 'hay.ts', { diff: '+needle', input: 'not shown: needle', output: 'nor this: needle' }),
      noticeOf('n1', { title: 'No needle', body: 'needle' }),
    ]),
    turnOf('t2', 'hay', [textOf('x2', 'hay')]),
  ];

  it('finds what can come to be seen, in its order, and goes round in both directions', async () => {
    const { find, finder, settled, found } = setup(everything);
    find('needle');
    assert.equal((await settled()).count, 10);
    for (let times = 0; times < 10; times += 1) finder.next('next');
    assert.deepEqual(found.map(at), [
      't1 said 0',
      't1 x1 0',
      't1 x1 1',
      't1 h1 0',
      't1 b1 0',
      't1 b1 1',
      't1 b1 2',
      't1 e1 0',
      't1 n1 0',
      't1 n1 1',
      't1 said 0',
    ]);
    finder.next('previous');
    assert.equal(at(found.at(-1)!), 't1 n1 1');
  });

  it('begins where the person is, and at the beginning where nothing follows', async () => {
    const { find, settled } = setup(everything);
    find('needle', { from: { turnId: 't1', itemId: 'b1' } });
    assert.equal(at(await settled()), 't1 b1 0');
    find('needle', { from: { turnId: 't2' } });
    assert.equal(at(await settled()), 't1 said 0');
    find('needle', { from: { turnId: 'gone' } });
    assert.equal(at(await settled()), 't1 said 0');
  });

  it('minds the case when asked to, and takes every character as itself', async () => {
    const { find, settled } = setup([turnOf('t1', 'a.b AXB (x) $1 \\d 100', [])]);
    for (const [words, count] of [
      ['a.b', 1],
      ['axb', 1],
      ['(x)', 1],
      ['$1', 1],
      ['\\d', 1],
      ['.*', 0],
    ] as const) {
      find(words);
      assert.equal((await settled()).count, count, words);
    }
    find('axb', { matchCase: true });
    const none = await settled();
    assert.deepEqual([none.count, none.index, at(none)], [0, 0, 'nowhere']);
  });

  it('searches again when the conversation has changed, and goes on from the same match', async () => {
    const { find, finder, settled, grow, found } = setup(everything);
    find('needle', { from: { turnId: 't1', itemId: 'n1' } });
    await settled();
    grow(turnOf('t3', 'needle and needle', []));
    finder.next('next');
    assert.equal(at(await settled()), 't1 n1 1');
    finder.next('next');
    finder.next('next');
    assert.deepEqual([at(found.at(-1)!), found.at(-1)!.count], ['t3 said 1', 12]);
  });

  it('counts so many and no more, lets others work meanwhile, and drops a search for the next one', async () => {
    const turns = Array.from({ length: 400 }, (_, index) =>
      turnOf(`t${index}`, 'x', [textOf(`i${index}`, 'e '.repeat(20_000))]),
    );
    const { find, settled, found } = setup(turns);
    find('nothing of the kind');
    find('e', { from: { turnId: 't0' } });
    const { count, capped } = await settled();
    assert.deepEqual([count, capped], [MOST_MATCHES, true]);
    find('e e e e e e e z');
    let turnsOfOthers = 0;
    const before = found.length;
    while (found.length === before && turnsOfOthers < 100_000) {
      await breathe();
      turnsOfOthers += 1;
    }
    assert.equal(found.at(-1)!.count, 0);
    assert.ok(turnsOfOthers > 1, 'it gave way');
    assert.deepEqual(
      found.map(({ words }) => words),
      ['e', 'e e e e e e e z'],
    );
  });

  it('tells nothing once it was ended', async () => {
    const { find, finder, found } = setup(everything);
    find('needle');
    finder.stop();
    find('');
    finder.next('next');
    for (let round = 0; round < 20; round += 1) await breathe();
    // What was found before it was ended had been told by then.
    assert.ok(found.length <= 1);
  });
});

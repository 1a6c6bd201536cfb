import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PanelChannel, FRAME_MS, MAX_UNDERWAY } from '../../../src/host/panel-channel.ts';
import { FULL } from '../../../src/host/transcript-window.ts';
import { applyPatch, applyPatches } from '../../../src/shared/apply-patch.ts';
import type { PanelMessage } from '../../../src/shared/protocol.ts';
import type { Intent } from '../../../src/shared/protocol.ts';
import { nothingOutside, type Item, type Patch, type Place, type View } from '../../../src/shared/view-model.ts';

const emptyView: View = {
  session: {
    id: 's',
    title: '',
    model: 'm',
    mode: 'default',
    state: 'idle',
    queued: [],
    inputTokens: 0,
    outputTokens: 0,
  },
  turns: [],
  ...nothingOutside,
  environment: {
    key: 'present',
    trusted: true,
    scripted: false,
    workspaceName: 'w',
    suggestions: [],
    version: '0',
  },
};

const turnPatch = (id: string, state: 'running' | 'done' = 'running'): Patch => ({
  op: 'turn',
  turn: { id, text: `say ${id}`, attachments: [], startedAt: 0, state },
});
const textItem = (id: string, text: string): Item => ({ id, kind: 'text', text, state: 'streaming' });

/** A host, a channel and a panel, with time that moves when told. */
function setup() {
  let view = emptyView;
  let now = 0;
  let drop = 0;
  let stalled = false;
  const underway: (() => void)[] = [];
  const timers = new Set<{ at: number; callback: () => void }>();
  const posted: PanelMessage[] = [];
  const intents: Intent[] = [];
  const warnings: string[] = [];
  const panel = { view: undefined as View | undefined, seq: 0, up: false, direct: [] as PanelMessage[], reloads: 0 };

  const deliver = (message: PanelMessage) => {
    if (message.type === 'snapshot') {
      panel.view = message.view;
      panel.seq = message.seq;
    } else if (message.type === 'patches') {
      if (message.seq !== panel.seq + 1 || !panel.view) return channel.receive({ type: 'ready' });
      panel.seq = message.seq;
      panel.view = applyPatches(panel.view, message.patches);
    } else {
      panel.direct.push(message);
    }
  };
  const channel = new PanelChannel({
    view: () => view,
    post: (message) => {
      // As on the real wire, everything is copied on its way.
      posted.push(structuredClone(message));
      if (stalled) {
        const copy = structuredClone(message);
        return new Promise((resolve) =>
          underway.push(() => {
            if (panel.up) deliver(copy);
            resolve(panel.up);
          }),
        );
      }
      if (!panel.up) return Promise.resolve(false);
      if (drop > 0) {
        drop -= 1;
        return Promise.resolve(true);
      }
      deliver(structuredClone(message));
      return Promise.resolve(true);
    },
    onIntent: (intent) => intents.push(intent),
    reload: () => (panel.reloads += 1),
    warn: (message) => warnings.push(message),
    after: (ms, callback) => {
      const timer = { at: now + ms, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  });
  return {
    channel,
    panel,
    posted,
    intents,
    warnings,
    get view() {
      return view;
    },
    change(...patches: Patch[]) {
      view = applyPatches(view, patches);
      channel.changed(patches);
    },
    dropNext: (count: number) => (drop = count),
    /** From now on nothing arrives, until `unstall`. */
    stall: () => (stalled = true),
    unstall() {
      stalled = false;
      for (const arrive of underway.splice(0)) arrive();
    },
    /** What was posted has arrived. */
    settle: () => new Promise((resolve) => setImmediate(resolve)),
    elapse(ms: number) {
      now += ms;
      for (const timer of timers) {
        if (timer.at > now || !timers.delete(timer)) continue;
        timer.callback();
      }
    },
    /** Shows the panel: a new document, that says it is ready. */
    show() {
      panel.up = true;
      channel.setVisible(true);
      channel.receive({ type: 'ready' });
    },
    hide() {
      channel.setVisible(false);
      panel.up = false;
      panel.view = undefined;
    },
  };
}

const call = (id: string, quiet = false): Patch => ({
  op: 'item',
  turnId: 't',
  item: {
    id,
    kind: 'tool',
    name: 'Bash',
    verb: 'Ran',
    object: id,
    state: 'done',
    quiet,
    input: '',
    output: '',
    outputCapped: false,
  },
});

/** What the panel holds is the part of the host's view that its counts name. */
function assertWindow({ panel, view }: { panel: { view: View | undefined }; view: View }) {
  const { earlier, later, earlierItems, laterItems, turns, session, environment } = panel.view!;
  const part = view.turns.slice(earlier, view.turns.length - later).map((turn, index, all) => {
    const end = index === all.length - 1 ? turn.items.length - laterItems : turn.items.length;
    return { ...turn, items: turn.items.slice(index === 0 ? earlierItems : 0, end) };
  });
  assert.deepEqual(
    { session, environment, turns },
    { session: view.session, environment: view.environment, turns: part },
  );
}

const many = (count: number) => Array.from({ length: count }, (_, index) => turnPatch(`t${index}`));
const applyNothing = (index: number): Patch => ({ op: 'session', fields: { inputTokens: index } });

describe('panel channel: what it refuses', () => {
  it('ignores malformed messages and says so once for each kind', () => {
    const { channel, intents, warnings } = setup();
    for (const bad of [undefined, null, 7, 'ready', [], {}, { type: 'submit' }, { type: 'submit', id: 1 }])
      channel.receive(bad);
    channel.receive({ type: 'runCommand', command: 'workbench.action.terminal.sendSequence' });
    channel.receive({ type: 'review', requestId: 'r', verdict: 'allow' });
    assert.deepEqual(intents, []);
    assert.equal(warnings.length, 4);
  });

  it('loads a page anew that asks for it', () => {
    const { channel, panel, intents } = setup();
    channel.receive({ type: 'reload' });
    assert.deepEqual({ reloads: panel.reloads, intents }, { reloads: 1, intents: [] });
  });

  it('passes nothing on after it is disposed', () => {
    const { channel, intents, posted } = setup();
    channel.dispose();
    channel.receive({ type: 'stop' });
    channel.receive({ type: 'ready' });
    channel.send({ type: 'focus' });
    assert.deepEqual([intents, posted], [[], []]);
  });
});

describe('panel channel: snapshot and patches', () => {
  it('posts nothing before the panel is ready', () => {
    const host = setup();
    host.change(turnPatch('t1'));
    host.elapse(1000);
    assert.deepEqual(host.posted, []);
  });

  it('merges the deltas of a frame into one message with one patch', () => {
    const host = setup();
    host.show();
    host.change(turnPatch('t1'), { op: 'item', turnId: 't1', item: textItem('i', '') });
    host.elapse(FRAME_MS);
    for (const letter of 'Hello') host.change({ op: 'append', turnId: 't1', itemId: 'i', text: letter });
    host.elapse(FRAME_MS - 1);
    assert.equal(host.posted.length, 2);
    host.elapse(1);
    assert.deepEqual(host.posted[2], {
      type: 'patches',
      seq: 3,
      patches: [{ op: 'append', turnId: 't1', itemId: 'i', text: 'Hello' }],
    });
    assert.deepEqual(host.panel.view, host.view);
  });

  it('posts nothing while hidden, and a fresh snapshot on return even to a panel that says nothing', () => {
    const host = setup();
    host.show();
    host.hide();
    const before = host.posted.length;
    host.change(turnPatch('t1'));
    host.channel.send({ type: 'accepted', id: 'm1' });
    host.elapse(1000);
    assert.equal(host.posted.length, before);
    host.panel.up = true;
    host.channel.setVisible(true);
    host.elapse(1000);
    assert.deepEqual(host.panel.view, host.view);
    assert.deepEqual(host.panel.direct, [{ type: 'accepted', id: 'm1' }]);
  });

  it('repairs a message that the editor could not deliver', async () => {
    const host = setup();
    host.show();
    host.panel.up = false;
    host.change(turnPatch('t1'));
    host.elapse(FRAME_MS);
    await Promise.resolve();
    host.panel.up = true;
    host.change(turnPatch('t1', 'done'));
    host.elapse(FRAME_MS);
    assert.deepEqual(host.panel.view, host.view);
  });
});

describe('panel channel: the window of turns', () => {
  it('gives the newest turns first, older ones when asked, and goes back to the end at once', async () => {
    const host = setup();
    host.change(...many(120));
    host.show();
    const first = host.panel.view!;
    assert.equal(first.turns.at(-1)?.id, 't119');
    assert.ok(first.turns.length >= 40 && first.turns.length < 60, `${first.turns.length} turns`);
    for (let times = 0; times < 10; times += 1) {
      host.channel.receive({ type: 'moveWindow', to: 'earlier' });
      await host.settle();
      assertWindow(host);
      assert.ok(host.panel.view!.turns.length <= FULL);
    }
    assert.equal(host.panel.view?.turns[0]?.id, 't0');
    assert.ok(host.panel.view.later > 0);
    host.channel.receive({ type: 'moveWindow', to: 'later' });
    assertWindow(host);
    host.channel.receive({ type: 'moveWindow', to: 'end' });
    assert.deepEqual(host.panel.view, first);
  });

  it('bounds the items of one turn with thousands of calls, and comes to every one of them', async () => {
    const host = setup();
    host.change(turnPatch('t'), ...Array.from({ length: 3000 }, (_, index) => call(`i${index}`)));
    host.show();
    const seen = new Set<string>();
    for (let moves = 0; moves < 200; moves += 1) {
      assertWindow(host);
      const items = host.panel.view!.turns[0]!.items;
      assert.ok(items.length <= FULL, `${items.length} items`);
      for (const { id } of items) seen.add(id);
      if (host.panel.view!.earlierItems === 0) break;
      host.channel.receive({ type: 'moveWindow', to: 'earlier' });
      await host.settle();
    }
    assert.equal(seen.size, 3000);
  });

  it('never takes away what is in sight, however heavy it is', () => {
    const host = setup();
    const heavy: Patch = { op: 'item', turnId: 't', item: textItem('heavy', 'x'.repeat(200_000)) };
    const calls = (name: string) => Array.from({ length: 300 }, (_, index) => call(`${name}${index}`));
    host.change(turnPatch('t'), ...calls('a'), heavy, ...calls('b'));
    host.show();
    host.channel.reveal({ turnId: 't', itemId: 'heavy' });
    for (const to of ['earlier', 'later', 'earlier', 'earlier', 'later'] as const) {
      host.channel.receive({ type: 'moveWindow', to, keep: { turnId: 't', itemId: 'heavy' } });
      assertWindow(host);
      assert.ok(host.panel.view!.turns[0]!.items.some(({ id }) => id === 'heavy'));
    }
  });

  it('does not tear a fold of reads', () => {
    const host = setup();
    const reads = Array.from({ length: 30 }, (_, index) => call(`r${index}`, true));
    host.change(turnPatch('t'), ...Array.from({ length: 49 }, (_, index) => call(`a${index}`)), call('a49'));
    host.change(...reads, ...Array.from({ length: 68 }, (_, index) => call(`b${index}`)));
    host.show();
    const items = host.panel.view!.turns[0]!.items.map(({ id }) => id);
    assert.ok(items[0] === 'r0' || items[0] === 'b0', items[0]);
  });

  it('opens around the place that a panel names, at the end where there is no such place', () => {
    const host = setup();
    host.change(...many(500));
    host.panel.up = true;
    host.channel.receive({ type: 'ready', at: { turnId: 't200' } });
    assertWindow(host);
    const ids = host.panel.view!.turns.map(({ id }) => id);
    assert.ok(ids.indexOf('t200') > 5 && ids.indexOf('t200') < ids.length - 5, ids.join(' '));
    host.channel.receive({ type: 'ready', at: { turnId: 'gone' } });
    assert.equal(host.panel.view?.later, 0);
  });

  it('opens at the place that a panel names, when the conversation comes back later than the panel', () => {
    const host = setup();
    host.panel.up = true;
    host.channel.receive({ type: 'ready', at: { turnId: 't200' } });
    host.change(...many(500));
    host.channel.reset();
    assertWindow(host);
    assert.ok(host.panel.view!.turns.some(({ id }) => id === 't200'));
    host.channel.reset();
    assert.equal(host.panel.view!.later, 0);
  });

  it('shows a place that was asked for before the panel was up', () => {
    const host = setup();
    host.change(...many(500));
    host.panel.up = true;
    host.channel.reveal({ turnId: 't100' });
    host.channel.receive({ type: 'ready', at: { turnId: 't400' } });
    assertWindow(host);
    assert.ok(host.panel.view!.turns.some(({ id }) => id === 't100'));
    assert.deepEqual(host.panel.direct, [{ type: 'reveal', at: { turnId: 't100' } }]);
  });

  it('sends nothing of what streams outside the window but how much there is', async () => {
    const host = setup();
    host.change(...many(200));
    host.show();
    host.channel.reveal({ turnId: 't10' });
    host.channel.receive({ type: 'follow', on: false });
    host.change({ op: 'item', turnId: 't199', item: textItem('i', 'late') });
    host.elapse(FRAME_MS);
    const before = host.posted.length;
    for (let index = 0; index < 50; index += 1) {
      host.change({ op: 'append', turnId: 't199', itemId: 'i', text: 'more ' });
      host.elapse(FRAME_MS);
      await host.settle();
    }
    assert.equal(host.posted.length, before);
    host.change(turnPatch('t200'));
    host.elapse(FRAME_MS);
    const { later } = host.panel.view!;
    assert.equal(host.posted.length, before + 1);
    assert.deepEqual((host.posted.at(-1) as { patches: Patch[] }).patches, [
      { op: 'outside', earlier: host.panel.view!.earlier, later, earlierItems: 0, laterItems: 0 },
    ]);
  });

  it('cuts what was read long ago off while the end is followed, and what comes while it is not', async () => {
    const host = setup();
    host.change(turnPatch('t'));
    host.show();
    const add = async (from: number, to: number) => {
      for (let index = from; index < to; index += 1) {
        host.change(call(`i${index}`));
        host.elapse(FRAME_MS);
        await host.settle();
        assertWindow(host);
        assert.ok(host.panel.view!.turns[0]!.items.length <= FULL + 1);
      }
    };
    await add(0, 400);
    assert.equal(host.panel.view?.laterItems, 0);
    host.channel.receive({ type: 'follow', on: false });
    const first = host.panel.view.turns[0]!.items[0]!.id;
    await add(400, 800);
    assert.equal(host.panel.view.turns[0]!.items[0]!.id, first);
    assert.ok(host.panel.view.laterItems > 200);
    host.channel.receive({ type: 'follow', on: true });
    assert.equal(host.panel.view.turns[0]!.items.at(-1)!.id, 'i799');
  });

  it('goes from turn to turn beyond its edges, and no further than there are turns', () => {
    const host = setup();
    host.change(...many(200));
    host.show();
    const first = host.panel.view!.turns[0]!.id;
    host.channel.receive({ type: 'step', to: 'previous', from: first });
    assert.deepEqual(host.panel.direct, [{ type: 'reveal', at: { turnId: `t${Number(first.slice(1)) - 1}` } }]);
    assertWindow(host);
    host.channel.receive({ type: 'step', to: 'previous', from: 't0' });
    host.channel.receive({ type: 'step', to: 'next', from: 't199' });
    host.channel.receive({ type: 'step', to: 'next', from: 'gone' });
    assert.equal(host.panel.direct.length, 1);
  });
});

describe('panel channel: convergence', () => {
  const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  // A few of these fill a window.
  const text = fc.oneof(fc.string(), fc.constantFrom('x'.repeat(9000), 'y'.repeat(25_000)));
  const patch: fc.Arbitrary<Patch> = fc.oneof(
    ids.map((id) => turnPatch(id)),
    ids.map((id) => turnPatch(id, 'done')),
    fc
      .record({ turnId: ids, itemId: ids, text })
      .map(({ turnId, itemId, text }): Patch => ({ op: 'item', turnId, item: textItem(itemId, text) })),
    fc.record({ op: fc.constant('append' as const), turnId: ids, itemId: ids, text }),
    fc.record({ op: fc.constant('removeItem' as const), turnId: ids, itemId: ids }),
    fc.record({
      op: fc.constant('session' as const),
      fields: fc.record({ title: fc.string(), inputTokens: fc.nat() }, { requiredKeys: [] }),
    }),
    fc.string().map((version): Patch => ({ op: 'environment', environment: { ...emptyView.environment, version } })),
  );
  const place = fc.record({ turnId: ids, itemId: ids }, { requiredKeys: ['turnId'] });
  const intent = fc.oneof<fc.Arbitrary<Intent>[]>(
    fc.record(
      { type: fc.constant('moveWindow' as const), to: fc.constantFrom('earlier', 'later', 'end'), keep: place },
      { requiredKeys: ['type', 'to'] },
    ),
    fc.record({ type: fc.constant('follow' as const), on: fc.boolean() }),
    fc.record({ type: fc.constant('step' as const), to: fc.constantFrom('previous', 'next'), from: ids }),
    fc.record({ type: fc.constant('ready' as const), at: place }, { requiredKeys: ['type'] }),
  );
  type Step =
    | { do: 'patch'; patch: Patch }
    | { do: 'intent'; intent: Intent }
    | { do: 'reveal'; place: Place }
    | { do: 'drop' | 'hide' | 'show' | 'tick' | 'reset' | 'stall' | 'unstall' };
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 8, arbitrary: patch.map((patch): Step => ({ do: 'patch', patch })) },
    { weight: 2, arbitrary: intent.map((intent): Step => ({ do: 'intent', intent })) },
    { weight: 1, arbitrary: place.map((place): Step => ({ do: 'reveal', place: place as Place })) },
    { weight: 3, arbitrary: fc.constantFrom<Step>({ do: 'tick' }) },
    { weight: 2, arbitrary: fc.constantFrom<Step>({ do: 'drop' }, { do: 'hide' }, { do: 'show' }, { do: 'reset' }) },
    { weight: 1, arbitrary: fc.constantFrom<Step>({ do: 'stall' }, { do: 'unstall' }) },
  );

  it("leads the panel to the host's view whatever is merged, dropped, late or hidden", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const host = setup();
        host.show();
        for (const one of steps) {
          if (one.do === 'patch') host.change(one.patch);
          else if (one.do === 'intent') host.channel.receive(one.intent);
          else if (one.do === 'reveal') host.channel.reveal(one.place);
          else if (one.do === 'drop') host.dropNext(1);
          else if (one.do === 'tick') {
            host.elapse(FRAME_MS);
            await host.settle();
          } else if (one.do === 'reset') host.channel.reset();
          else if (one.do === 'stall') host.stall();
          else if (one.do === 'unstall') host.unstall();
          else if (one.do === 'show' && !host.panel.up) host.show();
          else if (one.do === 'hide' && host.panel.up) host.hide();
        }
        host.dropNext(0);
        host.unstall();
        await host.settle();
        if (!host.panel.up) host.show();
        host.elapse(FRAME_MS);
        await host.settle();
        host.change({ op: 'session', fields: { title: 'the last change' } });
        host.elapse(FRAME_MS);
        await host.settle();
        assertWindow(host);
      }),
      { numRuns: 1000 },
    );
  });

  it('needs no more messages than frames', () => {
    const host = setup();
    host.show();
    for (let index = 0; index < 1000; index++) host.change(applyNothing(index));
    host.elapse(FRAME_MS);
    assert.equal(host.posted.length, 2);
    assert.deepEqual(host.panel.view, applyPatch(host.view, applyNothing(999)));
  });
});

describe('panel channel: a panel that takes nothing', () => {
  it('is sent a few messages and no more, however long the turn goes on, and is whole when it takes them again', async () => {
    const host = setup();
    host.show();
    host.change(turnPatch('t'), { op: 'item', turnId: 't', item: textItem('i', '') });
    host.elapse(FRAME_MS);
    await host.settle();
    const before = host.posted.length;
    host.stall();
    for (let index = 0; index < 20_000; index++) {
      host.change({ op: 'append', turnId: 't', itemId: 'i', text: 'x' });
      if (index % 4 === 0) host.elapse(FRAME_MS);
    }
    assert.equal(host.posted.length - before, MAX_UNDERWAY);
    host.unstall();
    await host.settle();
    assert.deepEqual(host.panel.view, host.view);
    assert.equal(host.posted.length - before, MAX_UNDERWAY + 1, 'the rest comes as one message');
  });

  it('has nothing kept for it beyond a bound: it gets a snapshot instead', async () => {
    const host = setup();
    host.show();
    await host.settle();
    host.stall();
    for (const patch of many(3000)) {
      host.change(patch);
      host.elapse(FRAME_MS);
    }
    host.unstall();
    await host.settle();
    assert.equal(host.posted.at(-1)?.type, 'snapshot');
    assert.equal(host.panel.view?.turns.at(-1)?.id, 't2999');
  });

  it('counts afresh when it has come up anew: what was on its way then is gone', async () => {
    const host = setup();
    host.show();
    host.stall();
    for (let index = 0; index < 20; index++) {
      host.change(applyNothing(index));
      host.elapse(FRAME_MS);
    }
    host.hide();
    host.unstall();
    host.show();
    host.change(applyNothing(99));
    host.elapse(FRAME_MS);
    await host.settle();
    assert.deepEqual(host.panel.view, host.view);
  });
});

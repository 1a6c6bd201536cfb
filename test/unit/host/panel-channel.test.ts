import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PanelChannel, FRAME_MS, MAX_UNDERWAY, WINDOW_TURNS } from '../../../src/host/panel-channel.ts';
import { applyPatch, applyPatches } from '../../../src/shared/apply-patch.ts';
import type { PanelMessage } from '../../../src/shared/protocol.ts';
import type { Intent } from '../../../src/shared/protocol.ts';
import type { Item, Patch, View } from '../../../src/shared/view-model.ts';

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
  earlier: 0,
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
  it('gives the newest turns first and older ones when asked', () => {
    const host = setup();
    host.change(...many(120));
    host.show();
    assert.equal(host.panel.view?.turns.length, WINDOW_TURNS);
    assert.equal(host.panel.view?.earlier, 70);
    host.channel.receive({ type: 'loadEarlier' });
    assert.equal(host.panel.view?.turns[0]?.id, 't20');
    host.channel.receive({ type: 'loadEarlier' });
    assert.deepEqual(host.panel.view, host.view);
  });

  it('keeps changes of turns outside the window to itself', () => {
    const host = setup();
    host.change(...many(60));
    host.show();
    host.change(turnPatch('t3', 'done'), { op: 'item', turnId: 't3', item: textItem('i', 'late') });
    host.elapse(FRAME_MS);
    assert.equal(host.posted.length, 1);
  });

  it('trims a panel that has grown to more than twice its window', async () => {
    const host = setup();
    host.show();
    for (const patch of many(101)) {
      host.change(patch);
      host.elapse(FRAME_MS);
      await host.settle();
    }
    assert.equal(host.panel.view?.turns.length, WINDOW_TURNS);
    assert.equal(host.panel.view?.earlier, 51);
  });
});

describe('panel channel: convergence', () => {
  const ids = fc.constantFrom('a', 'b', 'c');
  const patch: fc.Arbitrary<Patch> = fc.oneof(
    ids.map((id) => turnPatch(id)),
    ids.map((id) => turnPatch(id, 'done')),
    fc
      .record({ turnId: ids, itemId: ids, text: fc.string() })
      .map(({ turnId, itemId, text }): Patch => ({ op: 'item', turnId, item: textItem(itemId, text) })),
    fc.record({ op: fc.constant('append' as const), turnId: ids, itemId: ids, text: fc.string() }),
    fc.record({ op: fc.constant('removeItem' as const), turnId: ids, itemId: ids }),
    fc.record({
      op: fc.constant('session' as const),
      fields: fc.record({ title: fc.string(), inputTokens: fc.nat() }, { requiredKeys: [] }),
    }),
    fc.string().map((version): Patch => ({ op: 'environment', environment: { ...emptyView.environment, version } })),
  );
  type Step = { do: 'patch'; patch: Patch } | { do: 'drop' | 'hide' | 'show' | 'tick' | 'reset' | 'stall' | 'unstall' };
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 8, arbitrary: patch.map((patch): Step => ({ do: 'patch', patch })) },
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
        assert.deepEqual(host.panel.view, host.view);
      }),
      { numRuns: 500 },
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

import assert from 'node:assert/strict';
import { signal } from '@preact/signals';
import { describe, it } from 'mocha';
import type { Intent } from '../../../src/shared/protocol.ts';
import type { View } from '../../../src/shared/view-model.ts';
import { announcementFor } from '../../../webview/state/announcement.ts';
import { createComposing } from '../../../webview/state/composing.ts';
import { focusRows } from '../../../webview/state/focus-rows.ts';
import { foldRows } from '../../../webview/state/fold-rows.ts';
import { nothingReceived, receive } from '../../../webview/state/receive.ts';
import { createSaver, loadState } from '../../../webview/state/saved-state.ts';
import { footerParts, shortCost, shortCount, shortDuration } from '../../../webview/state/short-words.ts';
import { firstLines, plainOutput, revealHidden, splitForShortening } from '../../../webview/state/visible-text.ts';
import {
  agentOf,
  footer,
  readOf,
  selection,
  textOf,
  thinkingOf,
  toolOf,
  turnOf,
  viewOf,
} from '../../support/panel-harness/views.ts';

describe('receive', () => {
  const view = viewOf({});
  it('ignores patches before the first snapshot without asking again', () => {
    assert.equal(receive(nothingReceived, patches(1)), nothingReceived);
  });

  it('takes the next number, ignores old ones, and waits for a snapshot after a gap', () => {
    const first = receive(nothingReceived, { type: 'snapshot', seq: 3, view });
    const next = receive(first, patches(4));
    assert.equal(receive(next, patches(4)), next);
    const gap = receive(next, patches(6));
    assert.deepEqual([next.seq, next.awaiting, gap.seq, gap.awaiting], [4, false, 4, true]);
    assert.equal(receive(gap, patches(5)), gap);
    assert.equal(receive(gap, { type: 'snapshot', seq: 9, view }).awaiting, false);
  });
});

describe('focusRows', () => {
  it('keeps what was said, changed, asked or waits, and counts the steps between, those in folds too', () => {
    const waiting = { requestId: 'w', words: 'Run it?', review: false };
    const items = [
      thinkingOf('h', 'Hm'),
      readOf('a', 'x.ts'),
      readOf('b', 'y.ts'),
      toolOf('c', 'Bash', 'npm test', { state: 'failed' }),
      textOf('d', 'So'),
      toolOf('e', 'Edit', 'x.ts', { diff: '+a' }),
      toolOf('f', 'Bash', 'git push', { state: 'waiting', waiting }),
      agentOf('g', 'Look around'),
      toolOf('i', 'Bash', 'ls'),
    ];
    const rows = focusRows(foldRows(items));
    const words = rows.map((row) => (row.kind === 'steps' ? `${row.id} ${row.count}` : row.id));
    assert.deepEqual(words, ['focus:h 4', 'd', 'e', 'f', 'g', 'focus:i 1']);
    assert.deepEqual(focusRows([]), []);
  });
});

describe('foldRows', () => {
  it('folds neighbours only, counts a file once, and says what still goes on', () => {
    assert.deepEqual(words(readOf('a', 'x.ts'), readOf('b', 'x.ts'), toolOf('c', 'Grep', 'y')), [
      'Read 1 file, searched once',
    ]);
    assert.deepEqual(words(readOf('a', 'x.ts'), textOf('t', 'Hm'), readOf('b', 'y.ts')), ['a', 't', 'b']);
    assert.deepEqual(words(readOf('a', 'x.ts'), readOf('b', 'y.ts', { state: 'running' })), ['Reading 2 files']);
    assert.deepEqual(words(toolOf('a', 'Glob', '*'), toolOf('b', 'Grep', 'y')), ['Searched twice']);
  });

  it('leaves out what failed, waits or was denied', () => {
    for (const state of ['failed', 'waiting', 'denied', 'interrupted'] as const) {
      assert.deepEqual(words(readOf('a', 'x.ts'), readOf('b', 'y.ts', { state }), readOf('c', 'z.ts')), [
        'a',
        'b',
        'c',
      ]);
    }
  });

  it('keeps its id while more items join', () => {
    const two = [readOf('a', 'x.ts'), readOf('b', 'y.ts')];
    assert.equal(foldRows(two)[0]?.id, foldRows([...two, readOf('c', 'z.ts')])[0]?.id);
  });
});

describe('short words', () => {
  it('rounds without crossing into the wrong unit', () => {
    assert.deepEqual([0, 999, 1000, 4210, 9960, 31_400, 999_499, 999_500, 1_240_000].map(shortCount), [
      '0',
      '999',
      '1k',
      '4.2k',
      '10k',
      '31k',
      '999k',
      '1M',
      '1.2M',
    ]);
    assert.deepEqual([0, 0.001, 0.031, 1.2].map(shortCost), ['$0', 'under $0.01', '$0.03', '$1.20']);
    assert.deepEqual([40, 1400, 9949, 12_400, 59_600, 60_000, 125_000].map(shortDuration), [
      '40 ms',
      '1.4 s',
      '9.9 s',
      '12 s',
      '1 min',
      '1 min',
      '2 min 5 s',
    ]);
  });

  it("tells a turn's model, tokens, cost and time, and leaves out a cost that is not known", () => {
    assert.equal(said(footer), 'claude-sonnet-5-5 · 12k in · 90% cached · 1.2k out · $0.03 · 14 s');
    const { costUsd: _, ...priceless } = footer;
    assert.equal(said({ ...priceless, cachedTokens: 0 }), 'claude-sonnet-5-5 · 12k in · 1.2k out · 14 s');
  });
});

describe('visible text', () => {
  it('shows what is hidden and takes away what draws', () => {
    assert.equal(revealHidden('rm \u202Egpj\u{E0041}'), 'rm ⟨U+202E⟩gpj⟨U+E0041⟩');
    assert.equal(
      plainOutput('\u001B[31mred\u001B[0m\r\n\u001B]8;;http://x\u0007link\u001B]8;;\u0007\u0008\tend'),
      'red\nlink\tend',
    );
  });

  it('cuts lines, and what has one endless line', () => {
    assert.deepEqual(firstLines('a\nb\n', 2), { shown: 'a\nb', more: false });
    assert.deepEqual(firstLines('a\nb\nc', 2), { shown: 'a\nb', more: true });
    const endless = firstLines('x'.repeat(100_000), 12);
    assert.deepEqual([endless.shown.length, endless.more], [8000, true]);
  });

  it("keeps a path's last part whole", () => {
    assert.deepEqual(splitForShortening('src/very/long/folder/parser.ts'), {
      head: 'src/very/long/folder',
      tail: '/parser.ts',
    });
    assert.deepEqual(splitForShortening('short'), { head: '', tail: 'short' });
    assert.deepEqual(splitForShortening('Find all who use it'), { head: 'Find all who', tail: ' use it' });
    assert.deepEqual(splitForShortening('a_word_without_any_gap'), { head: 'a_word_witho', tail: 'ut_any_gap' });
  });
});

describe('announcements', () => {
  it('come at the end of a turn and when the person is waited for, once each', () => {
    const waits = toolOf('b', 'Bash', 'npm test', {
      state: 'waiting',
      waiting: { requestId: 'q', words: 'Run npm test?', review: false },
    });
    assert.equal(announcementFor(at('running'), at('running', textOf('x', 'One'))), undefined);
    assert.equal(announcementFor(at('running'), at('running', waits)), 'Capstan is waiting for you: Run npm test?');
    assert.equal(announcementFor(at('running', waits), at('running', waits, textOf('x', 'y'))), undefined);
    assert.equal(announcementFor(at('running'), at('done', textOf('x', 'Fixed.'))), 'Capstan finished: Fixed.');
    assert.equal(announcementFor(at('done'), at('done')), undefined);
    assert.match(announcementFor(at('running'), at('failed')) ?? '', /could not finish/);
  });
});

describe('saved state', () => {
  it('forgets what does not fit, and saves the newest within its delay', async () => {
    const saved: unknown[] = [];
    const editor = {
      postMessage() {},
      getState: () => ({ draft: 7 }),
      setState: (state: unknown) => saved.push(state),
    };
    const initial = loadState(editor);
    assert.deepEqual(initial, { session: '', drafts: {}, open: [] });
    const saver = createSaver(editor, initial, 5);
    for (const session of ['a', 'ab', 'abc']) saver.save({ session });
    await new Promise((resolve) => setTimeout(resolve, 20));
    saver.flush();
    assert.deepEqual(saved, [{ session: 'abc', drafts: {}, open: [] }]);
  });
});

describe('composing', () => {
  it('sends nothing that is only white space', () => {
    const { sent, composing } = setUp();
    composing.type(' \n ');
    composing.submit();
    assert.deepEqual(sent, []);
  });

  it('gives the draft back when the host does not answer', async () => {
    const { composing } = setUp(5);
    composing.type('Hello');
    composing.submit();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual([composing.draft.value, composing.pending.value], ['Hello', undefined]);
    assert.match(composing.refusal.value ?? '', /send it again/);
  });

  it('does not send the same selection twice when "Ask Capstan" brought it', () => {
    const { sent, composing } = setUp();
    composing.compose('Why?', [selection], true);
    composing.onAccepted('m1');
    assert.deepEqual(sent, [{ type: 'submit', id: 'm1', text: 'Why?', attachments: [selection] }]);
    assert.equal(composing.draft.value, '');
  });

  it('keeps an Enter that comes before the conversation has, and sends once it has', () => {
    const view = signal<View | undefined>(undefined);
    const { sent, composing } = setUp(1000, view);
    composing.type('Early words');
    composing.submit();
    assert.equal(sent.length, 0);
    view.value = viewOf({});
    assert.deepEqual(
      sent.map((intent) => intent.type === 'submit' && intent.text),
      ['Early words'],
    );
  });

  it('keeps a draft with its chips for each session, over a switch and over a reload', () => {
    const view = signal<View | undefined>(inSession('one'));
    const { composing, ports } = setUp(1000, view);
    composing.compose('First', [selection], false);
    view.value = inSession('two');
    assert.deepEqual([composing.draft.value, composing.chips.value], ['', []]);
    composing.type('Second');
    view.value = inSession('one');
    assert.deepEqual([composing.draft.value, composing.chips.value], ['First', [selection]]);
    const again = createComposing(ports, structuredClone(composing.drafts.value));
    assert.deepEqual([again.draft.value, again.chips.value], ['First', [selection]]);
    view.value = inSession('two');
    assert.equal(again.draft.value, 'Second');
  });

  it('lets the draft of the session go that its message was sent in, whichever is shown by then', () => {
    const view = signal<View | undefined>(inSession('one'));
    const { composing } = setUp(1000, view);
    composing.type('To one');
    composing.submit();
    view.value = inSession('two');
    composing.type('Half a thought');
    composing.onAccepted('m1');
    assert.equal(composing.draft.value, 'Half a thought');
    view.value = inSession('one');
    assert.equal(composing.draft.value, '');
  });

  it('takes the draft along into the conversation that its message begins, even when that is refused', () => {
    const view = signal<View | undefined>(inSession(''));
    const { composing } = setUp(1000, view);
    composing.type('Begin');
    composing.submit();
    view.value = inSession('new');
    composing.onRefused('m1', 'No key.');
    assert.deepEqual([composing.draft.value, composing.refusal.value], ['Begin', 'No key.']);
    composing.submit();
    composing.onAccepted('m2');
    assert.deepEqual(
      Object.entries(composing.drafts.value.drafts).map(([id, { text }]) => [id, text]),
      [
        ['', ''],
        ['new', ''],
      ],
    );
  });

  it('keeps what is typed before it is known which session is shown', () => {
    const view = signal<View | undefined>(undefined);
    const { composing } = setUp(1000, view);
    composing.type('Early');
    view.value = inSession('one');
    assert.equal(composing.draft.value, 'Early');
    assert.equal(composing.drafts.value.drafts['one']?.text, 'Early');
  });
});

describe('a draft that the host has kept', () => {
  it('is put above what was typed before it came', () => {
    const view = signal<View | undefined>(undefined);
    const { composing } = setUp(1000, view);
    composing.type('typed early');
    view.value = { ...inSession('one'), draft: { text: 'kept', chips: [selection], at: 5 } };
    assert.deepEqual([composing.draft.value, composing.chips.value], ['kept\n\ntyped early', [selection]]);
  });
});

describe('the walk through earlier messages', () => {
  function inConversation() {
    const turns = [turnOf('t1', 'one', []), turnOf('t2', 'two', []), turnOf('t3', 'two', [])];
    const parts = setUp(1000, signal<View | undefined>(viewOf({ turns })));
    const walk = (...steps: (1 | -1)[]) =>
      steps.map((by) => (parts.composing.recall(by) ? parts.composing.draft.value : undefined));
    return { ...parts, walk };
  }

  it('goes up and down like a shell, and comes back to the unsent draft', () => {
    const { composing, walk } = inConversation();
    composing.type('unsent');
    assert.deepEqual(walk(-1, -1, -1, 1, 1, 1), ['two', 'one', undefined, 'two', 'unsent', undefined]);
  });

  it('keeps what is changed on the way, and the unsent draft when another message is sent', () => {
    const { composing, walk } = inConversation();
    composing.type('unsent');
    walk(-1);
    composing.type('two, in French');
    assert.deepEqual(walk(-1, 1), ['one', 'two, in French']);
    assert.equal(composing.drafts.value.drafts['session-1']?.text, 'unsent\n\ntwo, in French');
    composing.submit();
    composing.onAccepted('m1');
    assert.equal(composing.draft.value, 'unsent');
  });

  it('saves the unsent draft, not the message that is only looked at', () => {
    const { composing, walk } = inConversation();
    composing.type('unsent');
    walk(-1, -1);
    assert.equal(composing.drafts.value.drafts['session-1']?.text, 'unsent');
  });
});

function inSession(id: string): View {
  return viewOf({ session: { id } });
}

function patches(seq: number) {
  return { type: 'patches' as const, seq, patches: [] };
}

function words(...items: Parameters<typeof foldRows>[0]) {
  return foldRows(items).map((row) => (row.kind === 'fold' ? row.words : row.id));
}

function said(part: typeof footer) {
  return footerParts(part)
    .map((each) => each.words)
    .join(' · ');
}

function at(state: 'running' | 'done' | 'failed', ...items: Parameters<typeof turnOf>[2]) {
  return viewOf({ turns: [turnOf('t1', 'Hello', items, { state })] });
}

function setUp(patience = 1000, view = signal<View | undefined>(viewOf({ environment: { selection } }))) {
  const sent: Intent[] = [];
  let count = 0;
  const ports = { view, send: (intent: Intent) => void sent.push(intent), newId: () => `m${(count += 1)}`, patience };
  return { sent, view, ports, composing: createComposing(ports, { session: '', drafts: {} }) };
}

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { AgentEvent, TurnOutcome } from '../../../src/core/events.ts';
import type { SessionSummary } from '../../../src/core/sessions/session-log.ts';
import type { OpenSessionView } from '../../../src/host/sessions/session-pool.ts';
import { SessionNotices, type SessionNotice } from '../../../src/host/sessions/session-notices.ts';
import { sessionRows } from '../../../src/host/sessions/session-rows.ts';
import { fileName, quoted } from '../../../src/host/sessions/session-words.ts';

const DAY = 24 * 60 * 60 * 1000;
const NOW = 100 * DAY;

const summary = (id: string, more: Partial<SessionSummary> = {}): SessionSummary => ({
  id,
  title: `Title ${id}`,
  cwd: '/w',
  createdAt: 1,
  updatedAt: NOW,
  firstMessage: 'Words',
  outcome: 'done',
  spent: [],
  archived: false,
  ...more,
});

const view = (id: string, more: Partial<OpenSessionView> = {}): OpenSessionView => ({
  id,
  title: `Title ${id}`,
  model: 'm',
  mode: 'default',
  state: 'idle',
  queued: [],
  inputTokens: 0,
  outputTokens: 0,
  lastTurn: undefined,
  ...more,
});

describe('the rows of the list of conversations', () => {
  const rows = (summaries: SessionSummary[], open: OpenSessionView[] = [], shownId?: string) =>
    sessionRows({ summaries, open, isShown: (id) => id === shownId, prices: {}, now: NOW });

  it('say of each how it stands', () => {
    const summaries = [
      summary('runs', { outcome: 'cut' }),
      summary('asks', { outcome: 'cut', archived: true }),
      summary('ended', { outcome: 'cut' }),
      summary('done'),
      summary('failed', { outcome: 'failed' }),
      summary('limit', { outcome: 'limit' }),
      summary('cut', { outcome: 'cut' }),
      summary('said nothing', { outcome: undefined }),
      summary('away', { archived: true }),
    ];
    const open = [
      view('runs', { state: 'running', lastTurn: 'running' }),
      view('asks', { state: 'waiting', lastTurn: 'running' }),
      view('ended', { lastTurn: 'failed' }),
    ];
    assert.deepEqual(
      rows(summaries, open).map(({ id, badge }) => [id, badge]),
      [
        ['runs', 'running'],
        ['ended', 'failed'],
        ['done', 'done'],
        ['failed', 'failed'],
        ['limit', 'paused'],
        ['cut', 'stopped'],
        ['said nothing', undefined],
        ['asks', 'needs you'],
        ['away', 'archived'],
      ],
    );
  });

  it('say when it was last used and what it took; a cost only where every price is known', () => {
    const usage = { inputTokens: 900_000, outputTokens: 100_000, cacheReadTokens: 0, cacheWriteTokens: 0 };
    const facts = (more: Partial<SessionSummary>, open: OpenSessionView[] = []) =>
      rows([summary('a', more)], open)[0]?.facts;
    assert.equal(
      facts({ updatedAt: NOW - 90_000, spent: [{ model: 'claude-haiku-4-5', usage }] }),
      'done · 1 min ago · 1.0M tokens, $1.40',
    );
    assert.equal(
      facts({
        updatedAt: NOW - 3 * 60 * 60 * 1000,
        spent: [
          { model: 'claude-haiku-4-5', usage },
          { model: 'x', usage },
        ],
      }),
      'done · 3 h ago · 2.0M tokens',
    );
    assert.equal(facts({ updatedAt: NOW - DAY }), 'done · yesterday');
    assert.equal(facts({ updatedAt: NOW - 9 * DAY }), 'done · 9 days ago');
    const live = view('a', { state: 'running', inputTokens: 1200, outputTokens: 300, costUsd: 0.0042 });
    assert.equal(facts({ updatedAt: NOW - DAY }, [live]), 'running · 1.5k tokens, $0.004');
  });

  it('carry the title that it has where it is open, and mark the one that is shown', () => {
    const [first, second] = rows([summary('a'), summary('b', { title: '' })], [view('a', { title: 'Renamed' })], 'a');
    assert.deepEqual([first?.title, first?.shown], ['Renamed', true]);
    assert.deepEqual([second?.title, second?.shown], ['Conversation', false]);
  });
});

describe('a person who looks elsewhere', () => {
  const setup = () => {
    const shown: SessionNotice[] = [];
    const state = { seen: '', goesOn: false, wanted: true };
    const notices = new SessionNotices({
      isSeen: (id) => id === state.seen,
      goesOn: () => state.goesOn,
      isWanted: () => state.wanted,
      show: async (notice) => void shown.push(notice),
    });
    const end = (id: string, outcome: TurnOutcome) =>
      notices.take(
        {
          type: 'turn_completed',
          turnId: 't',
          outcome,
          reason: '',
          usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
          model: 'm',
          durationMs: 0,
          at: 1,
        },
        id,
      );
    const wait = (id: string, review: boolean): void => {
      const event: AgentEvent = {
        type: 'tool_waiting',
        turnId: 't',
        toolUseId: 'u',
        requestId: 'r',
        words: '',
        review,
        at: 1,
      };
      notices.take(event, id);
    };
    const causes = () => shown.map(({ sessionId, cause }) => `${sessionId} ${cause}`);
    return { notices, state, end, wait, causes };
  };

  it('is told of an end, of a failure, of a limit and of an edit to review', () => {
    const { end, wait, causes } = setup();
    end('a', 'done');
    end('b', 'failed');
    end('c', 'limit');
    wait('d', true);
    assert.deepEqual(causes(), ['a done', 'b failed', 'c limit', 'd review']);
  });

  it('is not told of what they see, did themselves, are asked by a dialog, or do not want to hear', () => {
    const { state, end, wait, causes } = setup();
    state.seen = 'a';
    end('a', 'done');
    end('b', 'stopped');
    wait('b', false);
    state.wanted = false;
    end('b', 'failed');
    state.wanted = true;
    state.goesOn = true;
    end('b', 'done');
    assert.deepEqual(causes(), []);
  });

  it('is told once a session and cause, until they look or it begins anew', () => {
    const { notices, end, wait, causes } = setup();
    wait('a', true);
    wait('a', true);
    end('a', 'failed');
    end('a', 'failed');
    assert.deepEqual(causes(), ['a review', 'a failed']);
    notices.forget('ab');
    wait('a', true);
    assert.equal(causes().length, 2);
    notices.forget('a');
    wait('a', true);
    notices.take({ type: 'turn_started', turnId: 't2', input: { id: 'i', text: '', attachments: [] }, at: 2 }, 'a');
    end('a', 'failed');
    assert.deepEqual(causes().slice(2), ['a review', 'a failed']);
  });
});

describe('a title where the editor shows it', () => {
  it('makes no link, and hides nothing', () => {
    const title = 'See [this](command:workbench.action.quit)\n\u202Enow';
    assert.ok(!/\]\(command:/.test(quoted(title)));
    assert.ok(!quoted(title).includes('\n'));
    assert.ok(!quoted(title).includes('\u202E'));
  });

  it('makes a file name that every system takes', () => {
    assert.equal(fileName('Fix "a/b": the parser?', 'md'), 'Fix a b the parser.md');
    assert.equal(fileName('../..', 'json'), 'Conversation.json');
    assert.equal(fileName('é'.repeat(200), 'html'), `${'é'.repeat(60)}.html`);
  });
});

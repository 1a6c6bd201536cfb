import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { CACHE_LIFE_MS } from '../../../src/core/usage/next-request.ts';
import { Conversation } from '../../../src/host/conversation.ts';
import { meterLines } from '../../../src/host/meters/meter-words.ts';
import { SessionMeter } from '../../../src/host/meters/session-meter.ts';
import { showContext } from '../../../src/host/meters/context-pick.ts';
import { chooseBudget, goOnOnce, readAmount } from '../../../src/host/meters/budget-pick.ts';
import { chooseEffort, chooseModel } from '../../../src/host/meters/session-pickers.ts';
import { chooseMode } from '../../../src/host/permission-commands.ts';
import { SessionPool } from '../../../src/host/sessions/session-pool.ts';
import { readSettings } from '../../../src/host/settings.ts';
import { settings } from '../../../src/shared/contributions.ts';
import type { Patch } from '../../../src/shared/view-model.ts';
import { startEngine, type EngineHarness } from '../../support/engine/engine-harness.ts';
import { text } from '../../support/model/answer.ts';
import { activated, until } from '../editor.ts';
import { ACCEPT, answerInput, CLOSE, NEXT, PREVIOUS } from '../quick-inputs.ts';

const MODEL = 'claude-haiku-4-5';
const answer = { blocks: [text('Done.')], usage: { input_tokens: 100_000, output_tokens: 10 } };

describe('the picks of a conversation', () => {
  let engine: EngineHarness | undefined;
  let pool: SessionPool;
  let conversation: Conversation;
  let meter: SessionMeter;
  let told: Patch[];
  let maxBudgetUsd: number | undefined;
  /** How far the meter's clock is ahead. */
  let ahead: number;
  const global = (key: string, value: unknown) =>
    vscode.workspace.getConfiguration().update(key, value, vscode.ConfigurationTarget.Global);
  let modelBefore: unknown;

  before(async () => {
    await activated();
    modelBefore = vscode.workspace.getConfiguration().inspect(settings.model.key)?.globalValue;
  });
  after(() => global(settings.model.key, modelBefore));
  beforeEach(() => {
    told = [];
    maxBudgetUsd = undefined;
    ahead = 0;
    pool = new SessionPool({
      openSession: async () => {
        const budget = maxBudgetUsd === undefined ? {} : { maxBudgetUsd };
        const opened = await startEngine([answer, answer, answer], { model: MODEL, ...budget });
        engine = opened;
        return { session: opened.session, close: async () => opened[Symbol.asyncDispose]() };
      },
      warn: () => {},
    });
    conversation = new Conversation({
      pool,
      memory: { get: () => 'new', set: () => {} },
      obstacle: async () => undefined,
      model: () => MODEL,
      warn: () => {},
      locked: () => {},
    });
    meter = new SessionMeter({
      conversation,
      defaults: () => ({ model: MODEL, effort: '' }),
      prices: () => ({}),
      now: () => Date.now() + ahead,
      changed: (patches) => told.push(...patches),
    });
  });
  afterEach(async () => {
    await vscode.commands.executeCommand(CLOSE);
    meter.dispose();
    await pool.dispose();
    await conversation.dispose();
  });

  const say = async (words: string) => {
    await conversation.submit({ id: words, text: words, attachments: [] });
    await conversation.session?.whenIdle();
  };
  /** Moves down so often, and accepts. */
  const answered = async (pick: Promise<void>, down: number) => {
    await answerInput(...Array.from({ length: down }, () => NEXT), ACCEPT);
    await pick;
  };
  const left = async (pick: Promise<void>) => {
    await answerInput(CLOSE);
    await pick;
  };

  it('choose the mode, before there is a conversation and in it', async () => {
    await answered(chooseMode({ conversation }), 0);
    assert.equal(conversation.view.session.mode, 'plan');
    assert.equal(meter.view.bar.mode, 'Plan');
    await left(chooseMode({ conversation }));
    assert.equal(conversation.view.session.mode, 'plan');
  });

  it('choose the model for the next conversation, for this one alone, and for new ones', async () => {
    const parts = { conversation, meter };
    await answered(chooseModel(parts), 1);
    const chosen = conversation.view.session.model;
    assert.notEqual(chosen, MODEL);
    await say('one');
    const sent = () => (engine!.server.requests.at(-1)!.body as { model: string }).model;
    assert.equal(sent(), chosen, 'what was chosen before counts for the first request');
    conversation.choose({ model: 'claude-opus-4-5' });
    await say('two');
    assert.equal(sent(), 'claude-opus-4-5');
    assert.ok(told.some((patch) => patch.op === 'session' && patch.fields.model === 'claude-opus-4-5'));
    assert.equal(vscode.workspace.getConfiguration().inspect(settings.model.key)?.globalValue, modelBefore);
    const last = chooseModel(parts);
    await answerInput(PREVIOUS, ACCEPT);
    await last;
    await until('the setting is written', () => readSettings().model === 'claude-opus-4-5');
  });

  it('choose the effort, and nothing when the pick is left', async () => {
    const parts = { conversation, meter };
    await left(chooseEffort(parts));
    assert.equal(meter.view.effort, '');
    await answered(chooseEffort(parts), 1);
    assert.equal(meter.view.effort, 'low');
    await say('one');
    const { output_config } = engine!.server.requests.at(-1)!.body as { output_config?: unknown };
    assert.deepEqual(output_config, { effort: 'low' });
  });

  it('raise a budget that is used up, and go on', async () => {
    maxBudgetUsd = 0.05;
    const parts = { conversation, meter };
    await say('one');
    await say('two');
    assert.equal(conversation.view.turns.at(-1)!.state, 'limit');
    assert.equal(meter.view.bar.level, 'over');
    assert.match(meter.lines, /Budget for this conversation: \$0\.10 of \$0\.05/);
    await answered(chooseBudget(parts), 0);
    await conversation.session?.whenIdle();
    assert.equal(engine!.server.requests.length, 2);
    assert.equal(conversation.view.turns.at(-1)!.state, 'done');
    assert.equal(conversation.session?.budgets[0]?.limitUsd, 0.21);
  });

  it('go on once without raising it, and only where it paused', async () => {
    maxBudgetUsd = 0.05;
    await goOnOnce({ conversation });
    await say('one');
    await goOnOnce({ conversation });
    assert.equal(engine!.server.requests.length, 1);
    await say('two');
    await goOnOnce({ conversation });
    await conversation.session?.whenIdle();
    assert.equal(engine!.server.requests.length, 2);
    assert.equal(conversation.session?.budgets[0]?.limitUsd, 0.05);
  });

  it('show what fills the context', async () => {
    await showContext({ conversation, meter });
    await say('one');
    await left(showContext({ conversation, meter }));
    const lines = meter.lines.split('\n');
    assert.equal(lines[0], 'Context: 100k of 200k tokens (50 %).');
    assert.equal(lines[2], 'So far: 100k tokens, $0.10.');
    assert.match(lines[3]!, /^Next request: \$0\.01 or more from the cache until .+, \$0\.13 without it\.$/);
  });

  it('say by themselves that the cache is no longer warm', async () => {
    await say('one');
    assert.match(meter.lines, /from the cache until/);
    ahead = CACHE_LIFE_MS - 1_000;
    meter.refresh();
    assert.match(meter.lines, /from the cache until/);
    told.length = 0;
    await until('the meter has changed its words', () => told.length > 0);
    assert.match(meter.lines, /as the cache is no longer warm/);
  });

  it('take amounts as people write them', () => {
    const amounts = ['2.50', '$2.50', ' 2,50 ', '.5', '0', '-1', 'NaN', '1e3', '', '7'].map(readAmount);
    assert.deepEqual(amounts, [2.5, 2.5, 2.5, undefined, undefined, undefined, undefined, undefined, undefined, 7]);
  });

  it('say what is not known', () => {
    const view = { ...conversation.view.session, inputTokens: 10, outputTokens: 1 };
    const context = { used: 10, limit: 200_000, conversation: 1, results: 0, surroundings: 0 };
    const next = { hitUsd: undefined, missUsd: undefined, warmUntil: undefined };
    const lines = meterLines({ view: { ...view, context }, next, budgets: [] });
    assert.deepEqual(lines.slice(2), [
      'So far: 11 tokens, cost not known.',
      `Next request: the price of ${MODEL} is not known.`,
    ]);
  });
});

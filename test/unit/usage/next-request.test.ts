// What the next request costs, what fills the context, what a person chose for a conversation.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { contextShares } from '../../../src/core/context/context-shares.ts';
import type { DurableEvent, LogEntry } from '../../../src/core/events.ts';
import { createSessionChoices, withChoices } from '../../../src/core/session/session-choices.ts';
import { CACHE_LIFE_MS, nextRequest } from '../../../src/core/usage/next-request.ts';

const NOW = 1_800_000_000_000;

describe('what the next request costs', () => {
  const facts = { tokens: 100_000, cachedTokens: 90_000, model: 'claude-haiku-4-5', isCacheLost: false };
  const at = (lastRequestAt: number | undefined, more = {}) => nextRequest({ ...facts, lastRequestAt, ...more }, NOW);

  it('is the cache read and the rest written, or all of it written', () => {
    const { hitUsd, missUsd, warmUntil } = at(NOW - 60_000);
    assert.equal(hitUsd?.toFixed(4), (0.09 * 0.1 + 0.01 * 1.25).toFixed(4));
    assert.equal(missUsd?.toFixed(4), '0.1250');
    assert.equal(warmUntil, NOW + 4 * 60_000);
  });

  it('expects nothing of the cache after five minutes, of another model, or with a clock that was moved', () => {
    assert.equal(at(NOW - CACHE_LIFE_MS).warmUntil, undefined);
    assert.equal(at(undefined).warmUntil, undefined);
    assert.equal(at(NOW + 1).warmUntil, undefined);
    assert.equal(at(Number.NaN).warmUntil, undefined);
    assert.equal(at(NOW, { isCacheLost: true }).warmUntil, undefined);
  });

  it('is not known without a price, and never negative', () => {
    assert.equal(at(NOW, { model: 'who-knows' }).hitUsd, undefined);
    const odd = at(NOW, { cachedTokens: 500_000 });
    assert.ok(odd.hitUsd! > 0 && odd.hitUsd! < odd.missUsd!);
    assert.equal(at(NOW, { tokens: 0, cachedTokens: 0 }).missUsd, 0);
  });
});

describe('what fills the context', () => {
  const row = (name: string, tokens: number) => ({ name, tokens, share: 0, truncated: false, pieces: [] });
  const prompt = [row('base', 2000), row('instructions', 1000), row('git', 500), row('tools', 6000)];
  const reading = { tokens: 0, conversation: 0, results: 0, told: 0, cached: 0, lastRequestAt: undefined };
  const tokensOf = (shares: ReturnType<typeof contextShares>) => shares.map(({ tokens }) => tokens);

  it('is the prompt alone before the first request', () => {
    assert.deepEqual(tokensOf(contextShares(reading, prompt)), [2000, 6000, 1000, 500, 0, 0]);
  });

  it('adds up to what the endpoint counted', () => {
    const after = { ...reading, tokens: 20_003, conversation: 3000, results: 7000, told: 600, cached: 15_000 };
    const tokens = tokensOf(contextShares(after, prompt));
    assert.equal(
      tokens.reduce((sum, one) => sum + one, 0),
      20_003,
    );
    assert.ok(tokens.every((one) => one > 0));
    assert.deepEqual(
      tokensOf(contextShares({ ...after, tokens: 3 }, [])).filter((one) => one < 0),
      [],
    );
    assert.deepEqual(tokensOf(contextShares(reading, [])), [0, 0, 0, 0, 0, 0]);
  });
});

describe('what is chosen for a conversation', () => {
  const settings = { model: 'usual', maxTokens: 1, maxTurns: 1, maxRetries: 1, maxRetryWaitMs: 1 };
  const logged = (events: readonly DurableEvent[]): LogEntry[] =>
    events.map((event, seq) => ({ ...event, v: 1, seq, parent: null, at: 1 }));

  it('is written down once and comes back with the log', () => {
    const choices = createSessionChoices();
    const events = choices.choose({ model: 'mine', effort: 'low', budgets: { session: 2, day: null } });
    assert.deepEqual(
      events.map(({ type }) => type),
      ['model_selected', 'effort_selected', 'budget_selected', 'budget_selected'],
    );
    assert.deepEqual(choices.choose({ model: 'mine', effort: 'low', budgets: { session: 2 } }), []);
    const again = createSessionChoices(logged(events)).current;
    assert.deepEqual(again, choices.current);
    assert.deepEqual(withChoices({ ...settings, dayBudgetUsd: 9, maxBudgetUsd: 1, turnBudgetUsd: 3 }, again), {
      ...settings,
      model: 'mine',
      parameters: { effort: 'low' },
      turnBudgetUsd: 3,
      maxBudgetUsd: 2,
    });
  });

  it('leaves the settings as they are where nothing was chosen, and out what makes no sense', () => {
    assert.deepEqual(withChoices(settings, {}), settings);
    assert.deepEqual(withChoices({ ...settings, maxBudgetUsd: Number.NaN }, {}), settings);
    const odd = logged([
      { type: 'model_selected', model: '' },
      { type: 'effort_selected', effort: 'heroic' },
      { type: 'budget_selected', scope: 'year' as never, limitUsd: 1 },
      { type: 'budget_selected', scope: 'turn', limitUsd: Number.NaN },
    ]);
    assert.deepEqual(createSessionChoices(odd).current, { effort: '', budgets: { turn: null } });
  });

  it('can leave the effort to the API again, whatever the settings say', () => {
    const thinking = { thinking: 'adaptive', effort: 'max' } as const;
    assert.deepEqual(withChoices({ ...settings, parameters: thinking }, { effort: '' }).parameters, {
      thinking: 'adaptive',
    });
  });
});

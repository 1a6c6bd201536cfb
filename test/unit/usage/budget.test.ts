// Budgets: what counts as one, which level is reached, what is said, and when no request may be made.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { budgetStates, dollars, readBudget } from '../../../src/core/usage/budget.ts';
import { BudgetGuard, type BudgetSettings } from '../../../src/core/usage/budget-guard.ts';

const PRICED = 'claude-haiku-4-5';

function guardOf(settings: BudgetSettings, sums: { session: number; day?: number }) {
  const { day } = sums;
  return new BudgetGuard({
    settings: () => settings,
    sessionUsd: () => sums.session,
    ...(day === undefined ? {} : { day: { today: () => sums.day ?? 0, add() {}, async refresh() {} } }),
  });
}

describe('a budget', () => {
  it('is an amount above zero, and nothing else', () => {
    for (const odd of [0, -1, Number.NaN, Infinity, '5', null, undefined, {}]) assert.equal(readBudget(odd), undefined);
    assert.equal(readBudget(0.01), 0.01);
    assert.deepEqual(budgetStates({ turn: 1, session: 1, day: 1 }, { turn: Number.NaN, session: -2, day: 0 }), []);
  });

  it('reaches its levels at 50, 80, 95 and 100 %, sums of cents included', () => {
    const level = (spent: number) => budgetStates({ turn: 0, session: spent, day: 0 }, { session: 1 })[0]!.level;
    assert.deepEqual([0, 0.4999, 0.5, 0.79, 0.8, 0.95, 0.999, 1, 7].map(level), [0, 0, 50, 50, 80, 95, 95, 100, 100]);
    assert.equal(level(Array.from({ length: 10 }, () => 0.1).reduce((sum, part) => sum + part, 0)), 100);
  });

  it('shows small amounts without making them nothing', () => {
    assert.deepEqual([0, 0.0001, 0.0042, 0.05, 0.5, 12].map(dollars), [
      '$0.00',
      'less than $0.001',
      '$0.004',
      '$0.05',
      '$0.50',
      '$12.00',
    ]);
  });
});

describe('the guard of the budgets', () => {
  it('says each level once, quietly up to half, and pauses at the end', () => {
    const sums = { session: 0 };
    const guard = guardOf({ maxBudgetUsd: 1 }, sums);
    const said: string[] = [];
    for (let cent = 0; cent <= 100; cent++) {
      sums.session = cent / 100;
      said.push(...guard.notices(PRICED).map(({ level, title }) => `${cent} ${level} ${title}`));
      assert.equal(guard.reached() !== undefined, cent === 100, `${cent}`);
    }
    assert.deepEqual(said, ['80 info 80 % of a budget is used', '95 warning 95 % of a budget is used']);
    assert.match(guard.reached()!, /has cost \$1\.00; the budget is \$1\.00\. Raise it/);
  });

  it('pauses at once with a budget below what was spent already, and goes on when it is raised', () => {
    let limit = 0.2;
    const guard = new BudgetGuard({ settings: () => ({ maxBudgetUsd: limit }), sessionUsd: () => 0.9 });
    assert.deepEqual(guard.notices(PRICED), [], 'the pause says it');
    assert.ok(guard.reached());
    limit = 1;
    assert.equal(guard.reached(), undefined);
    assert.equal(guard.notices(PRICED)[0]!.title, '80 % of a budget is used', 'of another amount it is news');
  });

  it('counts a turn from its beginning, and a day over all sessions', () => {
    const sums = { session: 3, day: 9 };
    const guard = guardOf({ turnBudgetUsd: 1, dayBudgetUsd: 10 }, sums);
    guard.beginTurn();
    assert.deepEqual(
      guard.states().map(({ scope, level }) => [scope, level]),
      [
        ['day', 80],
        ['turn', 0],
      ],
    );
    sums.session = 4;
    assert.match(guard.reached()!, /^This message has cost \$1\.00; the budget for one message is \$1\.00/);
    guard.beginTurn();
    assert.equal(guard.reached(), undefined);
    sums.day = 10;
    assert.match(guard.reached()!, /^Today's conversations have cost \$10\.00/);
  });

  it('allows as much again for one turn, and no longer', () => {
    const sums = { session: 1.1, day: 5 };
    const guard = guardOf({ maxBudgetUsd: 1, dayBudgetUsd: 50 }, sums);
    guard.allowOnce();
    guard.beginTurn();
    assert.equal(guard.reached(), undefined);
    assert.equal(guard.states()[0]!.limitUsd, 1, 'the budget itself is as it was');
    sums.session = 2.05;
    assert.equal(guard.reached(), undefined);
    sums.session = 2.1;
    assert.ok(guard.reached());
    guard.endTurn();
    sums.session = 1.5;
    assert.ok(guard.reached());
  });

  it('says once a turn that it cannot hold what has no price, and nothing where there is no budget', () => {
    const guard = guardOf({ maxBudgetUsd: 1 }, { session: 0 });
    assert.match(guard.notices('unknown-model')[0]!.body, /No price is known for unknown-model/);
    assert.deepEqual(guard.notices('unknown-model'), []);
    guard.beginTurn();
    assert.equal(guard.notices('unknown-model').length, 1);
    assert.deepEqual(guardOf({}, { session: 5 }).notices('unknown-model'), []);
  });

  it('holds agents to the same budgets, without saying everything twice', () => {
    const sums = { session: 0.9 };
    const lent = guardOf({ maxBudgetUsd: 1 }, sums).lent();
    assert.deepEqual(lent.notices('unknown-model'), []);
    sums.session = 1;
    assert.ok(lent.reached());
  });
});

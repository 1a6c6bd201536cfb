// The composer's bar in its states: long names, a context that fills, budgets that near their end, the pause at one.
import type { SessionView } from '../../../src/shared/view-model.ts';
import { footer, noticeOf, textOf, turnOf, viewOf } from './views.ts';

type Level = NonNullable<SessionView['bar']>['level'];

export function barOf(used: number, level: Level, mode = 'Ask', effort = 'high'): Partial<SessionView> {
  const percent = Math.round(used / 2000);
  const meter = [
    `Context: ${used / 1000}k of 200k tokens (${percent} %).`,
    'So far: 340k tokens, $0.81.',
    'Next request: $0.014 or more from the cache until 14:32, $0.17 without it.',
    ...(level === 'none' ? [] : ['Budget for this conversation: $0.81 of $1.00 (81 %).']),
  ].join('\n');
  const context = { used, limit: 200_000, conversation: 12_000, results: 8_000, surroundings: 1_000 };
  return { context, effort, bar: { mode, effort, meter, level } };
}

export const budgetCard = noticeOf('b1', {
  level: 'warning',
  title: 'Paused: the budget is used up',
  body: 'This conversation has cost $1.02; the budget is $1.00. Raise it to go on. Going on once allows as much again, for one message. Nothing is sent until you choose.',
  actions: [
    { label: 'Raise budget', action: 'chooseBudget' },
    { label: 'Go on once', action: 'goOnOnce' },
  ],
});

const said = turnOf('t1', 'Make the parser faster', [textOf('x1', 'The lexer allocates for each token.')], { footer });

export const barStates = {
  'bar-with-long-names': {
    view: viewOf({
      session: {
        ...barOf(92_000, 'none', 'Bypass Permissions', 'xhigh'),
        model: 'vendor/some-model-with-a-long-name-2026-11',
      },
      turns: [said],
    }),
  },
  'budget-hint': { view: viewOf({ session: barOf(46_000, 'hint'), turns: [said] }) },
  'budget-pause': {
    view: viewOf({
      session: barOf(180_000, 'over'),
      turns: [
        turnOf('t1', 'Make the parser faster', [textOf('x1', 'I measure first.'), budgetCard], {
          state: 'limit',
          footer,
        }),
      ],
    }),
  },
};

// Budgets in US dollars, for a turn, a conversation and a day: how much of each is spent, and which levels that reaches.

import { t } from '../../shared/l10n.ts';
export const budgetScopes = ['turn', 'session', 'day'] as const;
export type BudgetScope = (typeof budgetScopes)[number];

/** US dollars; what is absent has no limit. */
export type Budgets = { readonly [Scope in BudgetScope]?: number };
/** US dollars. */
export type SpentUsd = Readonly<Record<BudgetScope, number>>;

/** 50: nothing but a word in the tooltip; 80: a hint; 95: a strong hint; 100: a pause before the next request. */
export type BudgetLevel = 0 | 50 | 80 | 95 | 100;

export interface BudgetState {
  readonly scope: BudgetScope;
  readonly spentUsd: number;
  readonly limitUsd: number;
  readonly level: BudgetLevel;
}

/** A budget as a person wrote it; undefined for none, which is what zero, an empty field and nonsense mean. */
export function readBudget(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
}

/** Those that have a limit, the nearest to its end first. */
export function budgetStates(spent: SpentUsd, budgets: Budgets): BudgetState[] {
  return budgetScopes
    .flatMap((scope): BudgetState[] => {
      const limitUsd = readBudget(budgets[scope]);
      if (limitUsd === undefined) return [];
      const spentUsd = spent[scope];
      return [{ scope, spentUsd, limitUsd, level: levelOf(spentUsd / limitUsd) }];
    })
    .toSorted((a, b) => b.spentUsd / b.limitUsd - a.spentUsd / a.limitUsd);
}

function levelOf(share: number): BudgetLevel {
  // Sums of cents are not exact: what is missing by less than a millionth is not missing.
  const percent = share * 100 + 1e-6;
  return ([100, 95, 80, 50] as const).find((level) => percent >= level) ?? 0;
}

/** "This conversation has cost $0.81; the budget is $1.00." */
export function budgetWords({ scope, spentUsd, limitUsd }: BudgetState): string {
  const [spent, limit] = [dollars(spentUsd), dollars(limitUsd)];
  if (scope === 'turn') return t('This message has cost {0}; the budget for one message is {1}.', spent, limit);
  if (scope === 'session') return t('This conversation has cost {0}; the budget is {1}.', spent, limit);
  return t("Today's conversations have cost {0}; the budget for a day is {1}.", spent, limit);
}

/** "$0.004", "$0.05", "$1.20". */
export function dollars(amount: number): string {
  if (amount > 0 && amount < 0.0005) return t('less than $0.001');
  return `$${amount.toFixed(amount < 0.1 && Math.round(amount * 1000) % 10 !== 0 ? 3 : 2)}`;
}

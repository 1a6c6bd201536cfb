// Holds one session's budgets: says once when a level is reached, and when no further request may be made.
import {
  budgetStates,
  budgetWords,
  type BudgetLevel,
  type Budgets,
  type BudgetState,
  type SpentUsd,
} from './budget.ts';
import type { DaySpending } from './day-spending.ts';
import { priceOf, type PriceTable } from './prices.ts';
import { t } from '../../shared/l10n.ts';

export interface BudgetSettings {
  /** US dollars; absent is no limit. `maxBudgetUsd` is the conversation's. */
  readonly turnBudgetUsd?: number;
  readonly maxBudgetUsd?: number;
  readonly dayBudgetUsd?: number;
  readonly prices?: PriceTable;
}

export interface BudgetGuardOptions {
  readonly settings: () => BudgetSettings;
  /** US dollars that the session has cost so far, agents under way included. */
  readonly sessionUsd: () => number;
  /** Default: the session's own cost counts as the day's. */
  readonly day?: DaySpending;
}

export interface BudgetNotice {
  readonly level: 'info' | 'warning';
  readonly title: string;
  readonly body: string;
}

/** What is asked before a request. */
export interface BudgetCheck {
  /** Looks at what other windows have spent, where that counts. Never rejects. */
  refresh(): Promise<void>;
  /** Why the request may not be made; undefined when it may. Never looks at an answer under way. */
  reached(): string | undefined;
  /** What is to be said now, each thing once. */
  notices(model: string): BudgetNotice[];
}

export class BudgetGuard implements BudgetCheck {
  private turnBegan = 0;
  /** Until the turn ends: the limits that stand in for the budgets. */
  private allowance: Budgets = {};
  /** By scope: which limit, and the highest level of it that was said. */
  private readonly said = new Map<string, { limitUsd: number; level: BudgetLevel }>();
  private unpricedSaid = false;
  private readonly options: BudgetGuardOptions;

  constructor(options: BudgetGuardOptions) {
    this.options = options;
  }

  beginTurn(): void {
    this.turnBegan = this.options.sessionUsd();
    this.said.delete('turn');
    this.unpricedSaid = false;
  }

  endTurn(): void {
    this.allowance = {};
  }

  /** For the next turn: as much again as each budget that is used up. */
  allowOnce(): void {
    const used = this.states().filter(({ level, scope }) => level === 100 && scope !== 'turn');
    this.allowance = Object.fromEntries(used.map(({ scope, spentUsd, limitUsd }) => [scope, spentUsd + limitUsd]));
  }

  get spent(): SpentUsd {
    const session = this.options.sessionUsd();
    return { turn: session - this.turnBegan, session, day: this.options.day?.today() ?? session };
  }

  /** The budgets as they were set, the nearest to its end first. */
  states(): BudgetState[] {
    return budgetStates(this.spent, this.budgets);
  }

  /** Those that hold now. */
  private holding(): BudgetState[] {
    return budgetStates(this.spent, { ...this.budgets, ...this.allowance });
  }

  async refresh(): Promise<void> {
    if (this.options.settings().dayBudgetUsd !== undefined) await this.options.day?.refresh();
  }

  reached(): string | undefined {
    const [first] = this.holding();
    return first?.level === 100 ? `${budgetWords(first)} ${t('Raise it to go on.')}` : undefined;
  }

  notices(model: string): BudgetNotice[] {
    const states = this.holding();
    const unpriced = states.length > 0 && !this.unpricedSaid && !priceOf(model, this.options.settings().prices);
    if (unpriced) this.unpricedSaid = true;
    return [...(unpriced ? [unpricedNotice(model)] : []), ...states.flatMap((state) => this.levelNotice(state))];
  }

  /** An agent is held to the same budgets; its conversation says what there is to say. */
  lent(): BudgetCheck {
    return { refresh: () => this.refresh(), reached: () => this.reached(), notices: () => [] };
  }

  private get budgets(): Budgets {
    const { turnBudgetUsd, maxBudgetUsd, dayBudgetUsd } = this.options.settings();
    return {
      ...(turnBudgetUsd === undefined ? {} : { turn: turnBudgetUsd }),
      ...(maxBudgetUsd === undefined ? {} : { session: maxBudgetUsd }),
      ...(dayBudgetUsd === undefined ? {} : { day: dayBudgetUsd }),
    };
  }

  private levelNotice(state: BudgetState): BudgetNotice[] {
    const { scope, limitUsd, level } = state;
    const before = this.said.get(scope);
    if (before?.limitUsd === limitUsd && before.level >= level) return [];
    this.said.set(scope, { limitUsd, level });
    // What is used up is said by the pause.
    if (level !== 80 && level !== 95) return [];
    const next = t('Capstan pauses before the request after it is used up; an answer is never cut off.');
    return [
      {
        level: level === 80 ? 'info' : 'warning',
        title: t('{0} % of a budget is used', level),
        body: `${budgetWords(state)} ${next}`,
      },
    ];
  }
}

/** A limit that cannot be held is worse than none, unless it is said. */
function unpricedNotice(model: string): BudgetNotice {
  const body = t(
    'No price is known for {0}, so the budget cannot be held. Set its price in the settings, or watch the tokens.',
    model,
  );
  return { level: 'warning', title: t('The budget does not count'), body };
}

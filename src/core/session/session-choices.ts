// What the person chose for one conversation: model, effort, budgets. It counts over the settings and stays with the conversation.
import type { EngineSettings } from '../engine/turn-loop.ts';
import type { DurableEvent, LogEntry } from '../events.ts';
import { efforts, type Effort } from '../ports.ts';
import { budgetScopes, readBudget, type BudgetScope } from '../usage/budget.ts';

/** A field that is absent leaves things as they are. */
export interface SessionChoices {
  readonly model?: string;
  /** Empty: left to the API. */
  readonly effort?: Effort | '';
  /** US dollars; null is no limit, whatever the settings say. */
  readonly budgets?: { readonly [Scope in BudgetScope]?: number | null };
}

export interface SessionChoiceState {
  readonly current: SessionChoices;
  /** What the log is to hold of it; nothing where nothing changes. */
  choose(choices: SessionChoices): DurableEvent[];
}

/** Goes on with what the log says. */
export function createSessionChoices(entries: readonly LogEntry[] = []): SessionChoiceState {
  let current: SessionChoices = entries.reduce(folded, {});
  return {
    get current() {
      return current;
    },
    choose(choices) {
      const events = eventsOf(current, choices);
      current = events.reduce(folded, current);
      return events;
    },
  };
}

/** The settings as this conversation has them. */
export function withChoices(settings: EngineSettings, { model, effort, budgets = {} }: SessionChoices): EngineSettings {
  const { turnBudgetUsd, maxBudgetUsd, dayBudgetUsd, parameters, ...rest } = settings;
  const { effort: usual, ...otherParameters } = parameters ?? {};
  const chosen = effort ?? usual;
  const all = { ...otherParameters, ...(chosen ? { effort: chosen } : {}) };
  const turn = limit(budgets.turn, turnBudgetUsd);
  const session = limit(budgets.session, maxBudgetUsd);
  const day = limit(budgets.day, dayBudgetUsd);
  return {
    ...rest,
    ...(model === undefined ? {} : { model }),
    ...(Object.keys(all).length > 0 ? { parameters: all } : {}),
    ...(turn === undefined ? {} : { turnBudgetUsd: turn }),
    ...(session === undefined ? {} : { maxBudgetUsd: session }),
    ...(day === undefined ? {} : { dayBudgetUsd: day }),
  };
}

function limit(chosen: number | null | undefined, usual: number | undefined): number | undefined {
  return chosen === undefined ? readBudget(usual) : readBudget(chosen);
}

function eventsOf(current: SessionChoices, { model, effort, budgets = {} }: SessionChoices): DurableEvent[] {
  const changed = budgetScopes.filter((scope) => budgets[scope] !== undefined);
  return [
    ...(model === undefined || model === current.model ? [] : [{ type: 'model_selected', model } as const]),
    ...(effort === undefined || effort === current.effort ? [] : [{ type: 'effort_selected', effort } as const]),
    ...changed
      .filter((scope) => budgets[scope] !== current.budgets?.[scope])
      .map((scope) => ({ type: 'budget_selected', scope, limitUsd: readBudget(budgets[scope]) ?? null }) as const),
  ];
}

/** A log may hold anything: what makes no sense chooses nothing. */
function folded(choices: SessionChoices, event: DurableEvent): SessionChoices {
  switch (event.type) {
    case 'model_selected':
      return event.model ? { ...choices, model: event.model } : choices;
    case 'effort_selected': {
      const effort = efforts.find((one) => one === event.effort) ?? '';
      return { ...choices, effort };
    }
    case 'budget_selected': {
      const { scope, limitUsd } = event;
      if (!budgetScopes.includes(scope)) return choices;
      return { ...choices, budgets: { ...choices.budgets, [scope]: readBudget(limitUsd) ?? null } };
    }
    default:
      return choices;
  }
}

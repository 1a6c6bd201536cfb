// The words about what a conversation holds and costs: for the ring's tooltip, the status bar and the picks.
import * as vscode from 'vscode';
import { dollars, type BudgetScope, type BudgetState } from '../../core/usage/budget.ts';
import type { NextRequest } from '../../core/usage/next-request.ts';
import type { SessionView } from '../../shared/view-model.ts';
export interface MeterFacts {
  readonly view: SessionView;
  readonly next: NextRequest | undefined;
  readonly budgets: readonly BudgetState[];
}

/** One fact a line; the first says how full the context is. */
export function meterLines({ view, next, budgets }: MeterFacts): string[] {
  const { context, inputTokens, outputTokens, costUsd } = view;
  if (!context || context.used === 0) {
    return [vscode.l10n.t('Context: nothing has been sent yet.'), ...budgets.filter(isWorthAWord).map(budgetLine)];
  }
  const { used, limit, conversation, results } = context;
  const rest = Math.max(0, used - conversation - results);
  const percent = Math.round((used / limit) * 100);
  return [
    vscode.l10n.t('Context: {0} of {1} tokens ({2} %).', short(used), short(limit), percent),
    vscode.l10n.t(
      'About {0} conversation, {1} results of tools, {2} prompt and tools.',
      short(conversation),
      short(results),
      short(rest),
    ),
    costUsd === undefined
      ? vscode.l10n.t('So far: {0} tokens, cost not known.', short(inputTokens + outputTokens))
      : vscode.l10n.t('So far: {0} tokens, {1}.', short(inputTokens + outputTokens), dollars(costUsd)),
    ...(next ? [nextLine(next, view.model)] : []),
    ...budgets.filter(isWorthAWord).map(budgetLine),
  ];
}

/** At least so much: what the person writes and the model answers comes on top. */
function nextLine({ hitUsd, missUsd, warmUntil }: NextRequest, model: string): string {
  if (hitUsd === undefined || missUsd === undefined)
    return vscode.l10n.t('Next request: the price of {0} is not known.', model);
  if (warmUntil === undefined) {
    return vscode.l10n.t('Next request: {0} or more, as the cache is no longer warm.', dollars(missUsd));
  }
  const until = new Date(warmUntil).toLocaleTimeString(vscode.env.language, { hour: '2-digit', minute: '2-digit' });
  return vscode.l10n.t(
    'Next request: {0} or more from the cache until {1}, {2} without it.',
    dollars(hitUsd),
    until,
    dollars(missUsd),
  );
}

export function budgetLine(state: BudgetState): string {
  const { spentUsd, limitUsd, scope } = state;
  const percent = Math.floor((spentUsd / limitUsd) * 100 + 1e-6);
  return vscode.l10n.t('{0}: {1} of {2} ({3} %).', scopeWords(scope), dollars(spentUsd), dollars(limitUsd), percent);
}

export function scopeWords(scope: BudgetScope): string {
  if (scope === 'turn') return vscode.l10n.t('Budget for one message');
  return scope === 'session' ? vscode.l10n.t('Budget for this conversation') : vscode.l10n.t('Budget for a day');
}

function isWorthAWord({ level }: BudgetState): boolean {
  return level >= 50;
}

/** "950", "12.3k", "1.2M". */
export function short(tokens: number): string {
  if (tokens < 1000) return String(Math.round(tokens));
  if (tokens < 99_950) return `${(tokens / 1000).toFixed(1).replace(/\.0$/, '')}k`;
  return tokens < 999_500 ? `${Math.round(tokens / 1000)}k` : `${(tokens / 1_000_000).toFixed(1).replace(/\.0$/, '')}M`;
}

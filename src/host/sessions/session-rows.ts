// The list of conversations as rows: which badge each has, and what stands beside its title. No editor in it.
import type { SessionSummary } from '../../core/sessions/session-log.ts';
import { costOf, priceOf, type PriceTable } from '../../core/usage/prices.ts';
import { totalInput } from '../../core/usage/usage.ts';
import { t } from '../../shared/l10n.ts';
import type { SessionView } from '../../shared/view-model.ts';
import type { OpenSessionView } from './session-pool.ts';

export type SessionBadge = 'running' | 'needs you' | 'done' | 'failed' | 'paused' | 'stopped' | 'archived';

const badgeWords = (): Readonly<Record<SessionBadge, string>> => ({
  running: t('running'),
  'needs you': t('needs you'),
  done: t('done'),
  failed: t('failed'),
  paused: t('paused'),
  stopped: t('stopped'),
  archived: t('archived'),
});

export interface SessionRow {
  readonly id: string;
  readonly title: string;
  readonly firstMessage: string;
  readonly badge: SessionBadge | undefined;
  /** In the side bar or in a tab. */
  readonly shown: boolean;
  readonly archived: boolean;
  /** "needs you · 5 min ago · 12.3k tokens, $0.04". */
  readonly facts: string;
}

export interface SessionRowsInput {
  readonly summaries: readonly SessionSummary[];
  /** Those that are open here. */
  readonly open: readonly OpenSessionView[];
  readonly isShown: (id: string) => boolean;
  readonly prices: PriceTable;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Newest first; what was archived comes last. */
export function sessionRows({ summaries, open, isShown, prices, now }: SessionRowsInput): SessionRow[] {
  const views = new Map(open.map((view) => [view.id, view]));
  const rows = summaries.map((summary): SessionRow => {
    const { id, firstMessage, archived, updatedAt } = summary;
    const view = views.get(id);
    const badge = badgeOf(summary, view);
    const running = badge === 'running' || badge === 'needs you';
    const facts = [
      badge && badgeWords()[badge],
      running ? undefined : ago(now - updatedAt),
      spentWords(summary, view, prices),
    ];
    return {
      id,
      title: (view?.title ?? summary.title) || t('Conversation'),
      firstMessage,
      badge,
      shown: isShown(id),
      archived,
      facts: facts.filter((fact) => fact !== undefined).join(' · '),
    };
  });
  return rows.toSorted((a, b) => Number(a.archived) - Number(b.archived));
}

function badgeOf(summary: SessionSummary, view: OpenSessionView | undefined): SessionBadge | undefined {
  if (view && view.state !== 'idle') return view.state === 'waiting' ? 'needs you' : 'running';
  if (summary.archived) return 'archived';
  const ended = view?.lastTurn ?? summary.outcome;
  if (ended === 'limit') return 'paused';
  return ended === 'cut' || ended === 'running' ? 'stopped' : ended;
}

function spentWords({ spent }: SessionSummary, view: SessionView | undefined, prices: PriceTable): string | undefined {
  if (view) return usedWords(view);
  const inputTokens = spent.reduce((sum, { usage }) => sum + totalInput(usage), 0);
  const outputTokens = spent.reduce((sum, { usage }) => sum + usage.outputTokens, 0);
  const costUsd = costOfAll(spent, prices);
  return usedWords({ inputTokens, outputTokens, ...(costUsd === undefined ? {} : { costUsd }) });
}

/** "12.3k tokens, $0.04"; undefined when nothing was used. */
export function usedWords({
  inputTokens,
  outputTokens,
  costUsd,
}: Pick<SessionView, 'inputTokens' | 'outputTokens' | 'costUsd'>): string | undefined {
  const tokens = inputTokens + outputTokens;
  if (tokens === 0) return undefined;
  return `${t('{0} tokens', shortNumber(tokens))}${costUsd === undefined ? '' : `, ${dollars(costUsd)}`}`;
}

/** Undefined when some of it has no known price. */
function costOfAll(spent: SessionSummary['spent'], prices: PriceTable): number | undefined {
  let sum = 0;
  for (const { model, usage } of spent) {
    const price = model === undefined ? undefined : priceOf(model, prices);
    if (!price) return undefined;
    sum += costOf(usage, price);
  }
  return sum;
}

function dollars(amount: number): string {
  return `$${amount.toFixed(amount > 0 && amount < 0.1 ? 3 : 2)}`;
}

function shortNumber(count: number): string {
  if (count < 1000) return String(count);
  if (count < 999_950) return `${(count / 1000).toFixed(1)}k`;
  return `${(count / 1_000_000).toFixed(1)}M`;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function ago(milliseconds: number): string {
  if (milliseconds < MINUTE) return t('just now');
  if (milliseconds < HOUR) return t('{0} min ago', Math.floor(milliseconds / MINUTE));
  if (milliseconds < DAY) return t('{0} h ago', Math.floor(milliseconds / HOUR));
  const days = Math.floor(milliseconds / DAY);
  return days === 1 ? t('yesterday') : t('{0} days ago', days);
}

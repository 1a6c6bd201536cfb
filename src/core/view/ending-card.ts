// How a turn ended, as a card, where there is something to say or to do.
import type { LimitKind, TurnOutcome } from '../events.ts';
import { t } from '../../shared/l10n.ts';
import type { NoticeItem } from '../../shared/view-model.ts';

export interface TurnEnding {
  readonly outcome: TurnOutcome;
  readonly limit?: LimitKind;
  readonly reason: string;
}

/** `wasTold`: a failure's own card stands already. */
export function endingCard(
  id: string,
  { outcome, limit, reason }: TurnEnding,
  wasTold: boolean,
): NoticeItem | undefined {
  const retry: NoticeItem['actions'] = [{ label: t('Try again'), action: 'retry' }];
  const goOn: NoticeItem['actions'] = [{ label: t('Continue'), action: 'continue' }];
  if (outcome === 'limit' && limit === 'budget') {
    return {
      id,
      kind: 'notice',
      level: 'warning',
      title: t('Paused: the budget is used up'),
      body: `${reason} ${t('Going on once allows as much again, for one message. Nothing is sent until you choose.')}`,
      actions: [
        { label: t('Raise budget'), action: 'chooseBudget' },
        { label: t('Go on once'), action: 'goOnOnce' },
      ],
    };
  }
  if (outcome === 'limit') {
    return { id, kind: 'notice', level: 'warning', title: t('Paused at a limit'), body: reason, actions: goOn };
  }
  if (outcome === 'stopped' && reason) {
    return { id, kind: 'notice', level: 'info', title: t('Stopped'), body: reason, actions: [...retry, ...goOn] };
  }
  if (outcome === 'failed' && !wasTold) {
    return { id, kind: 'notice', level: 'warning', title: t('No answer'), body: reason, actions: retry };
  }
  return undefined;
}

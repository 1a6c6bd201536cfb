// How a turn ended, as a card, where there is something to say or to do.
import type { LimitKind, TurnOutcome } from '../events.ts';
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
  const retry: NoticeItem['actions'] = [{ label: 'Try again', action: 'retry' }];
  const goOn: NoticeItem['actions'] = [{ label: 'Continue', action: 'continue' }];
  if (outcome === 'limit' && limit === 'budget') {
    return {
      id,
      kind: 'notice',
      level: 'warning',
      title: 'Paused: the budget is used up',
      body: `${reason} Going on once allows as much again, for one message. Nothing is sent until you choose.`,
      actions: [
        { label: 'Raise budget', action: 'chooseBudget' },
        { label: 'Go on once', action: 'goOnOnce' },
      ],
    };
  }
  if (outcome === 'limit') {
    return { id, kind: 'notice', level: 'warning', title: 'Paused at a limit', body: reason, actions: goOn };
  }
  if (outcome === 'stopped' && reason) {
    return { id, kind: 'notice', level: 'info', title: 'Stopped', body: reason, actions: [...retry, ...goOn] };
  }
  if (outcome === 'failed' && !wasTold) {
    return { id, kind: 'notice', level: 'warning', title: 'No answer', body: reason, actions: retry };
  }
  return undefined;
}

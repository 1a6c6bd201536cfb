// Which events carry what was used: the one place that says so, so that everything that counts, counts alike and once.
import type { DurableEvent, TransientEvent, Usage } from '../events.ts';

/** One request, or one attempt at it. */
export interface Spent {
  readonly usage: Usage;
  /** As the answer named it; undefined in logs of early versions. */
  readonly model: string | undefined;
}

/**
 * What the event adds to the books; undefined when that is nothing. The end of a turn sums up its answers and is not counted again. A
 * subagent's events count where they stand in its parent's session.
 */
export function spentBy(event: DurableEvent | TransientEvent): Spent | undefined {
  switch (event.type) {
    case 'message_completed':
    case 'compacted':
    case 'side_request':
      return { usage: event.usage, model: event.model || undefined };
    case 'agent_event':
      return spentBy(event.event);
    default:
      return undefined;
  }
}

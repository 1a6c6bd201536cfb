// A subagent keeps no log of its own: what it does is told to its parent's session, event by event, at the moment it happens.
import type { AgentStep, DurableEvent } from '../events.ts';
import type { SessionLog } from '../sessions/session-log.ts';

const kept: ReadonlySet<string> = new Set<AgentStep['type']>([
  'turn_started',
  'block_completed',
  'message_completed',
  'tool_started',
  'tool_completed',
  'permission_decided',
  'failed',
  'notice',
  'side_request',
  'compacted',
  'turn_completed',
]);

/** `onStep` gets what the session is to keep. */
export function agentLog(id: string, onStep: (step: AgentStep) => void): SessionLog {
  return {
    sessionId: id,
    entries: [],
    letGo: () => {},
    find: async () => undefined,
    append({ at: _, ...event }) {
      if (isStep(event)) onStep(event);
    },
    flush: async () => {},
    close: async () => {},
  };
}

function isStep(event: DurableEvent): event is AgentStep {
  return kept.has(event.type);
}

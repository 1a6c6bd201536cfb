// What a subagent is told of the surroundings: its parent's system prompt as it is, and the facts of the session's start unless it knows them.
import { contextMessage } from '../prompt/context-message.ts';
import type { SessionContext } from '../prompt/session-context.ts';

/** `told`: the facts stand in the conversation that the agent inherits. */
export function agentContext(parent: SessionContext, told: boolean): SessionContext {
  let isTold = told;
  return {
    system: () => parent.system(),
    parts: () => parent.parts(),
    async atTurnStart() {
      if (isTold) return undefined;
      isTold = true;
      return contextMessage(await parent.parts());
    },
    // The parent's context keeps account of which file's rules were told, and to whom: not to an agent.
    afterReading: async () => undefined,
    forget() {
      isTold = false;
    },
  };
}

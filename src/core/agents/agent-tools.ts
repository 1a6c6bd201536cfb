// The tools inside a subagent: its own, less what its kind may not use. What is withheld still stands in the request, and answers why.
import { ToolError, type Tool } from '../tools/tool.ts';
import type { AgentType } from './agent-types.ts';

/** They speak to the person or steer the conversation: its own agent alone may use them. */
const CONVERSATION = [
  'AskUserQuestion',
  'EnterPlanMode',
  'ExitPlanMode',
  'TodoWrite',
  'TaskCreate',
  'TaskUpdate',
  'TaskGet',
  'TaskList',
];

/** `starters` start agents: one inside another is refused. */
export function agentTools(type: AgentType, tools: readonly Tool[], starters: readonly Tool[]): readonly Tool[] {
  return [
    ...tools.map((tool) => {
      const reason = whyWithheld(type, tool.name);
      return reason === undefined ? tool : withheld(tool, reason);
    }),
    ...starters.map((tool) =>
      withheld(
        tool,
        'An agent cannot start agents of its own. Do this part yourself, or say in your report that it is left open.',
      ),
    ),
  ];
}

function whyWithheld(type: AgentType, tool: string): string | undefined {
  if (CONVERSATION.includes(tool)) {
    return `${tool} belongs to the conversation, and a subagent has none with the person. Decide it yourself, and say in your report what you decided.`;
  }
  if (!type.tools || type.tools.includes(tool)) return undefined;
  return `An agent of the kind ${type.name} may not use ${tool}. Use ${type.tools.slice(0, 3).join(', ')} and the like, and say in your report what should be done.`;
}

function withheld(tool: Tool, reason: string): Tool {
  return {
    ...tool,
    isConcurrencySafe: () => true,
    cancelsSiblings: false,
    prepare() {
      throw new ToolError(reason);
    },
  };
}

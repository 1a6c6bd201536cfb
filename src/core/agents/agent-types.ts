// The kinds of subagents: what each knows at its start, what it may use, and what it is told it is for.

export interface AgentType {
  /** As `subagent_type` names it; lower case. */
  readonly name: string;
  /** For the model that may start one; a few words. */
  readonly description: string;
  /** Knows the conversation so far. Default: begins anew. */
  readonly inherits?: boolean;
  /** Names of the tools that it may use. Default: all that an agent can have. */
  readonly tools?: readonly string[];
  /** What it is told before its task. */
  readonly instruction: string;
  /** Most requests; default 50. */
  readonly maxRequests?: number;
}

const READING = [
  'Read',
  'Glob',
  'Grep',
  'WebFetch',
  'WebSearch',
  'ToolSearch',
  'TaskOutput',
  'Diagnostics',
  'Symbols',
  'Definition',
  'References',
  'Hover',
];

const REPORT =
  'Nobody reads along: work without asking back. Your last answer is your report, and all that is seen of your work: say in it what you found or did, with paths and lines, and what is left open.';

/** The first is the default. */
export const builtInAgentTypes: readonly AgentType[] = [
  {
    name: 'general',
    description: 'any task, all tools',
    instruction: `You are a subagent: another agent gave you the task below and goes on with your report. You know nothing of its conversation. ${REPORT}`,
  },
  {
    name: 'explore',
    description: 'finds things out, reads only',
    tools: READING,
    instruction: `You are a subagent that finds things out: another agent asks you the question below and goes on with your report. You only read; nothing is changed and no command is run. You know nothing of its conversation. Search broadly first, then read what matters. ${REPORT}`,
  },
  {
    name: 'fork',
    description: 'knows this conversation',
    inherits: true,
    instruction: `From here on you are a subagent, a copy of the agent whose conversation stands above; that agent goes on with your report. Do the task below and nothing else of what was asked for above. ${REPORT}`,
  },
];

/** By its name, however it is written; `general-purpose` is known as a name of `general`. */
export function findAgentType(types: readonly AgentType[], name: string | undefined): AgentType | undefined {
  if (name === undefined) return types[0];
  const wanted = name.toLowerCase().replace(/^general-purpose$/, 'general');
  return types.find((type) => type.name.toLowerCase() === wanted);
}

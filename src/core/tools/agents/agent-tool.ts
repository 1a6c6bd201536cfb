// Starts a subagent for a part of the work, and answers with its report.
import type * as z from 'zod/mini';
import { findAgentType, type AgentType } from '../../agents/agent-types.ts';
import type { AgentOrder } from '../../agents/run-agent.ts';
import { inputObject, lazily, optionalFlag, optionalText, textField } from '../input-fields.ts';
import { defineTool, ToolError, type Tool, type ToolContext, type ToolResult } from '../tool.ts';

export interface AgentToolPorts {
  /** The first is the default. */
  readonly types: readonly AgentType[];
  /** Agents may go on after their call was answered. */
  readonly offersBackground: boolean;
  run(order: AgentOrder, context: ToolContext): Promise<ToolResult>;
  runInBackground(order: AgentOrder, context: ToolContext): Promise<ToolResult>;
}

interface Input {
  readonly description: string;
  readonly prompt: string;
  readonly subagent_type?: string | undefined;
  readonly model?: string | undefined;
  readonly run_in_background?: boolean | undefined;
}

export function createAgentTool(ports: AgentToolPorts): Tool {
  const { types } = ports;
  return defineTool<Input>({
    name: 'Agent',
    description:
      'Gives a self-contained part of the work to a subagent with its own conversation; only its report comes back. For searches over many files and for independent parts: call it several times in one answer to run them side by side. Not for what one or two calls of yours would do.',
    schema: lazily(() => schemaOf(ports) as z.ZodMiniType<Input>),
    isConcurrencySafe: () => true,
    summarize: ({ description = '' }) => ({
      verb: 'Asked an agent',
      activeVerb: 'Asking an agent',
      object: description,
      quiet: false,
    }),
    prepare({ description, prompt, subagent_type: name, model, run_in_background: inBackground = false }) {
      const type = findAgentType(types, name);
      if (!type) {
        const names = types.map((known) => known.name).join(', ');
        throw new ToolError(`There is no subagent_type ${name}. The types are: ${names}.`);
      }
      if (!prompt.trim()) throw new ToolError('The prompt is empty: say what the agent is to do, and what to report.');
      if (type.inherits && model !== undefined) {
        throw new ToolError(`An agent of the type ${type.name} goes on with your own model. Leave model out.`);
      }
      const order: AgentOrder = { type, description, prompt, model: model === 'inherit' ? undefined : model };
      return {
        access: { kind: 'internal', tool: 'Agent', specifier: type.name },
        run: (_grant, context) => (inBackground ? ports.runInBackground(order, context) : ports.run(order, context)),
      };
    },
  });
}

function schemaOf({ types, offersBackground }: AgentToolPorts) {
  const kinds = types.map(({ name, description }) => `${name} (${description})`).join(', ');
  return inputObject({
    description: textField('Three to five words'),
    prompt: textField('The whole task: it knows nothing else. Say what to report'),
    subagent_type: optionalText(`${kinds}. Default ${types[0]?.name ?? 'none'}`),
    model: optionalText("A model's full name. Default yours, which is cheapest: the cache is shared"),
    ...(offersBackground
      ? { run_in_background: optionalFlag('Answers at once; read the report with TaskOutput') }
      : {}),
  });
}

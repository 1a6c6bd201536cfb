// CallTool: calls a tool that is not listed. It only stands for that call, which is judged and run in its place.
import * as z from 'zod/mini';
import { inputObject, lazily, textField } from '../input-fields.ts';
import { shownText } from '../tool-paths.ts';
import { defineTool, ToolError, type Tool } from '../tool.ts';
import { nearestWords } from './deferred-tools.ts';

const NAME = 'CallTool';

const schema = lazily(() =>
  inputObject({
    name: textField('As ToolSearch names it.'),
    input: z
      .record(z.string(), z.unknown(), {
        error: ({ input }) => (input === undefined ? 'is missing' : "must be an object, the tool's own input"),
      })
      .check(z.describe("The tool's input.")),
  }),
);

type CallInput = z.infer<ReturnType<typeof schema>>;

/** `tools`: all of the session's. */
export function createCallTool({ tools }: { tools: () => readonly Tool[] }): Tool {
  const find = (name: unknown) => tools().find((tool) => tool.name === name && tool.name !== NAME);
  return defineTool<CallInput>({
    name: NAME,
    description: 'Calls a tool that ToolSearch has described. Tools that are listed here are called directly.',
    schema,
    standsFor({ name, input }) {
      const tool = find(name);
      return tool && isObject(input) ? { name: tool.name, input } : undefined;
    },
    summarize: ({ name }) => ({ verb: 'Called', activeVerb: 'Calling', object: shownText(name), quiet: false }),
    prepare({ name }) {
      if (name === NAME) throw new ToolError('CallTool cannot call itself. Name the tool that does the work.');
      const names = tools().map((tool) => tool.name);
      throw new ToolError(`There is no tool called ${JSON.stringify(name)}. ${nearestWords(name, names)}`);
    },
  });
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

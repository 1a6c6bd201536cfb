// ToolSearch: tells the model about the tools that are not listed in its requests.
import type * as z from 'zod/mini';
import { inputObject, lazily, optionalCount, textField } from '../input-fields.ts';
import { toolDefinition } from '../tool-definition.ts';
import { shownText } from '../tool-paths.ts';
import { defineTool, ToolError, type Tool } from '../tool.ts';
import { deferredTools, matchTools, nearestWords } from './deferred-tools.ts';

const DEFAULT_RESULTS = 5;
const MAX_RESULTS = 20;
const SELECT = /^\s*select:/i;

const schema = lazily(() =>
  inputObject({
    query: textField('Words, or "select:Name,Name" for tools by name.'),
    max_results: optionalCount(`Default ${DEFAULT_RESULTS}, at most ${MAX_RESULTS}.`, 1),
  }),
);

type SearchInput = z.infer<ReturnType<typeof schema>>;

/** `tools`: all of the session's, first asked for when the description is read. */
export function createToolSearchTool({ tools }: { tools: () => readonly Tool[] }): Tool {
  return defineTool<SearchInput>({
    name: 'ToolSearch',
    get description() {
      const names = deferredTools(tools()).map(({ name }) => name);
      return `Describes tools that are not listed here; CallTool calls them. Look before you say that something cannot be done. There are: ${names.join(', ') || 'none'}.`;
    },
    schema,
    isConcurrencySafe: () => true,
    summarize: ({ query }) => ({
      verb: 'Looked for a tool',
      activeVerb: 'Looking for a tool',
      object: shownText(query),
      quiet: true,
    }),
    prepare: ({ query, max_results = DEFAULT_RESULTS }) => ({
      access: { kind: 'internal', tool: 'ToolSearch' },
      async run() {
        const hidden = deferredTools(tools());
        if (query.trim() === '') throw new ToolError('The query is empty. Give words, or "select:Name".');
        const content = SELECT.test(query)
          ? selected(query.replace(SELECT, ''), tools())
          : found(matchTools(hidden, query).slice(0, Math.min(max_results, MAX_RESULTS)), query, hidden);
        return { content, details: {} };
      },
    }),
  });
}

function found(matches: readonly Tool[], query: string, hidden: readonly Tool[]): string {
  if (matches.length > 0) return described(matches);
  const names = hidden.map(({ name }) => name).join(', ');
  throw new ToolError(
    `No tool fits ${JSON.stringify(query)}. There are: ${names || 'none'}. Choose one with "select:Name".`,
  );
}

function selected(list: string, tools: readonly Tool[]): string {
  const names = list.split(',').flatMap((name) => name.trim() || []);
  const all = tools.map(({ name }) => name);
  const matches = names.map((wanted) => {
    const tool = tools.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
    if (tool) return tool;
    throw new ToolError(`There is no tool called ${JSON.stringify(wanted)}. ${nearestWords(wanted, all)}`);
  });
  if (matches.length === 0) throw new ToolError('"select:" names no tool. Give names, e.g. "select:TaskList,TaskGet".');
  return described(matches);
}

function described(tools: readonly Tool[]): string {
  const lines = tools.map((tool) => JSON.stringify(toolDefinition(tool)));
  return `${lines.join('\n')}\n\nCall one with CallTool: {"name": "${tools[0]!.name}", "input": {…}} with an input that fits its input_schema.`;
}

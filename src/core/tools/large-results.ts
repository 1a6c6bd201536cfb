// Bounds what any tool gives the model: text past a limit is kept as a file, head and tail stay.
import type { ResultStore } from '../ports.ts';
import { clipKept } from './kept-output.ts';
import type { Tool, ToolResult } from './tool.ts';

/** About 30,000 tokens. Tools that know their output cut it better, and sooner. */
const MAX_RESULT_CHARS = 100_000;
const SHOWN_CHARS = 30_000;

/** The same tool, whose results are bounded. */
export function withBoundedResults(tool: Tool, results: ResultStore | undefined): Tool {
  return {
    ...tool,
    prepare(input, context) {
      const action = tool.prepare(input, context);
      return { ...action, run: async (grant, rest) => bounded(await action.run(grant, rest), results) };
    },
  };
}

async function bounded(result: ToolResult, results: ResultStore | undefined): Promise<ToolResult> {
  const { content } = result;
  if (typeof content === 'string') {
    return content.length > MAX_RESULT_CHARS ? { ...result, content: await boundedText(content, results) } : result;
  }
  if (!content.some((block) => block.type === 'text' && block.text.length > MAX_RESULT_CHARS)) return result;
  const blocks = content.map(async (block) =>
    block.type === 'text' && block.text.length > MAX_RESULT_CHARS
      ? { ...block, text: await boundedText(block.text, results) }
      : block,
  );
  return { ...result, content: await Promise.all(blocks) };
}

async function boundedText(text: string, results: ResultStore | undefined): Promise<string> {
  const writer = results?.begin();
  await writer?.add(text);
  return clipKept(text, SHOWN_CHARS, { whole: text.length, kept: await writer?.finish(), what: 'result' });
}

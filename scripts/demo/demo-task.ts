/** Reads from a request what the demo script needs to know: who asked what, and what the tools answered since. */
import type { ModelRequest } from '../../test/support/model/model-server.ts';
import { contentBlocks, toolResultText, type WireBlock } from '../../test/support/model/wire-body.ts';

export interface ToolCall {
  name: string;
  input: Record<string, unknown>;
  /** The result's text. */
  result: string;
  isError: boolean;
}

export interface DemoTask {
  /** The person's last message. */
  prompt: string;
  /** The ones before, oldest first. */
  earlierPrompts: string[];
  /** The calls made for `prompt`, in order, each with its result. */
  calls: ToolCall[];
  /** Messages the person sent while the calls ran. */
  remarks: string[];
  /** True when an earlier answer already told that it is scripted. */
  hasIntroduced: boolean;
  /** Absolute, from the system prompt; undefined when it does not say. */
  workingDirectory: string | undefined;
  offers(tool: string): boolean;
  /** True when the request asks for thinking. */
  wantsThinking: boolean;
}

/** Every introduction of the script holds these words. */
export const introductionMark = 'scripted demo model';

export function readTask({ body }: ModelRequest): DemoTask {
  const task: DemoTask = {
    prompt: '',
    earlierPrompts: [],
    calls: [],
    remarks: [],
    hasIntroduced: false,
    workingDirectory: workingDirectoryIn(contentBlocks(body.system)),
    offers: (tool) => (body.tools ?? []).some((offered) => offered.name === tool),
    wantsThinking: body.thinking !== undefined && body.thinking.type !== 'disabled',
  };
  let pending: WireBlock[] = [];
  for (const message of body.messages) {
    const blocks = contentBlocks(message.content);
    if (message.role === 'assistant') {
      pending = blocks.filter((block) => block.type === 'tool_use');
      task.hasIntroduced ||= textOf(blocks).includes(introductionMark);
    } else if (message.role === 'user') {
      addUserMessage(task, blocks, pending);
    }
  }
  return task;
}

function addUserMessage(task: DemoTask, blocks: WireBlock[], pending: WireBlock[]): void {
  const calls = pending.map((call) => withResult(call, blocks));
  const said = withoutContext(textOf(blocks));
  task.calls.push(...calls);
  if (calls.length > 0 && !calls.some(wasInterrupted)) {
    task.remarks.push(...(said === '' ? [] : [said]));
  } else if (said !== '' || calls.length === 0) {
    if (task.prompt !== '') {
      task.earlierPrompts.push(task.prompt);
    }
    Object.assign(task, { prompt: said, calls: [], remarks: [] });
  }
}

function withResult(call: WireBlock, blocks: WireBlock[]): ToolCall {
  const result = blocks.find((block) => block.type === 'tool_result' && block.tool_use_id === call.id);
  return {
    name: String(call.name),
    input: call.input as Record<string, unknown>,
    result: result ? toolResultText(result) : '',
    isError: result?.is_error === true,
  };
}

/** After a stop, text beside the results is a new request and not a remark. */
function wasInterrupted(call: ToolCall): boolean {
  return call.isError && /\b(interrupt|abort|cancel|stopped)/i.test(call.result);
}

function textOf(blocks: WireBlock[]): string {
  const texts = blocks.filter((block) => block.type === 'text');
  return texts.map((block) => String(block.text)).join('\n');
}

/** Drops what a harness adds in tags around a person's words; keeps everything when nothing else is there. */
function withoutContext(message: string): string {
  const bare = message.replace(/<([a-z][\w-]*)\b[^>]*>[^]*?<\/\1>/g, '').trim();
  return bare === '' && !/<system-reminder>/.test(message) ? message.trim() : bare;
}

function workingDirectoryIn(system: WireBlock[]): string | undefined {
  return /^\s*Working directory:[ \t]*(.+?)\s*$/m.exec(textOf(system))?.[1];
}

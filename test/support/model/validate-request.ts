/** Refuses the requests that the real API refuses, so that a test over a wrong history fails. */
import type { ThinkingLedger } from './thinking-ledger.ts';
import { contentBlocks, type WireBlock, type WireBody, type WireMessage } from './wire-body.ts';

const maxCacheMarks = 4;

/** A conversation message and where it stands in the request; mid-conversation system messages are left out. */
interface Turn {
  index: number;
  role: WireMessage['role'];
  blocks: WireBlock[];
}

/** Returns what the API would say is wrong with the first offence, or undefined. The body's shape is already checked. */
export function validateRequest(body: WireBody, ledger: ThinkingLedger): string | undefined {
  const turns = body.messages
    .map((message, index) => ({ index, role: message.role, blocks: contentBlocks(message.content) }))
    .filter((turn) => turn.role !== 'system');
  return (
    checkUnicode(body) ??
    checkTools(body, turns) ??
    checkThinkingParameter(body) ??
    checkRoles(turns) ??
    checkBlocks(body, turns) ??
    checkToolPairs(turns) ??
    ledger.check(body, turns) ??
    checkCacheMarks(body)
  );
}

function checkUnicode(body: WireBody): string | undefined {
  // Half a character is written as an escape. Asking each string costs too much to do for every request.
  if (!/\\ud[89a-f]/.test(JSON.stringify(body))) return undefined;
  let offence: string | undefined;
  JSON.stringify(body, (key, value: unknown) => {
    if (typeof value === 'string' && /\p{Surrogate}/u.test(value)) {
      offence ??= `The request body is not valid JSON: no low surrogate in string (field '${key}')`;
    }
    return value;
  });
  return offence;
}

function checkTools(body: WireBody, turns: Turn[]): string | undefined {
  const seen = new Set<string>();
  for (const [index, tool] of (body.tools ?? []).entries()) {
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(tool.name)) {
      return `tools.${index}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`;
    }
    if (seen.has(tool.name)) {
      return 'tools: Tool names must be unique.';
    }
    seen.add(tool.name);
    const schema = tool.input_schema as { type?: unknown } | undefined;
    if ((tool.type === undefined || tool.type === 'custom') && schema?.type !== 'object') {
      return `tools.${index}.custom.input_schema.type: Input should be 'object'`;
    }
  }
  const usesTools = turns.some((turn) => turn.blocks.some((block) => /^tool_(use|result)$/.test(block.type)));
  return usesTools && seen.size === 0
    ? 'Requests which include `tool_use` or `tool_result` blocks must define tools'
    : undefined;
}

function checkThinkingParameter(body: WireBody): string | undefined {
  if (body.thinking?.type !== 'enabled') {
    return undefined;
  }
  const budget = body.thinking.budget_tokens ?? 0;
  if (budget < 1024) {
    return 'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024';
  }
  return budget >= body.max_tokens ? '`max_tokens` must be greater than `thinking.budget_tokens`' : undefined;
}

/** Stricter than the API in one point: it joins neighbours of the same role, which nobody should rely on. */
function checkRoles(turns: Turn[]): string | undefined {
  if (turns.length === 0) {
    return 'messages: at least one message is required';
  }
  for (const [position, turn] of turns.entries()) {
    const expected = position % 2 === 0 ? 'user' : 'assistant';
    if (turn.role !== expected) {
      return `messages.${turn.index}: roles must alternate between "user" and "assistant", but found "${turn.role}"`;
    }
  }
  const last = turns.at(-1);
  // An answer that paused in a server tool's work is handed back as it was.
  const paused = last?.blocks.some((block) => block.type === 'server_tool_use') ?? false;
  return last?.role === 'assistant' && !paused
    ? 'This model does not support assistant message prefill. The conversation must end with a user message.'
    : undefined;
}

function checkBlocks(body: WireBody, turns: Turn[]): string | undefined {
  const system = typeof body.system === 'string' ? [] : contentBlocks(body.system);
  if (system.some(isEmptyText)) {
    return 'system: text content blocks must be non-empty';
  }
  for (const turn of turns) {
    if (turn.blocks.length === 0) {
      return `messages.${turn.index}: all messages must have non-empty content`;
    }
    for (const [position, block] of turn.blocks.entries()) {
      const problem = blockProblem(block, turn.role);
      if (problem !== undefined) {
        return `messages.${turn.index}.content.${position}: ${problem}`;
      }
    }
  }
  return undefined;
}

function blockProblem(block: WireBlock, role: string): string | undefined {
  if (isEmptyText(block)) {
    return 'text content blocks must be non-empty';
  }
  if (block.type === 'tool_result') {
    return role === 'user' ? undefined : '`tool_result` blocks can only be in `user` messages';
  }
  if (block.type !== 'tool_use') {
    return undefined;
  }
  if (role !== 'assistant') {
    return '`tool_use` blocks can only be in `assistant` messages';
  }
  if (typeof block.id !== 'string' || !/^[a-zA-Z0-9_-]+$/.test(block.id)) {
    return "tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'";
  }
  const isDictionary = typeof block.input === 'object' && block.input !== null && !Array.isArray(block.input);
  return isDictionary ? undefined : 'tool_use.input: Input should be a valid dictionary';
}

function isEmptyText(block: WireBlock): boolean {
  return block.type === 'text' && (typeof block.text !== 'string' || block.text.trim() === '');
}

function checkToolPairs(turns: Turn[]): string | undefined {
  const everUsed = new Set<unknown>();
  let pending: unknown[] = [];
  for (const turn of turns) {
    const problem = turn.role === 'user' ? resultsProblem(turn, pending) : usesProblem(turn, everUsed);
    if (problem !== undefined) {
      return problem;
    }
    pending = turn.role === 'user' ? [] : idsOf(turn.blocks, 'tool_use', 'id');
  }
  return undefined;
}

function usesProblem(turn: Turn, everUsed: Set<unknown>): string | undefined {
  for (const id of idsOf(turn.blocks, 'tool_use', 'id')) {
    if (everUsed.has(id)) {
      return `messages.${turn.index}: \`tool_use\` ids must be unique, found again: ${String(id)}`;
    }
    everUsed.add(id);
  }
  return undefined;
}

/** The results must be the first blocks of the message: what stands after another block does not count as an answer. */
function resultsProblem(turn: Turn, pending: unknown[]): string | undefined {
  const firstOther = turn.blocks.findIndex((block) => block.type !== 'tool_result');
  const leading = firstOther === -1 ? turn.blocks : turn.blocks.slice(0, firstOther);
  const answered = idsOf(leading, 'tool_result', 'tool_use_id');
  const missing = pending.filter((id) => !answered.includes(id));
  if (missing.length > 0) {
    return (
      `messages.${turn.index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ` +
      `${missing.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`
    );
  }
  const all = idsOf(turn.blocks, 'tool_result', 'tool_use_id');
  for (const [position, id] of all.entries()) {
    if (!pending.includes(id)) {
      return `messages.${turn.index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${String(id)}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
    }
    if (all.indexOf(id) !== position) {
      return `messages.${turn.index}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${String(id)}`;
    }
  }
  return undefined;
}

function idsOf(blocks: WireBlock[], type: string, field: string): unknown[] {
  return blocks.filter((block) => block.type === type).map((block) => block[field]);
}

function checkCacheMarks(body: WireBody): string | undefined {
  let marks = body.cache_control ? 1 : 0;
  let onEmpty = false;
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      value.forEach(visit);
    } else if (typeof value === 'object' && value !== null) {
      const block = value as WireBlock;
      if (block.cache_control) {
        marks++;
        onEmpty ||= block.type === 'thinking' || block.type === 'redacted_thinking';
      }
      visit(block.content);
    }
  };
  [body.tools, body.system, body.messages].forEach(visit);
  if (onEmpty) {
    return 'cache_control cannot be set for thinking blocks';
  }
  return marks > maxCacheMarks
    ? `A maximum of ${maxCacheMarks} blocks with cache_control may be provided. Found ${marks}.`
    : undefined;
}

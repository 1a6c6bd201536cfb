// Builds the request for the next answer: the stable parts first, the moving end last, with the marks that the cache goes by.
import type { ApiMessage, ApiSystemBlock, ApiToolDefinition } from './api.ts';
import type { ModelParameters, ModelRequest } from '../ports.ts';

const MARK = { type: 'ephemeral' } as const;

/**
 * At most four marks are allowed: the end of the tools, the end of the system prompt, the last two ends of the person's side. The
 * earlier of these was the moving end of the last request, so what that one wrote is found again.
 */
export function buildRequest(parts: {
  model: string;
  maxTokens: number;
  parameters?: ModelParameters;
  system: readonly ApiSystemBlock[];
  tools: readonly ApiToolDefinition[];
  messages: readonly ApiMessage[];
}): ModelRequest {
  const ends = parts.messages.flatMap((message, index) => (message.role === 'user' ? [index] : [])).slice(-2);
  return {
    model: parts.model,
    maxTokens: parts.maxTokens,
    ...(parts.parameters ? { parameters: parts.parameters } : {}),
    tools: markLast(parts.tools),
    system: markLast(parts.system),
    messages: parts.messages.map((message, index) => (ends.includes(index) ? markMessage(message) : message)),
  };
}

function markLast<T extends object>(list: readonly T[]): readonly T[] {
  const last = list.at(-1);
  return last ? [...list.slice(0, -1), { ...last, cache_control: MARK }] : list;
}

function markMessage(message: ApiMessage): ApiMessage {
  if (message.role !== 'user' || !Array.isArray(message.content)) return message;
  return { ...message, content: [...markLast(message.content)] };
}

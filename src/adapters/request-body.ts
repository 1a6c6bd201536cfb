// The JSON that a request is sent as, in bytes. A conversation grows by its end: what was made for one request is kept for the next.
import type { MessageCreateParamsStreaming } from '@anthropic-ai/sdk/resources/beta/messages';
import type { ModelParameters, ModelRequest } from '../core/ports.ts';

type Prompt = Pick<ModelRequest, 'model' | 'system' | 'tools' | 'messages'>;

/** By the block or message, which never changes once it was handed out. */
const known = new WeakMap<object, Uint8Array>();
/** Images and the like are not held twice. */
const MAX_KEPT_BYTES = 64 * 1024;

/** A streamed answer is asked for. */
export function bodyBytes({ model, system, tools, messages, maxTokens, parameters = {} }: ModelRequest): Uint8Array {
  const rest: Omit<MessageCreateParamsStreaming, keyof Prompt> = {
    max_tokens: maxTokens,
    stream: true,
    ...wireParameters(parameters),
  };
  const head = JSON.stringify({ model, ...rest });
  return Buffer.concat([Buffer.from(head.slice(0, -1)), ...lists({ system, tools, messages }), Buffer.from('}')]);
}

/** What tokens are counted of. */
export function promptBytes({ model, system, tools, messages }: Prompt): Uint8Array {
  const head = Buffer.from(`{"model":${JSON.stringify(model)}`);
  return Buffer.concat([head, ...lists({ system, tools, messages }), Buffer.from('}')]);
}

function lists(parts: Record<string, readonly object[]>): Uint8Array[] {
  return Object.entries(parts).flatMap(([name, list]) => [
    Buffer.from(`,"${name}":[`),
    ...list.flatMap((part, index) => (index === 0 ? [bytesOf(part)] : [COMMA, bytesOf(part)])),
    Buffer.from(']'),
  ]);
}

const encoder = new TextEncoder();
const COMMA = encoder.encode(',');

/** Kept from call to call where they are not too many; each in memory of its own: `Buffer.from` keeps 8 KB alive for a short text. */
export function bytesOf(part: object): Uint8Array {
  const kept = known.get(part);
  if (kept) return kept;
  const bytes = encoder.encode(JSON.stringify(part));
  if (bytes.length <= MAX_KEPT_BYTES) known.set(part, bytes);
  return bytes;
}

function wireParameters(parameters: ModelParameters) {
  const { temperature, topP, topK, stopSequences, toolChoice, userId, thinking, effort } = parameters;
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(topK === undefined ? {} : { top_k: topK }),
    ...(stopSequences === undefined ? {} : { stop_sequences: [...stopSequences] }),
    ...(toolChoice === undefined ? {} : { tool_choice: wireToolChoice(toolChoice) }),
    ...(userId === undefined ? {} : { metadata: { user_id: userId } }),
    ...(thinking === undefined ? {} : { thinking: wireThinking(thinking) }),
    ...(effort === undefined ? {} : { output_config: { effort } }),
  };
}

function wireToolChoice(choice: NonNullable<ModelParameters['toolChoice']>) {
  return typeof choice === 'string' ? { type: choice } : { type: 'tool' as const, name: choice.name };
}

function wireThinking(thinking: NonNullable<ModelParameters['thinking']>) {
  return typeof thinking === 'string'
    ? { type: thinking }
    : { type: 'enabled' as const, budget_tokens: thinking.budgetTokens };
}

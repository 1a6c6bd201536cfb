/** The shape of a Messages API request body as it arrives, checked before anything else looks at it. */
import { z } from 'zod';

const wireBlockSchema = z.looseObject({ type: z.string() });

const wireMessageSchema = z.looseObject({
  role: z.enum(['user', 'assistant', 'system']),
  content: z.union([z.string(), z.array(wireBlockSchema)]),
});

const wireToolSchema = z.looseObject({ name: z.string() });

export const wireBodySchema = z.looseObject({
  model: z.string().min(1),
  messages: z.array(wireMessageSchema),
  max_tokens: z.int().min(0),
  system: z.union([z.string(), z.array(wireBlockSchema)]).optional(),
  tools: z.array(wireToolSchema).optional(),
  stream: z.boolean().optional(),
  thinking: z.looseObject({ type: z.string(), budget_tokens: z.int().optional() }).optional(),
  cache_control: z.unknown().optional(),
});

/** `count_tokens` takes the same body without a limit. */
export const countTokensBodySchema = wireBodySchema.partial({ max_tokens: true });

export type WireBlock = z.infer<typeof wireBlockSchema>;
export type WireMessage = z.infer<typeof wireMessageSchema>;
export type WireBody = z.infer<typeof wireBodySchema>;

/** The content as blocks: a plain string is one text block. */
export function contentBlocks(content: string | WireBlock[] | undefined): WireBlock[] {
  if (content === undefined) {
    return [];
  }
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

/** The text of a tool result, whichever of its forms it has; images and the like are left out. */
export function toolResultText(block: WireBlock): string {
  if (typeof block.content === 'string') {
    return block.content;
  }
  const parts = Array.isArray(block.content) ? (block.content as WireBlock[]) : [];
  return parts.map((part) => (typeof part.text === 'string' ? part.text : '')).join('\n');
}

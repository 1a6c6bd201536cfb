/** Counts a request's tokens and what of them a prompt cache with marks would have served. */
import { createHash } from 'node:crypto';
import { contentBlocks, type WireBlock, type WireBody } from './wire-body.ts';

/** How many blocks before a mark are searched for an earlier entry, as the API documents. */
const lookback = 20;

export interface InputUsage {
  input_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
  cache_creation: { ephemeral_5m_input_tokens: number; ephemeral_1h_input_tokens: number };
}

export interface PromptCache {
  /** The usage of this request; its marks become entries for later ones. */
  account(body: WireBody): InputUsage;
}

/** The part of a body that the model reads. */
type Prompt = Pick<WireBody, 'model' | 'messages' | 'system' | 'tools' | 'cache_control'>;

/** A block as the cache compares it, and its mark. */
interface Part {
  written: string;
  mark: WireBlock['cache_control'];
}

/** A place in the prompt: everything up to here as a digest, and its size. */
interface Prefix {
  /** Undefined where no mark looks: a long conversation would be hashed at each of its blocks. */
  digest: string | undefined;
  tokens: number;
  mark: WireBlock['cache_control'];
}

/** Roughly four characters a token; the same count everywhere in the scripted server. */
export function estimateTokens(characters: number): number {
  return Math.ceil(characters / 4);
}

export function countInputTokens(body: Prompt): number {
  return estimateTokens(partsOf(body).reduce((sum, { written }) => sum + written.length, 0));
}

export function createPromptCache(minimumTokens: number): PromptCache {
  const entries = new Set<string>();
  return {
    account(body) {
      const prefixes = prefixesOf(body);
      const total = prefixes.at(-1)?.tokens ?? 0;
      const marked = prefixes.flatMap((prefix, index) => (prefix.mark ? [index] : []));
      const hits = marked.flatMap((index) =>
        prefixes
          .slice(Math.max(0, index - lookback + 1), index + 1)
          .filter(({ digest }) => digest && entries.has(digest)),
      );
      const read = Math.max(0, ...hits.map((prefix) => prefix.tokens));
      const last = prefixes[marked.at(-1) ?? -1];
      const written = last && last.tokens >= minimumTokens ? Math.max(0, last.tokens - read) : 0;
      for (const index of marked) {
        const prefix = prefixes[index];
        if (prefix?.digest && prefix.tokens >= minimumTokens) {
          entries.add(prefix.digest);
        }
      }
      const hour = (last?.mark as { ttl?: unknown } | undefined)?.ttl === '1h';
      return {
        input_tokens: total - read - written,
        cache_creation_input_tokens: written,
        cache_read_input_tokens: read,
        cache_creation: {
          ephemeral_5m_input_tokens: hour ? 0 : written,
          ephemeral_1h_input_tokens: hour ? written : 0,
        },
      };
    },
  };
}

/** In the order the cache sees them: tools, system, messages. The model is part of the key, marks are not. */
function partsOf(body: Prompt): Part[] {
  const blocks: [label: string, block: WireBlock][] = [
    ...(body.tools ?? []).map((tool): [string, WireBlock] => ['tool', { type: 'custom', ...tool }]),
    ...contentBlocks(body.system).map((block): [string, WireBlock] => ['system', block]),
    ...body.messages.flatMap((message) =>
      contentBlocks(message.content).map((block): [string, WireBlock] => [message.role, block]),
    ),
  ];
  return blocks.map(([label, block], index) => ({
    written: `${label}:${withoutMarks(block)}\n`,
    mark: block.cache_control ?? (index === blocks.length - 1 ? body.cache_control : undefined),
  }));
}

function prefixesOf(body: Prompt): Prefix[] {
  const parts = partsOf(body);
  const hash = createHash('sha256').update(body.model);
  const lookedAt = new Set(
    parts.flatMap(({ mark }, index) => (mark ? Array.from({ length: lookback }, (_, back) => index - back) : [])),
  );
  let characters = 0;
  return parts.map(({ written, mark }, index) => {
    characters += written.length;
    hash.update(written);
    const digest = lookedAt.has(index) ? hash.copy().digest('hex') : undefined;
    return { digest, tokens: estimateTokens(characters), mark };
  });
}

function withoutMarks(block: WireBlock): string {
  const written = JSON.stringify(block);
  // A replacer is called for every value: only where there is something to replace.
  return written.includes('"cache_control"')
    ? JSON.stringify(block, (key, value: unknown) => (key === 'cache_control' ? undefined : value))
    : written;
}

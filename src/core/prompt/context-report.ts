// What each part of a request costs before the conversation begins: for `capstan context` and the panel.
import type { ApiToolDefinition } from '../messages/api.ts';
import { estimateTokens } from './estimate-tokens.ts';
import type { PromptPart } from './prompt-parts.ts';

export interface ContextRow {
  readonly name: string;
  /** An estimate. */
  readonly tokens: number;
  /** Of all rows, from 0 to 1. */
  readonly share: number;
  readonly truncated: boolean;
  /** The files or tools in it, largest first; their shares are of all rows too. */
  readonly pieces: readonly { readonly name: string; readonly tokens: number; readonly share: number }[];
}

/** The parts in their order, then the tools. Rows add up to the whole. */
export function contextReport(
  parts: readonly PromptPart[],
  toolDefinitions: readonly ApiToolDefinition[],
): ContextRow[] {
  const tools = toolDefinitions.map((tool) => ({ name: tool.name, tokens: estimateTokens(JSON.stringify(tool)) }));
  const rows = [
    ...parts.map(({ name, tokens, truncated, pieces }) => ({ name, tokens, truncated: truncated ?? false, pieces })),
    { name: 'tools', tokens: sum(tools), truncated: false, pieces: tools },
  ];
  const total = Math.max(1, sum(rows));
  return rows.map(({ pieces = [], ...row }) => ({
    ...row,
    share: row.tokens / total,
    pieces: pieces
      .map(({ name, tokens }) => ({ name, tokens, share: tokens / total }))
      .toSorted((one, other) => other.tokens - one.tokens),
  }));
}

function sum(rows: readonly { readonly tokens: number }[]): number {
  return rows.reduce((total, row) => total + row.tokens, 0);
}

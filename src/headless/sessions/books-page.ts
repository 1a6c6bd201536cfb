// What a session has used and done, as lines for a terminal: by model, turn and tool.
import { visibleText } from '../../core/permissions/visible-text.ts';
import { sessionState, type Spent } from '../../core/usage/session-state.ts';
import { totalInput } from '../../core/usage/usage.ts';
import type { LogEntry } from '../../core/events.ts';

const TEXT_CHARS = 40;

export function booksPage(entries: readonly LogEntry[]): string {
  const state = sessionState(entries);
  const { linesAdded, linesRemoved, commits, pullRequests, apiMs } = state;
  const work = [
    ...(linesAdded + linesRemoved > 0 ? [`+${linesAdded} −${linesRemoved} lines`] : []),
    ...(commits > 0 ? [`${commits} commits`] : []),
    ...(pullRequests > 0 ? [`${pullRequests} pull requests`] : []),
    `${(apiMs / 1000).toFixed(1)} s waiting for the model`,
  ];
  const lines = [
    `Used: ${spentWords(state.total)}; ${work.join(', ')}`,
    ...[...state.byModel].map(([model, spent]) => `  model ${model}: ${spentWords(spent)}`),
    ...state.byTurn.map(({ text, ...spent }, index) => `  turn ${index + 1}, ${short(text)}: ${spentWords(spent)}`),
    ...[...state.byTool].map(
      ([name, { calls, resultTokens, ...spent }]) =>
        `  tool ${name}: ${calls} calls, results of about ${resultTokens} tokens${ownWords(spent)}`,
    ),
  ];
  return `${visibleText(lines.join('\n'))}\n`;
}

/** What the calls of a tool used by requests of their own. */
function ownWords(spent: Spent): string {
  return totalInput(spent.usage) + spent.usage.outputTokens > 0 ? `; used ${spentWords(spent)}` : '';
}

function spentWords({ usage, costUsd }: Spent): string {
  const cost = costUsd === undefined ? 'price not known' : `$${costUsd.toFixed(4)}`;
  const cached = usage.cacheReadTokens > 0 ? ` (${usage.cacheReadTokens} cached)` : '';
  return `${totalInput(usage)} tokens in${cached}, ${usage.outputTokens} out, ${cost}`;
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > TEXT_CHARS ? `“${line.slice(0, TEXT_CHARS - 1)}…”` : `“${line}”`;
}

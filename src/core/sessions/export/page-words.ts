// The words that every written form of a session shares.
import type { Item, ToolItem, Turn } from '../../../shared/view-model.ts';

/** An item in one line: what was done to what, and how it ended. */
export function itemWords(item: Item): string {
  switch (item.kind) {
    case 'person':
    case 'text':
      return item.text;
    case 'thinking':
      return item.durationMs === undefined ? 'Thought' : `Thought for ${seconds(item.durationMs)}`;
    case 'notice':
      return `${item.title}. ${item.body}`;
    case 'tool': {
      const ended = item.state === 'done' ? [] : [item.state];
      const changed =
        item.added === undefined && item.removed === undefined ? [] : [`+${item.added ?? 0} -${item.removed ?? 0}`];
      const facts = [...changed, ...agentWords(item), ...ended, ...(item.note ? [item.note] : [])];
      return `${item.verb} ${item.object}`.trim() + (facts.length > 0 ? ` (${facts.join(', ')})` : '');
    }
    default:
      return item satisfies never;
  }
}

/** The steps of the agent that a call started, a line each; empty where it started none. */
export function agentSteps({ agent }: ToolItem): string[] {
  if (!agent) return [];
  const earlier = agent.earlierSteps > 0 ? [`${agent.earlierSteps} earlier steps`] : [];
  return [
    ...earlier,
    ...agent.steps.map(
      ({ verb, object, state }) => `${verb} ${object}`.trim() + (state === 'done' ? '' : ` (${state})`),
    ),
  ];
}

function agentWords({ agent }: ToolItem): string[] {
  if (!agent) return [];
  const steps = agent.earlierSteps + agent.steps.length;
  const cost = agent.costUsd === undefined ? [] : [`$${agent.costUsd.toFixed(4)}`];
  return [agent.type, `${steps} steps`, `${agent.inputTokens} tokens in`, `${agent.outputTokens} out`, ...cost];
}

/** How a turn ended, and what it took. */
export function turnWords({ state, footer }: Turn): string {
  const ended = {
    running: 'Not ended',
    done: 'Done',
    stopped: 'Stopped',
    failed: 'Failed',
    limit: 'Paused at a limit',
  }[state];
  if (!footer) return ended;
  const cost = footer.costUsd === undefined ? [] : [`$${footer.costUsd.toFixed(4)}`];
  const tokens = `${footer.inputTokens} tokens in, ${footer.outputTokens} out`;
  return [ended, footer.model, tokens, ...cost, seconds(footer.durationMs)].join(', ');
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

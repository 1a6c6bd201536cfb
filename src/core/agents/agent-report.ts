// What a subagent leaves behind: gathered from its events, and put in words for the model that started it.
import type { AgentStep, LimitKind, TurnOutcome } from '../events.ts';
import { spentBy } from '../usage/spent-by.ts';
import { addUsage, NO_USAGE, totalInput } from '../usage/usage.ts';

/** Takes the events of one agent in order. */
export class AgentReport {
  private outcome: TurnOutcome = 'stopped';
  private limit: LimitKind | undefined;
  private reason = '';
  /** The last answer that had words in it. */
  private text = '';
  private messageId = '';
  /** The next answer goes on where the last one ended. */
  private continued = false;
  private requests = 0;
  private calls = 0;
  private usage = NO_USAGE;

  take(step: AgentStep): void {
    const spent = spentBy(step);
    if (spent) this.usage = addUsage(this.usage, spent.usage);
    switch (step.type) {
      case 'block_completed':
        if (step.block.type !== 'text' || !step.block.text.trim()) return;
        if (step.messageId !== this.messageId && !this.continued) this.text = '';
        this.messageId = step.messageId;
        this.text += step.block.text;
        return;
      case 'message_completed':
        this.requests++;
        this.continued = !step.complete || step.stopReason === 'pause_turn';
        return;
      case 'tool_completed':
        this.calls++;
        return;
      case 'turn_completed':
        ({ outcome: this.outcome, limit: this.limit, reason: this.reason } = step);
        return;
      default:
        return;
    }
  }

  get isDone(): boolean {
    return this.outcome === 'done';
  }

  /** How it ended, in one sentence. */
  get ending(): string {
    switch (this.outcome) {
      case 'done':
        return 'The agent has ended.';
      case 'stopped':
        return 'The agent was stopped before it ended.';
      case 'failed':
        return `The agent failed. ${this.reason}`;
      case 'limit':
        return this.limit === 'requests'
          ? `The agent made ${this.requests} requests, the most that one may make.`
          : `The agent was ended at a limit. ${this.reason}`;
      default:
        return this.outcome satisfies never;
    }
  }

  /** For the model. */
  get words(): string {
    const tokens = totalInput(this.usage) + this.usage.outputTokens;
    const took = `[${count(this.requests, 'request')}, ${count(this.calls, 'tool call')}, ${count(tokens, 'token')}]`;
    if (this.isDone) return `${this.text || 'The agent ended without a report.'}\n\n${took}`;
    const found = this.text
      ? `What it said last:\n\n${this.text}`
      : 'It had not said anything yet. Start another one with a smaller task, or do it yourself.';
    return `${this.ending} ${found}\n\n${took}`;
  }
}

function count(number: number, of: string): string {
  return `${number.toLocaleString('en-US')} ${of}${number === 1 ? '' : 's'}`;
}

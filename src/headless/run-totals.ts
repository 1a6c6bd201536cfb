// Gathers what the result of a turn tells, whatever the output format.
import type { AgentEvent, Failure, LimitKind, TurnOutcome, Usage } from '../core/events.ts';
import { NO_USAGE } from '../core/usage/usage.ts';

export interface Denial {
  readonly tool_name: string;
  readonly tool_use_id: string;
  readonly tool_input: unknown;
}

/** One for each turn; takes its events in order. */
export class TurnTotals {
  /** Of the last answer. */
  text = '';
  answers = 0;
  failure: Failure | undefined;
  outcome: TurnOutcome = 'failed';
  limit: LimitKind | undefined;
  reason = '';
  stopReason: string | null = null;
  usage: Usage = NO_USAGE;
  durationMs = 0;
  readonly denials: Denial[] = [];
  private readonly inputs = new Map<string, unknown>();
  private blocks = 0;
  /** The next answer goes on where this one ended. */
  private continued = false;

  take(event: AgentEvent): void {
    switch (event.type) {
      case 'message_started':
        if (!this.continued) this.text = '';
        this.blocks = 0;
        this.continued = true;
        return;
      case 'block_completed':
        this.blocks++;
        if (event.block.type === 'text') this.text += event.block.text;
        if (event.block.type === 'tool_use') {
          this.continued = false;
          this.inputs.set(event.block.id, event.block.input);
        }
        return;
      case 'message_completed':
        if (event.complete || this.blocks > 0) this.answers++;
        if (event.complete && event.stopReason !== 'pause_turn') this.continued = false;
        this.stopReason = event.stopReason;
        return;
      case 'tool_completed':
        if (event.outcome === 'denied') this.addDenial(event.name, event.toolUseId);
        this.inputs.delete(event.toolUseId);
        return;
      case 'failed':
        this.failure = event.failure;
        return;
      case 'turn_completed':
        ({ outcome: this.outcome, reason: this.reason, usage: this.usage, durationMs: this.durationMs } = event);
        this.limit = event.limit;
        return;
      default:
        return;
    }
  }

  private addDenial(tool_name: string, tool_use_id: string): void {
    this.denials.push({ tool_name, tool_use_id, tool_input: this.inputs.get(tool_use_id) ?? {} });
  }
}

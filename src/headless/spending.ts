// What a run has used and cost so far, by the model that answered.
import type { AgentEvent, Usage } from '../core/events.ts';
import { costOf, priceOf } from '../core/usage/prices.ts';
import { addUsage, NO_USAGE } from '../core/usage/usage.ts';

/** Takes every event of the run in order. */
export class Spending {
  private readonly used = new Map<string, Usage>();
  /** Models of the answers under way. */
  private readonly answering = new Map<string, string>();
  private readonly asked: string;

  /** `asked`: the model that requests name; its price counts for answers of a model without one. */
  constructor(asked: string) {
    this.asked = asked;
  }

  take(event: AgentEvent): void {
    if (event.type === 'message_started') this.answering.set(event.messageId, event.model);
    if (event.type !== 'message_completed') return;
    const model = this.answering.get(event.messageId) ?? this.asked;
    this.answering.delete(event.messageId);
    this.used.set(model, addUsage(this.used.get(model) ?? NO_USAGE, event.usage));
  }

  /** In the order in which they first answered. `costUsd` is undefined where the price is not known. */
  get models(): readonly { readonly model: string; readonly usage: Usage; readonly costUsd: number | undefined }[] {
    return [...this.used].map(([model, usage]) => {
      const price = priceOf(model) ?? priceOf(this.asked);
      return { model, usage, costUsd: price && costOf(usage, price) };
    });
  }

  /** US dollars, of what has a known price. */
  get costUsd(): number {
    return this.models.reduce((sum, { costUsd = 0 }) => sum + costUsd, 0);
  }
}

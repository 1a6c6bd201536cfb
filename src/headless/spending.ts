// What a run has used and cost so far, its agents and side requests included, by the model that answered.
import type { AgentEvent, Usage } from '../core/events.ts';
import { costOf, priceOf } from '../core/usage/prices.ts';
import { spentBy } from '../core/usage/spent-by.ts';
import { addUsage, NO_USAGE } from '../core/usage/usage.ts';

/** Takes every event of the run in order. */
export class Spending {
  private readonly used = new Map<string, Usage>();
  private readonly asked: string;

  /** `asked`: the model that requests name; its price counts for answers of a model without one. */
  constructor(asked: string) {
    this.asked = asked;
  }

  take(event: AgentEvent): void {
    const spent = spentBy(event);
    if (!spent) return;
    const { usage, model = this.asked } = spent;
    this.used.set(model, addUsage(this.used.get(model) ?? NO_USAGE, usage));
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

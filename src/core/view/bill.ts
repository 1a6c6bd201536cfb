// Adds up what was used, and what it cost as far as prices are known.
import { costOf, priceOf, type PriceTable } from '../usage/prices.ts';
import type { Spent } from '../usage/spent-by.ts';
import type { Usage } from '../events.ts';
import { addUsage, NO_USAGE, totalInput } from '../usage/usage.ts';

export class Bill {
  usage: Usage = NO_USAGE;
  private cost = 0;
  private isPriced = false;
  /** Of models without a price, so far. */
  private unpriced: Usage = NO_USAGE;

  add({ usage, model }: Spent, prices: PriceTable): void {
    this.usage = addUsage(this.usage, usage);
    const price = model === undefined ? undefined : priceOf(model, prices);
    if (!price) {
      this.unpriced = addUsage(this.unpriced, usage);
      return;
    }
    this.isPriced = true;
    this.cost += costOf(usage, price);
  }

  /**
   * What had no price under the name that its answer gave has that of the model that was asked. Returns what that adds in US dollars;
   * undefined when that one's price is not known either.
   */
  settle(asked: string, prices: PriceTable): number | undefined {
    const price = priceOf(asked, prices);
    if (!price) return undefined;
    const added = costOf(this.unpriced, price);
    this.isPriced = true;
    this.cost += added;
    this.unpriced = NO_USAGE;
    return added;
  }

  /** US dollars; undefined where a price is not known. */
  get costUsd(): number | undefined {
    const { unpriced } = this;
    return this.isPriced && totalInput(unpriced) + unpriced.outputTokens === 0 ? this.cost : undefined;
  }

  /** As the panel has it. */
  get figures(): { inputTokens: number; outputTokens: number; costUsd?: number } {
    const { usage, costUsd } = this;
    return {
      inputTokens: totalInput(usage),
      outputTokens: usage.outputTokens,
      ...(costUsd === undefined ? {} : { costUsd }),
    };
  }
}

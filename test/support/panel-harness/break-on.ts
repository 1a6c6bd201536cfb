// A fault to order in a panel: whatever draws a text with this word in it throws.
import type { Page } from 'playwright-core';

/** Lasts until the page is loaded anew. */
export async function breakOn(page: Page, word: string): Promise<void> {
  await page.evaluate((poison) => {
    for (const name of ['replace', 'replaceAll', 'slice'] as const) {
      const original = String.prototype[name] as (...args: unknown[]) => string;
      const value = function broken(this: string, ...args: unknown[]) {
        if (this.includes(poison)) throw new TypeError(`Cannot read "${this}"`);
        return original.apply(this, args);
      };
      // oxlint-disable-next-line no-extend-native -- a fault in the page of one test
      Object.defineProperty(String.prototype, name, { value });
    }
  }, word);
}

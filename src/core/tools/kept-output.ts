// Text too long for a request: all of it goes to a file, head and tail stay, and a line between says where the rest is.
import type { KeptResult, ResultStore, ResultWriter } from '../ports.ts';
import { clipMiddle } from './shell/plain-output.ts';

/** Takes a text piece by piece. Up to `limit` characters it is held in memory only; a longer one goes to the store whole. */
export class KeptOutput {
  /** Characters that came in all. */
  chars = 0;
  private held: string[] = [];
  private writer: ResultWriter | undefined;
  private readonly store: ResultStore | undefined;
  private readonly limit: number;

  /** Without a store nothing is kept. */
  constructor(store: ResultStore | undefined, limit: number) {
    this.store = store;
    this.limit = limit;
  }

  /** As `ResultWriter.add`. */
  add(text: string): Promise<void> | undefined {
    this.chars += text.length;
    if (this.writer) return this.writer.add(text);
    if (!this.store) return undefined;
    this.held.push(text);
    if (this.chars <= this.limit) return undefined;
    this.writer = this.store.begin();
    const begun = this.held.join('');
    this.held = [];
    return this.writer.add(begun);
  }

  /** Undefined when nothing was to be kept. */
  async finish(): Promise<KeptResult | undefined> {
    return this.writer?.finish();
  }

  async discard(): Promise<void> {
    await this.writer?.discard();
  }
}

/** Head and tail of a text of which `whole` characters came in all, with a line on the rest. `what` it is: "output". */
export function clipKept(
  text: string,
  limit: number,
  { whole, kept, what }: { whole: number; kept: KeptResult | undefined; what: string },
): string {
  const earlier = whole - text.length;
  // What was dropped before it got here says so in the text itself.
  if (text.length <= limit)
    return `${text}\n[${capitalized(placeOf(kept, what) ?? `not all of the ${what} is here`)}.]`;
  return clipMiddle(text, limit, (left) => {
    const place = placeOf(kept, what);
    const count = `${(left + earlier).toLocaleString('en-US')} characters left out here`;
    return place === undefined ? `[… ${count} …]` : `[… ${count}. ${capitalized(place)}. …]`;
  });
}

function placeOf(kept: KeptResult | undefined, what: string): string | undefined {
  if (!kept) return undefined;
  if ('failure' in kept) {
    return `the whole ${what} could not be kept, as ${kept.failure}: ask for a smaller part to see more`;
  }
  const megabytes = Math.round(kept.bytes / 1024 / 1024);
  const part = kept.complete ? `the whole ${what} is` : `the first ${megabytes} MB of the ${what} are`;
  return `${part} in ${kept.path}: Read it with offset and limit, or search it with Grep`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

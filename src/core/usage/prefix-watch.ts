// Watches that each request extends the one before it, byte for byte, and names what broke it where one does not: that is what a cache
// of the prefix lives on.
/** The parts of a request in the order in which a cache reads them, without marks. */
export interface RequestParts {
  readonly model: string;
  readonly tools: readonly unknown[];
  readonly system: readonly unknown[];
  readonly messages: readonly unknown[];
}

export interface PrefixBreak {
  readonly part: 'model' | 'tools' | 'system' | 'messages';
  /** Of the part's JSON: the first byte that is not what it was. */
  readonly offset: number;
  /** The text around it: before and now. */
  readonly before: string;
  readonly now: string;
}

const SHOWN = 40;

export class PrefixWatch {
  private last: RequestParts | undefined;

  /** Undefined for the first request, and for one that keeps the prefix. Costs what is new, not the history. */
  check(request: RequestParts): PrefixBreak | undefined {
    const { last } = this;
    // The list of messages grows in place.
    this.last = { ...request, messages: [...request.messages] };
    if (!last) return undefined;
    return (
      difference('model', last.model, request.model, false) ??
      difference('tools', last.tools, request.tools, false) ??
      difference('system', last.system, request.system, false) ??
      messagesDifference(last.messages, request.messages)
    );
  }

  /** The next request is a new beginning: after a compaction, or with another model. */
  forget(): void {
    this.last = undefined;
  }
}

/** The last message may have grown; those before it must be the same. What was not touched is the same object. */
function messagesDifference(before: readonly unknown[], now: readonly unknown[]): PrefixBreak | undefined {
  for (const [index, message] of before.entries()) {
    if (message === now[index]) continue;
    const found = difference('messages', message, now[index], index === before.length - 1);
    if (found) return found;
  }
  return undefined;
}

function difference(
  part: PrefixBreak['part'],
  before: unknown,
  now: unknown,
  mayGrow: boolean,
): PrefixBreak | undefined {
  if (before === now) return undefined;
  const [one, other] = [plain(before), plain(now)];
  // What closes the JSON of a list that goes on is not part of the prefix.
  const kept = mayGrow ? one.replace(/[\]}"]*$/, '') : one;
  if (mayGrow ? other.startsWith(kept) : one === other) return undefined;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  const from = Math.max(0, at - SHOWN);
  const offset = new TextEncoder().encode(one.slice(0, at)).length;
  return { part, offset, before: one.slice(from, at + SHOWN), now: other.slice(from, at + SHOWN) };
}

function plain(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

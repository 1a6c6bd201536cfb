// Patches that wait for the next message, merged as they come: one entry for each thing that changed.
import type { Patch } from '../shared/view-model.ts';

/** Applying what `take` returns leads to the same view as applying everything that was added. */
export class PatchQueue {
  #patches: Patch[] = [];
  /** Where the newest patch of each thing stands. */
  readonly #newest = new Map<string, number>();

  get size(): number {
    return this.#patches.length;
  }

  add(patch: Patch): void {
    const name = subject(patch);
    const at = this.#newest.get(name);
    const merged = at === undefined ? undefined : merge(this.#patches[at]!, patch);
    if (at !== undefined && merged) {
      this.#patches[at] = merged;
      return;
    }
    // What follows a turn's head must stay behind it: an item that came before its turn did was dropped, one that comes after is not.
    if (patch.op === 'turn') this.#newest.clear();
    this.#patches.push(patch);
    this.#newest.set(name, this.#patches.length - 1);
  }

  take(): Patch[] {
    const patches = this.#patches;
    this.clear();
    return patches;
  }

  clear(): void {
    this.#patches = [];
    this.#newest.clear();
  }
}

function subject(patch: Patch): string {
  switch (patch.op) {
    case 'session':
    case 'environment':
    case 'outside':
      return patch.op;
    case 'turn':
      return `turn ${patch.turn.id}`;
    case 'item':
      return `item ${patch.turnId} ${patch.item.id}`;
    case 'removeItem':
    case 'append':
      return `item ${patch.turnId} ${patch.itemId}`;
    default:
      return patch satisfies never;
  }
}

/** One patch for two of the same thing, or undefined when both are needed. */
function merge(earlier: Patch, later: Patch): Patch | undefined {
  if (earlier.op === 'session' && later.op === 'session') {
    return { op: 'session', fields: { ...earlier.fields, ...later.fields } };
  }
  if (earlier.op === 'append' && later.op === 'append') return { ...earlier, text: earlier.text + later.text };
  // An item that was removed comes back at the end, so a removal is never merged away.
  const replaces = earlier.op === later.op && ['environment', 'outside', 'turn', 'item'].includes(later.op);
  return replaces ? later : undefined;
}

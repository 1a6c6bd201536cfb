// Brings the highlighter when the first block of code needs it; until then code is shown plain at the same height.
import { signal, type ReadonlySignal } from '@preact/signals';
import type { highlight } from './highlight.ts';

export type Highlight = typeof highlight;

const loaded = signal<Highlight | undefined>(undefined);
let asked = false;

/** The highlighter, once it is there. Asking loads it. */
export function highlighter(): ReadonlySignal<Highlight | undefined> {
  if (!asked) {
    asked = true;
    // Without it code is plain, which needs no message.
    import('./highlight.ts').then(
      (module) => (loaded.value = module.highlight),
      () => (asked = false),
    );
  }
  return loaded;
}

// Brings the highlighter when the first block of code needs it; until then code is shown plain at the same height.
import { signal, type ReadonlySignal } from '@preact/signals';
import type { createCodeColours, Highlight } from './code-colours.ts';

interface Highlighter {
  readonly highlight: Highlight;
  readonly createCodeColours: typeof createCodeColours;
}

const loaded = signal<Highlighter | undefined>(undefined);
let asked = false;

/** The highlighter, once it is there. Asking loads it. */
export function highlighter(): ReadonlySignal<Highlighter | undefined> {
  if (!asked) {
    asked = true;
    // Without it code is plain, which needs no message.
    import('./highlight.ts').then(
      ({ highlight, createCodeColours }) => (loaded.value = { highlight, createCodeColours }),
      () => (asked = false),
    );
  }
  return loaded;
}

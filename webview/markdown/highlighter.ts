// Brings the highlighter when the first block of code needs it; until then code is shown plain at the same height.
import { signal, type ReadonlySignal } from '@preact/signals';
import type { HighlightNode } from './highlight.ts';

type Highlight = (code: string, language: string) => readonly HighlightNode[] | undefined;

const loaded = signal<Highlight | undefined>(undefined);
let asked = false;

/** Above this many characters colouring would be felt, so code stays plain. */
const LONGEST = 60_000;
/** A block that still grows is coloured anew each frame, so it must be short. */
const LONGEST_GROWING = 6000;

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

export function isHighlightable(code: string, growing: boolean): boolean {
  return code.length <= (growing ? LONGEST_GROWING : LONGEST);
}

// What the search in the conversation stands at, from when its bar opens until it closes.
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { PanelMessage } from '../../src/shared/protocol.ts';

export type Found = Extract<PanelMessage, { type: 'found' }>;

export interface Finding {
  /** 0 while the bar is closed; counts up each time it is asked for. */
  readonly opened: ReadonlySignal<number>;
  readonly matchCase: Signal<boolean>;
  readonly found: Signal<Found | undefined>;
  /** What was searched for last. */
  words: string;
  readonly open: () => void;
  /** Gives the focus back to what had it. */
  readonly close: () => void;
}

export function createFinding(): Finding {
  const opened = signal(0);
  const found = signal<Found | undefined>(undefined);
  let before: Element | null = null;
  return {
    opened,
    found,
    matchCase: signal(false),
    words: '',
    open() {
      if (opened.peek() === 0) before = document.activeElement;
      opened.value += 1;
    },
    close() {
      opened.value = 0;
      found.value = undefined;
      const target = before?.isConnected && before !== document.body ? before : document.querySelector('.transcript');
      (target as HTMLElement | null)?.focus({ preventScroll: true });
    },
  };
}

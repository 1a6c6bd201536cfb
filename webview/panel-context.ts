// What every component may reach: the view, the draft, which rows are open, and the way to the host.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { Intent } from '../src/shared/protocol.ts';
import type { View } from '../src/shared/view-model.ts';
import type { Completion } from './state/completion.ts';
import type { Wanted } from './components/use-reveal.ts';
import type { Composing } from './state/composing.ts';
import type { Finding } from './state/finding.ts';
import type { SavedPlace } from './state/saved-state.ts';
import type { KnownFiles } from './state/known-files.ts';

export interface Panel {
  readonly view: ReadonlySignal<View | undefined>;
  readonly composing: Composing;
  readonly completion: Completion;
  /** Ids of the rows that are open. */
  readonly open: Signal<ReadonlySet<string>>;
  /** Only what was said, changed or asked is shown. */
  readonly focusView: ReadonlySignal<boolean>;
  /** The files of the workspace that answers mention. */
  readonly files: KnownFiles;
  readonly announcement: ReadonlySignal<string>;
  /** Where the transcript was when the panel last went; undefined: at its end. */
  readonly savedPlace: SavedPlace | undefined;
  readonly savePlace: (place: SavedPlace | undefined) => void;
  readonly find: Finding;
  /** Where the transcript is to go, a new object each time. */
  readonly wanted: Signal<Wanted | undefined>;
  /** Asks for the view, around where the person reads. */
  readonly sayReady: () => void;
  readonly send: (intent: Intent) => void;
}

export const PanelContext = createContext<Panel | undefined>(undefined);

export function usePanel(): Panel {
  const panel = useContext(PanelContext);
  if (!panel) throw new Error('A component of the panel was drawn outside PanelContext.');
  return panel;
}

export function toggleOpen(panel: Panel, id: string): void {
  const next = new Set(panel.open.peek());
  if (!next.delete(id)) next.add(id);
  panel.open.value = next;
}

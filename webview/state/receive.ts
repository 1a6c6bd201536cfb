// Decides what a numbered message from the host means for the view that the panel holds.
import { applyPatches } from '../../src/shared/apply-patch.ts';
import type { PanelMessage } from '../../src/shared/protocol.ts';
import type { View } from '../../src/shared/view-model.ts';
import { keepSame } from './keep-same.ts';

export interface Received {
  /** Undefined until the first snapshot. */
  readonly view: View | undefined;
  /** The number of the last message that `view` holds. */
  readonly seq: number;
  /** A snapshot has been asked for and has not come: patches are of no use until then. */
  readonly awaiting: boolean;
}

export const nothingReceived: Received = { view: undefined, seq: 0, awaiting: true };

type Numbered = Extract<PanelMessage, { type: 'snapshot' | 'patches' }>;

/** The state after `message`. Where `awaiting` turned true in it, a number is missing and the caller asks for a snapshot. */
export function receive(state: Received, message: Numbered): Received {
  if (message.type === 'snapshot')
    return { view: keepSame(state.view, message.view), seq: message.seq, awaiting: false };
  if (state.awaiting || !state.view || message.seq <= state.seq) return state;
  if (message.seq !== state.seq + 1) return { ...state, awaiting: true };
  return { view: applyPatches(state.view, message.patches), seq: message.seq, awaiting: false };
}

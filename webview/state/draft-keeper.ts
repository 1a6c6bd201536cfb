// Tells the host what is typed, a moment after it was: what the editor keeps of the page may be old after a reload.
import type { Intent } from '../../src/shared/protocol.ts';
import type { SavedDrafts } from './saved-state.ts';

export interface DraftKeeper {
  readonly keep: (saved: SavedDrafts) => void;
  /** Tells now what is still waiting, before the panel goes. */
  readonly flush: () => void;
}

export function createDraftKeeper(send: (intent: Intent) => void, delayMs = 150): DraftKeeper {
  const told = new Map<string, number>();
  let drafts: SavedDrafts['drafts'] = {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    for (const [session, draft] of Object.entries(drafts)) {
      if (draft.at <= (told.get(session) ?? 0)) continue;
      told.set(session, draft.at);
      send({ type: 'keepDraft', session, draft });
    }
  };
  return {
    keep(saved) {
      ({ drafts } = saved);
      timer ??= setTimeout(flush, delayMs);
    },
    flush,
  };
}

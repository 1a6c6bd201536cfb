// What the panel itself keeps over a reload: the drafts, the place in the transcript, and which rows are open.
import * as z from 'zod/mini';
import { draftSchema, placeSchema } from '../../src/shared/view-model.ts';
import type { EditorApi } from '../transport.ts';

const savedPlaceSchema = z.extend(placeSchema, { offset: z.number(), part: z.optional(z.number()) });
/** What was seen first, of a long answer which part, and how many pixels below the transcript's upper edge it began. */
export type SavedPlace = z.infer<typeof savedPlaceSchema>;

const savedStateSchema = z.object({
  /** Whose draft stood in the composer; empty for the conversation that has not begun. By this a tab finds its conversation again. */
  session: z.string(),
  /** By session, the newest last. */
  drafts: z.record(z.string(), draftSchema),
  /** Undefined while the view follows the end. */
  place: z.optional(z.union([savedPlaceSchema, z.undefined()])),
  open: z.array(z.string()),
  focusView: z.optional(z.boolean()),
});
export type SavedState = z.infer<typeof savedStateSchema>;
export type SavedDrafts = Pick<SavedState, 'session' | 'drafts'>;

const empty: SavedState = { session: '', drafts: {}, open: [] };

/** What an earlier panel saved; anything that does not fit (another version's) is forgotten. */
export function loadState(editor: EditorApi): SavedState {
  const checked = savedStateSchema.safeParse(editor.getState());
  return checked.success ? checked.data : empty;
}

/** A function that saves the newest of what it is told, at most once in `delayMs`. */
export function createSaver(editor: EditorApi, initial: SavedState, delayMs = 150): StateSaver {
  let state = initial;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    editor.setState(state);
  };
  return {
    save(fields) {
      state = { ...state, ...fields };
      timer ??= setTimeout(flush, delayMs);
    },
    flush() {
      if (timer !== undefined) flush();
    },
  };
}

export interface StateSaver {
  readonly save: (fields: Partial<SavedState>) => void;
  /** Saves now what is still waiting, before the panel goes. */
  readonly flush: () => void;
}

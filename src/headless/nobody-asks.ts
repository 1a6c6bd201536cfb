// Stands in for the person where nobody can be asked: every question is a denial, and every edit that would be shown is rejected.
import type { EditReviewer, PermissionPrompter } from '../core/ports.ts';

/** For the model, which must not wait for a person or look for another way. */
const WORDS =
  'nobody can be asked in this run, only what a permission rule or the mode allows is run. Go on without it, and say at the end what was left undone';

export const denyingPrompter: PermissionPrompter = {
  ask: async () => ({ decision: 'deny', words: WORDS }),
};

export const rejectingReviewer: EditReviewer = {
  review: async () => ({ decision: 'reject', words: WORDS }),
};

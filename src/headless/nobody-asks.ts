// Stands in for the person where nobody can be asked: every question is a denial, and every edit that would be shown is rejected.
import type { EditReviewer, PermissionPrompter } from '../core/ports.ts';

export const denyingPrompter: PermissionPrompter = {
  ask: async () => ({ decision: 'deny', by: 'nobody' }),
};

export const rejectingReviewer: EditReviewer = {
  review: async () => ({ decision: 'reject', by: 'nobody' }),
};

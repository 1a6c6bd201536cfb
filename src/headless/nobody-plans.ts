// Stands in for the person where nobody can be asked: questions come back unanswered, and a plan is the outcome.
import type { PlanReviewer, Questioner } from '../core/tools/planning/person-ports.ts';

export const absentQuestioner: Questioner = {
  ask: async () => ({ by: 'nobody' }),
};

export const absentPlanReviewer: PlanReviewer = {
  review: async () => ({ decision: 'reject', by: 'nobody' }),
};

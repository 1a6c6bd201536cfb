// A person who answers permission questions and edit reviews from a script, and remembers what was asked.
import type {
  EditProposal,
  EditReviewer,
  EditVerdict,
  PermissionAnswer,
  PermissionPrompter,
  PermissionQuestion,
} from '../../../src/core/ports.ts';
import type {
  PersonAnswers,
  PlanReviewer,
  PlanVerdict,
  Questioner,
} from '../../../src/core/tools/planning/person-ports.ts';

export class ScriptedPerson implements PermissionPrompter, EditReviewer {
  readonly questions: PermissionQuestion[] = [];
  readonly proposals: EditProposal[] = [];
  /** Used up in order; a question without one is denied, so that a test cannot pass by an answer it did not give. */
  readonly answers: PermissionAnswer[] = [];
  readonly verdicts: (EditVerdict | ((proposal: EditProposal) => EditVerdict))[] = [];
  /** To the model's own questions; used up in order, a question without one is closed. */
  readonly replies: PersonAnswers[] = [];
  readonly plans: string[] = [];
  readonly planVerdicts: PlanVerdict[] = [];
  /** Runs while a question or a review is open. */
  whileAsked: (() => void) | undefined;

  readonly questioner: Questioner = { ask: async () => this.replies.shift() };

  readonly planReviewer: PlanReviewer = {
    review: async (plan) => {
      this.plans.push(plan);
      return this.planVerdicts.shift() ?? { decision: 'reject' };
    },
  };

  async ask(question: PermissionQuestion, _signal: AbortSignal): Promise<PermissionAnswer> {
    this.questions.push(question);
    this.whileAsked?.();
    return this.answers.shift() ?? { decision: 'deny' };
  }

  async review(proposal: EditProposal): Promise<EditVerdict> {
    this.proposals.push(proposal);
    this.whileAsked?.();
    const verdict = this.verdicts.shift();
    return (typeof verdict === 'function' ? verdict(proposal) : verdict) ?? { decision: 'reject' };
  }
}

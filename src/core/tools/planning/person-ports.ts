// What the planning tools ask of a person: an answer to a question, a verdict on a plan.

export interface QuestionOption {
  readonly label: string;
  readonly description: string;
  /** What choosing it would look like: code, a layout. Plain text. */
  readonly preview?: string | undefined;
}

/** Every word of it is the model's. */
export interface PersonQuestion {
  readonly question: string;
  /** A word or two. */
  readonly header: string;
  /** Two to four, each with a label of its own. */
  readonly options: readonly QuestionOption[];
  /** Several may be chosen. */
  readonly multiSelect: boolean;
}

export interface PersonAnswer {
  /** Labels of options, in their order. */
  readonly chosen: readonly string[];
  /** The person's own words, in place of an option or beside those chosen. */
  readonly words?: string;
}

/**
 * An answer to each question in their order; undefined when the person closed one of them without an answer, or the signal aborted; or
 * nobody was there to be asked.
 */
export type PersonAnswers = readonly PersonAnswer[] | { readonly by: 'nobody' } | undefined;

/** Asks the person, one question after another. Never rejects, never answers by itself. Overlapping calls queue. */
export interface Questioner {
  ask(questions: readonly PersonQuestion[], signal: AbortSignal): Promise<PersonAnswers>;
}

export type PlanVerdict =
  /** `plan` is what the person approved, perhaps changed by hand. */
  | { readonly decision: 'approve'; readonly plan: string; readonly mode: 'default' | 'acceptEdits' }
  /** `words` go to the model. `by`: nobody was there to be asked. */
  | { readonly decision: 'reject'; readonly words?: string; readonly by?: 'nobody' };

/** Shows a plan, which the person may change, and waits for the verdict. Never rejects; an aborted signal is a rejection. */
export interface PlanReviewer {
  /** `plan` is Markdown. */
  review(plan: string, signal: AbortSignal): Promise<PlanVerdict>;
}

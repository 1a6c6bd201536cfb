// What the model should hear between its calls, by itself: new problems after an edit, the end of a task in the background.

export interface Round {
  /** Absolute paths of the files that the last answer's calls have changed. Empty at the start of a turn. */
  readonly changed: readonly string[];
  readonly signal: AbortSignal;
}

/** Asked at the start of each turn and after each answer's calls, before the next request. Side by side with the others. */
export interface Reminder {
  /** Text for the model, or undefined when there is nothing new. Never rejects, and answers within a second. */
  take(round: Round): Promise<string | undefined>;
  /** The conversation was shortened: what was told is no longer before the model. */
  forget?(): void;
}

// What all sessions of this machine have cost today.

/** Shared by the sessions of a window, and through a file with those of other windows. */
export interface DaySpending {
  /** US dollars, as far as they are known here. The day is the person's, by their clock. */
  today(): number;
  /** Adds to today's sum; what is no positive number is left out. */
  add(usd: number): void;
  /** Looks at what others have added. Never rejects. */
  refresh(): Promise<void>;
}

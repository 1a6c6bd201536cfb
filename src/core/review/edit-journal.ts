// The contract of whoever follows the edits that land without a person having seen them first.

export interface LandingEdit {
  /** Canonical absolute path. */
  readonly path: string;
  /** What stands there now; undefined for a file that is new. */
  readonly before: string | undefined;
  /** What is about to be written. */
  readonly after: string;
}

/** Says what stands there after the write; nothing when it failed. Called once. Never rejects. */
export type Landed = (written?: string) => Promise<void>;

/** One a session. An edit that the person accepted in its review is not told. */
export interface EditJournal {
  /** Before each write, so that what stood there is safe whatever happens to this process. Never rejects. */
  landing(edit: LandingEdit): Promise<Landed>;
}

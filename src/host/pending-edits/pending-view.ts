// What is shown of a file with edits to review.
import { lineChanges } from '../../core/review/line-changes.ts';
import type { PendingFile } from '../../core/review/pending-file.ts';
import type { Hunk } from '../../core/review/tracked-text.ts';

export interface PendingView {
  readonly file: PendingFile;
  /** In the order of the text, at least one. */
  readonly hunks: readonly Hunk[];
  /** Lines. */
  readonly added: number;
  readonly removed: number;
}

export function pendingView(file: PendingFile, hunks: readonly Hunk[]): PendingView {
  let [added, removed] = [0, 0];
  for (const hunk of hunks) {
    for (const { from, to } of lineChanges(hunk.removed, hunk.added)) {
      removed += from.end - from.start;
      added += to.end - to.start;
    }
  }
  return { file, hunks, added, removed };
}

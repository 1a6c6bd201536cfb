// The one way in which tools change a file: what was proposed, or what the person made of it, onto the very content it was made from.
import type { ToolDetails } from '../../events.ts';
import type { Grant } from '../../permissions/access.ts';
import { FileError, type FileSystem, type TextFile } from '../../ports.ts';
import type { FileState } from './file-state.ts';
import { usualEnding, withEndingsOf } from './line-endings.ts';
import { checkGranted } from '../tool-paths.ts';
import { ToolError } from '../tool.ts';
import { describeChange, type Change } from './unified-diff.ts';

export interface PlannedWrite {
  /** Canonical. */
  readonly path: string;
  /** What the plan was made from; undefined for a new file. */
  readonly base: TextFile | undefined;
  readonly after: string;
  /** The model has seen all that stands there, so it knows the outcome too. */
  readonly informed: boolean;
  /** Sentences for the model. */
  readonly notes: readonly string[];
}

export interface WriteOutcome {
  readonly change: Change;
  /** The plan's, and what the person changed. */
  readonly notes: readonly string[];
  readonly details: ToolDetails;
}

const MAX_TOLD_DIFF = 8_000;

/** Plans once: for the review when there is one, else at the run. */
export function planOnce(plan: (path: string) => Promise<PlannedWrite>): {
  plan: (path: string) => Promise<PlannedWrite>;
  propose: (path: string) => Promise<{ path: string; before: string | undefined; after: string }>;
} {
  let planned: Promise<PlannedWrite> | undefined;
  const once = (path: string): Promise<PlannedWrite> => (planned ??= plan(path));
  return {
    plan: once,
    propose: async (path) => {
      const { base, after } = await once(path);
      return { path, before: base?.text, after };
    },
  };
}

/** Writes the plan, or leaves the file byte for byte as it was and throws `ToolError`. */
export async function writePlan(
  files: FileSystem,
  state: FileState,
  plan: PlannedWrite,
  grant: Grant,
): Promise<WriteOutcome> {
  const after = acceptedText(plan, grant);
  await checkGranted(files, grant);
  const written = await files.writeText(plan.path, after, plan.base).catch((error: unknown) => {
    throw explainFailedWrite(error, plan);
  });
  if (plan.informed) state.note(plan.path, written.hash);
  const change = describeChange(plan.base?.text ?? '', after);
  const changedByPerson = after !== plan.after;
  const { added, removed, line } = change;
  const diff = change.diff === undefined ? {} : { diff: change.diff };
  const note = changedByPerson ? { note: 'Changed in review' } : {};
  return {
    change,
    notes: changedByPerson ? [...plan.notes, tellReview(plan.after, after)] : plan.notes,
    details: { path: plan.path, line, added, removed, ...diff, ...note },
  };
}

/** An editor shows one kind of line ending: what the person did not touch keeps its own. */
function acceptedText(plan: PlannedWrite, grant: Grant): string {
  if (!grant.review) return plan.after;
  if (!grant.review.changed) return plan.after;
  const usual = usualEnding(plan.after) ?? usualEnding(plan.base?.text ?? '') ?? usualEnding(grant.review.after);
  return usual === undefined ? grant.review.after : withEndingsOf(grant.review.after, plan.after, usual);
}

function tellReview(proposed: string, accepted: string): string {
  const { diff } = describeChange(proposed, accepted);
  const lead = 'The person changed your proposal before accepting it; keep their changes.';
  if (diff === undefined || diff.length > MAX_TOLD_DIFF) return `${lead} The difference is long: Read the file again.`;
  return `${lead} From your proposal to what was written:\n${diff}`;
}

function explainFailedWrite(error: unknown, plan: PlannedWrite): unknown {
  if (!(error instanceof FileError)) return error;
  if (error.reason !== 'stale') return new ToolError(error.message);
  return new ToolError(
    plan.base
      ? `${plan.path} was changed by someone else after this edit was worked out, so it was left as it is. Read it again, then edit.`
      : `${plan.path} came into being after this call was worked out, so it was left as it is. Read it, then decide.`,
  );
}

/** The file's text, or undefined when there is none. Throws `ToolError` for what is no text file. */
export async function readBase(files: FileSystem, path: string): Promise<TextFile | undefined> {
  try {
    return await files.readText(path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (error.reason === 'not_found') return undefined;
    throw new ToolError(error.message);
  }
}

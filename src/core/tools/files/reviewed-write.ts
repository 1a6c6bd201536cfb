// The one way in which tools change a file: what was proposed, or what the person made of it, onto the very content it was made from.
import type { ToolDetails } from '../../events.ts';
import type { Access, Grant } from '../../permissions/access.ts';
import { FileError, type FileSystem, type TextFile } from '../../ports.ts';
import type { EditJournal } from '../../review/edit-journal.ts';
import type { FileState } from './file-state.ts';
import { usualEnding, withEndingsOf } from './line-endings.ts';
import { checkGranted } from '../tool-paths.ts';
import { ToolError, type ToolAction, type ToolResult } from '../tool.ts';
import { describeChange, type Change } from './unified-diff.ts';
import { writeLanesOf } from './write-lanes.ts';

export interface WritePorts {
  readonly files: FileSystem;
  readonly fileState: FileState;
  /** Is told of what lands without a review. Default: nobody is. */
  readonly edits?: EditJournal;
}

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
  /** What the call itself changed. */
  readonly change: Change;
  /** The plan's, what the person changed, and what the editor made of it on saving. */
  readonly notes: readonly string[];
  readonly details: ToolDetails;
}

/** How a tool changes one file. */
export interface ReviewedWrite {
  /** Works it out for this canonical path; once more when the file changes before it is written. Throws `ToolError`. */
  readonly plan: (path: string) => Promise<PlannedWrite>;
  /** The first line of the result. */
  readonly tell: (outcome: WriteOutcome, planned: PlannedWrite) => string;
}

const MAX_TOLD_DIFF = 8_000;
/** A file that is another one each time is in somebody's hands. */
const MOST_TRIES = 3;

/** The action of a call that changes one file: planned for the review when there is one, else at the run. */
export function reviewedWrite(ports: WritePorts, access: Access, { plan, tell }: ReviewedWrite): ToolAction {
  let planned: Promise<PlannedWrite> | undefined;
  let tries = 0;
  const planFor = (path: string): Promise<PlannedWrite> => (planned ??= plan(path));
  const planAgain = (path: string): void => {
    planned = plan(path).catch((error: unknown) => {
      throw error instanceof ToolError ? new ToolError(`${changedMeanwhile(path)} ${error.message}`) : error;
    });
    planned.catch(() => undefined);
  };
  /** Undefined: worked out anew on what stands there now, and the person has to see that first. */
  const write = async (grant: Grant): Promise<ToolResult | undefined> => {
    for (;;) {
      const current = await planFor(grant.path);
      try {
        const outcome = await writePlan(ports, current, grant);
        return { content: [tell(outcome, current), ...outcome.notes].join('\n'), details: outcome.details };
      } catch (error) {
        tries += 1;
        // What the person wrote themselves belongs to the text that they saw.
        const final = !current.base || grant.review?.changed === true || tries >= MOST_TRIES;
        if (!isStale(error) || final) throw explainFailedWrite(error, current);
        planAgain(grant.path);
        if (grant.review) return undefined;
      }
    }
  };
  const propose = async (path: string): Promise<{ path: string; before: string | undefined; after: string }> => {
    const { base, after } = await planFor(path);
    return { path, before: base?.text, after };
  };
  return {
    access,
    propose,
    async run(grant, { authorize }) {
      for (let current = grant; ; current = await authorize(access, propose)) {
        if (current.path !== grant.path) throw new ToolError(`${changedMeanwhile(grant.path)} It leads elsewhere now.`);
        const result = await writeLanesOf(ports.files)(current.path, () => write(current));
        if (result) return result;
      }
    },
  };
}

/** Writes the plan, or leaves the file byte for byte as it was and throws. */
async function writePlan(ports: WritePorts, planned: PlannedWrite, grant: Grant): Promise<WriteOutcome> {
  const { files, fileState } = ports;
  const { path, base } = planned;
  const after = acceptedText(planned, grant);
  await checkGranted(files, grant);
  const written = await land(ports, planned, after, grant);
  const change = describeChange(base?.text ?? '', after);
  const reviewed = after === planned.after ? [] : [tellReview(planned.after, after)];
  const formatted = written.text === after ? undefined : tellFormatted(after, written.text);
  // What the editor made of it is known to the model only when it is told.
  if (planned.informed && (formatted?.whole ?? true)) fileState.note(path, written.hash);
  const { added, removed, line, diff } = formatted ? describeChange(base?.text ?? '', written.text) : change;
  const note = reviewed.length > 0 ? 'Changed in review' : formatted ? 'Formatted on saving' : undefined;
  return {
    change,
    notes: [...planned.notes, ...reviewed, ...(formatted ? [formatted.words] : [])],
    details: { path, line, added, removed, ...(diff === undefined ? {} : { diff }), ...(note ? { note } : {}) },
  };
}

async function land(
  { files, edits }: WritePorts,
  { path, base }: PlannedWrite,
  after: string,
  grant: Grant,
): Promise<TextFile> {
  const landed = grant.review ? undefined : await edits?.landing({ path, before: base?.text, after });
  let written: TextFile | undefined;
  try {
    return (written = await files.writeText(path, after, base));
  } finally {
    await landed?.(written?.text);
  }
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

function tellFormatted(written: string, stands: string): { words: string; whole: boolean } {
  const { diff } = describeChange(written, stands);
  const lead = "The editor's formatter changed the file when it was saved.";
  if (diff === undefined || diff.length > MAX_TOLD_DIFF)
    return { words: `${lead} It changed a lot: Read the file again before you edit it.`, whole: false };
  return { words: `${lead} From what was written to what stands there now:\n${diff}`, whole: true };
}

function isStale(error: unknown): boolean {
  return error instanceof FileError && error.reason === 'stale';
}

function changedMeanwhile(path: string): string {
  return `${path} was changed by someone else after this edit was worked out, so it was left as it is.`;
}

function explainFailedWrite(error: unknown, { path, base }: PlannedWrite): unknown {
  if (!(error instanceof FileError)) return error;
  if (error.reason !== 'stale') return new ToolError(error.message);
  return new ToolError(
    base
      ? `${changedMeanwhile(path)} Read it again, then edit.`
      : `${path} came into being after this call was worked out, so it was left as it is. Read it, then decide.`,
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

// A change of many files at once: each judged as an edit of its own, then all of them or none.
import { relativePath } from '../../permissions/lexical-path.ts';
import { ToolError, type ToolContext } from '../tool.ts';
import { answered } from './code-places.ts';
import type { EditJournal } from '../../review/edit-journal.ts';
import type { ChangePlan, LanguageServices, TextChangePlan } from './language-services.ts';
import { describeChange } from '../files/unified-diff.ts';
import { plural } from './problem-words.ts';

const MAX_FILES = 200;
const MAX_TOLD_DIFF = 4_000;

export interface AcceptedChange {
  /** Ready for `LanguageServices.apply`; paths canonical. */
  readonly files: readonly Omit<TextChangePlan, 'count'>[];
  /** Those that the person has seen and accepted. */
  readonly reviewed: ReadonlySet<string>;
  /** Sentences for the model. */
  readonly notes: readonly string[];
}

/** Asks the gate about each file, with what it would become. Throws `ToolError` when one is denied or cannot be: nothing has changed then. */
export async function acceptChange(plan: ChangePlan, tool: string, context: ToolContext): Promise<AcceptedChange> {
  if (plan.beyond.length > 0) {
    throw new ToolError(
      `Nothing was changed: the editor would also ${plan.beyond.join(', ')}, which ${tool} does not do. Make the change with Edit and Bash.`,
    );
  }
  if (plan.files.length > MAX_FILES) {
    throw new ToolError(
      `Nothing was changed: ${plan.files.length} files would be touched, at most ${MAX_FILES} are changed at once. Work on smaller parts.`,
    );
  }
  const files: Omit<TextChangePlan, 'count'>[] = [];
  const notes: string[] = [];
  const reviewed = new Set<string>();
  for (const { path, before, after } of plan.files) {
    const grant = await context
      .authorize({ kind: 'edit', tool, path }, async (canonical) => ({ path: canonical, before, after }))
      .catch((error: unknown) => {
        throw error instanceof ToolError ? new ToolError(`Nothing was changed in any file. ${error.message}`) : error;
      });
    const accepted = grant.review?.changed ? grant.review.after : after;
    if (accepted !== after) notes.push(tellReview(relativePath(context.cwd, grant.path), after, accepted));
    if (grant.review) reviewed.add(grant.path);
    files.push({ path: grant.path, before, after: accepted });
  }
  return { files, reviewed, notes };
}

function tellReview(name: string, proposed: string, accepted: string): string {
  const { diff } = describeChange(proposed, accepted);
  const lead = `The person changed the proposal for ${name}; keep their changes.`;
  return diff === undefined || diff.length > MAX_TOLD_DIFF ? `${lead} Read the file again.` : `${lead}\n${diff}`;
}

export interface ChangePorts {
  readonly language: LanguageServices;
  /** Is told of what lands without a review. Default: nobody is. */
  readonly edits?: EditJournal;
}

/** Applies what was accepted and says what became of it: one line a file, and what is left unsaved. */
export async function applyChange(
  { language, edits }: ChangePorts,
  plan: ChangePlan,
  { files, reviewed, notes }: AcceptedChange,
  cwd: string,
): Promise<{ readonly lines: readonly string[]; readonly changed: readonly string[]; readonly count: number }> {
  const unseen = files.filter(({ path }) => !reviewed.has(path));
  const landed = edits ? await Promise.all(unseen.map(async (file) => ({ file, end: await edits.landing(file) }))) : [];
  let unsaved: readonly string[] | undefined;
  try {
    unsaved = await answered(language.apply(files), 'change');
  } finally {
    await Promise.all(landed.map(({ file, end }) => end(unsaved ? file.after : undefined)));
  }
  const lines = plan.files.map(({ count }, index) => {
    const { path = '' } = files[index] ?? {};
    const left = unsaved.includes(path) ? ' (unsaved in the editor)' : '';
    return `${relativePath(cwd, path)}: ${plural(count, 'place')}${left}`;
  });
  const count = plan.files.reduce((sum, file) => sum + file.count, 0);
  return { lines: [...lines, ...notes], changed: files.map(({ path }) => path), count };
}

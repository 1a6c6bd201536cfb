// Works out one or many edits of a file, each on the outcome of the one before; all of them or none.
import type { TextFile } from '../../ports.ts';
import { matchEdit, type EditMatch, type EditRequest } from './edit-match.ts';
import type { Standing } from './file-state.ts';
import { usualEnding } from './line-endings.ts';
import { explainMissing } from './nearest-names.ts';
import { readBase, type PlannedWrite, type WritePorts } from './reviewed-write.ts';
import { ToolError } from '../tool.ts';

interface EditStep {
  readonly old_string: string;
  readonly new_string: string;
  readonly replace_all?: boolean | undefined;
}

type Found = Extract<EditMatch, { found: 'yes' }>;

/** Of one text in a call: far more than a model writes. */
const MAX_CHARS = 10_000_000;
const READ_AGAIN = 'The file has changed since you last read it: Read it again, then edit.';

/** Throws `ToolError`, which among several names the edit that failed. `edits` has at least one. */
export async function planEdits(
  { files, fileState }: WritePorts,
  path: string,
  edits: readonly EditStep[],
): Promise<PlannedWrite> {
  const many = edits.length > 1;
  edits.forEach((edit, index) => checkStep(edit, numbered(edits, index)));
  const base = await readBase(files, path);
  const makesText = edits[0]?.old_string === '';
  if (makesText && base && base.text !== '') {
    throw new ToolError(
      `${numbered(edits, 0)}old_string is empty, but ${path} is not. Give the text to replace, or use Write to replace it all.`,
    );
  }
  if (!base && !makesText) throw new ToolError(await explainMissing(files, path));
  const standing = base ? fileState.standing(path, base.hash) : 'fresh';
  const notes = new Set<string>(base ? [] : ['The file is new.']);
  const before = base?.text ?? '';
  // An edit may leave a single line, which does not say any more what the endings were.
  const ending = many ? usualEnding(before) : undefined;
  let after = before;
  edits.forEach((edit, index) => {
    if (index === 0 && makesText) {
      after = edit.new_string;
      return;
    }
    const match = applyStep({ path, text: after, before, ending, standing, lead: numbered(edits, index) }, edit);
    after = match.after;
    for (const note of notesOf(match, many ? `Edit ${index + 1}: ` : '')) notes.add(note);
  });
  if (base && after === base.text) throw new ToolError(explainNoChange(path, many));
  const informed = standing === 'fresh' || (makesText && base?.text === '');
  return { path, base, after, informed, notes: [...notes, ...notesOfFile(base, standing, many)] };
}

/** Which edit of how many it is about; nothing for a single one. */
function numbered(edits: readonly EditStep[], index: number): string {
  return edits.length > 1 ? `Edit ${index + 1} of ${edits.length} failed, so none was made: ` : '';
}

function checkStep({ old_string, new_string }: EditStep, lead: string): void {
  if (old_string === new_string) {
    throw new ToolError(`${lead}old_string and new_string are the same, so there is nothing to change.`);
  }
  for (const [name, text] of Object.entries({ old_string, new_string })) checkLength(`${lead}${name}`, text);
}

/** Throws `ToolError` for a text that is too long for a call. */
export function checkLength(name: string, text: string): void {
  if (text.length <= MAX_CHARS) return;
  const [has, most] = [text.length, MAX_CHARS].map((count) => count.toLocaleString('en'));
  throw new ToolError(`${name} has ${has} characters, and at most ${most} are taken. Do it in smaller parts.`);
}

interface Step {
  readonly path: string;
  readonly text: string;
  /** Before the first edit of the call. */
  readonly before: string;
  readonly ending: EditRequest['ending'];
  readonly standing: Standing;
  readonly lead: string;
}

function applyStep({ path, text, before, ending, standing, lead }: Step, edit: EditStep): Found {
  const request = { oldText: edit.old_string, newText: edit.new_string, all: edit.replace_all ?? false, ending };
  if (request.oldText === '') throw new ToolError(`${lead}old_string is empty. Give the text to replace.`);
  const match = matchEdit(text, request);
  if (match.found !== 'yes') {
    const gone =
      match.found === 'no' && text !== before && matchEdit(before, { ...request, all: true }).found === 'yes';
    const why = gone ? ' It was there before the edits ahead of it in this call: match the text as they leave it.' : '';
    throw new ToolError(`${lead}${explainNoMatch(path, match, standing)}${why}`);
  }
  if (standing === 'stale' && match.count > 1) throw new ToolError(`${lead}${path} was left as it is. ${READ_AGAIN}`);
  return match;
}

function explainNoChange(path: string, many: boolean): string {
  return many
    ? `${path} reads just the same after these edits. There is nothing to change.`
    : `${path} reads just the same after this edit, as its line endings are kept. There is nothing to change.`;
}

function notesOf(match: Found, lead: string): string[] {
  const notes: string[] = [];
  if (match.count > 1) notes.push(`${lead}${match.count} occurrences were replaced.`);
  if (match.overlooked)
    notes.push(`${lead}old_string differed from the file in ${match.overlooked}; the file's own were kept.`);
  return notes;
}

function notesOfFile(base: TextFile | undefined, standing: Standing, many: boolean): string[] {
  const notes: string[] = [];
  if (standing === 'stale') {
    const still = many ? 'the edits still fitted in one place each' : 'the edit still fitted in one place';
    notes.push(`The file had changed since you last read it; ${still}. Read it again before you rely on the rest.`);
  }
  if (base?.unsaved) notes.push('The change went into an open editor that holds unsaved changes.');
  return notes;
}

function explainNoMatch(path: string, match: Exclude<EditMatch, Found>, standing: Standing): string {
  const again = standing === 'stale' ? ` ${READ_AGAIN}` : '';
  if (match.found === 'several') {
    const more = match.count > match.lines.length ? ' …' : '';
    return `old_string occurs ${match.count} times in ${path} (lines ${match.lines.join(', ')}${more}). Take in more of the lines around the one you mean, or set replace_all.${again}`;
  }
  const lead = `old_string was not found in ${path}.`;
  if (!match.nearest) return `${lead} Nothing in it is like it.${again || ' Read the file to see what it holds.'}`;
  const { line, lines } = match.nearest;
  const shown = lines.map((text, index) => `${line + index}\t${text.slice(0, 300)}`).join('\n');
  const last = line + lines.length - 1;
  return `${lead}${again} The nearest text is at ${last > line ? `lines ${line} to ${last}` : `line ${line}`}:\n${shown}\nCopy it exactly as it stands there, without the line numbers.`;
}

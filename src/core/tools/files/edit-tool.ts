// Edit: replaces one text in a file by another.
import type * as z from 'zod/mini';
import { relativePath } from '../../permissions/lexical-path.ts';
import type { FileSystem, TextFile } from '../../ports.ts';
import { matchEdit, type EditMatch } from './edit-match.ts';
import type { FileState, Standing } from './file-state.ts';
import { inputObject, lazily, optionalFlag, textField } from '../input-fields.ts';
import { explainMissing } from './nearest-names.ts';
import { planOnce, readBase, writePlan, type PlannedWrite } from './reviewed-write.ts';
import { absolutePath, shownPath } from '../tool-paths.ts';
import { defineTool, ToolError, type Tool } from '../tool.ts';

const schema = lazily(() =>
  inputObject({
    file_path: textField('The file to change; absolute, or relative to the working folder.'),
    old_string: textField(
      'The exact text to replace, without line numbers. Must occur once unless replace_all is true.',
    ),
    new_string: textField('The text to put in its place.'),
    replace_all: optionalFlag('Replace every occurrence. Default false.'),
  }),
);

type EditInput = z.infer<ReturnType<typeof schema>>;

const READ_AGAIN = 'The file has changed since you last read it: Read it again, then edit.';

export function createEditTool({ files, fileState }: { files: FileSystem; fileState: FileState }): Tool {
  return defineTool<EditInput>({
    name: 'Edit',
    description:
      'Replaces text in a file. old_string must match exactly, with its indentation, and be unique: take in enough lines around it, or set replace_all. Read the file first. Line endings and encoding are kept.',
    schema,
    summarize: (input, cwd) => ({
      verb: 'Edited',
      activeVerb: 'Editing',
      quiet: false,
      ...shownPath(input.file_path, cwd),
    }),
    prepare(input, { cwd }) {
      const path = absolutePath(input.file_path, cwd);
      const { plan, propose } = planOnce((canonical) => planEdit(files, fileState, canonical, input));
      return {
        access: { kind: 'edit', tool: 'Edit', path },
        propose,
        async run(grant) {
          const planned = await plan(grant.path);
          const { change, notes, details } = await writePlan(files, fileState, planned, grant);
          const name = relativePath(cwd, grant.path);
          const lead = `Edited ${name} at line ${change.line} (+${change.added} -${change.removed}).`;
          return { content: [lead, ...notes].join('\n'), details };
        },
      };
    },
  });
}

async function planEdit(files: FileSystem, state: FileState, path: string, input: EditInput): Promise<PlannedWrite> {
  if (input.old_string === input.new_string) {
    throw new ToolError('old_string and new_string are the same, so there is nothing to change.');
  }
  const base = await readBase(files, path);
  if (input.old_string === '') return planNewText(path, base, input.new_string);
  if (!base) throw new ToolError(await explainMissing(files, path));
  const standing = state.standing(path, base.hash);
  const match = matchEdit(base.text, {
    oldText: input.old_string,
    newText: input.new_string,
    all: input.replace_all ?? false,
  });
  if (match.found !== 'yes') throw new ToolError(explainNoMatch(path, match, standing));
  if (standing === 'stale' && match.count > 1) throw new ToolError(`${path} was left as it is. ${READ_AGAIN}`);
  if (match.after === base.text) {
    throw new ToolError(
      `${path} reads just the same after this edit, as its line endings are kept. There is nothing to change.`,
    );
  }
  return { path, base, after: match.after, informed: standing === 'fresh', notes: notesOf(base, match, standing) };
}

/** An empty old text stands for an empty or missing file. */
function planNewText(path: string, base: TextFile | undefined, text: string): PlannedWrite {
  if (base && base.text !== '') {
    throw new ToolError(
      `old_string is empty, but ${path} is not. Give the text to replace, or use Write to replace it all.`,
    );
  }
  return { path, base, after: text, informed: true, notes: base ? [] : ['The file is new.'] };
}

function notesOf(base: TextFile, match: Extract<EditMatch, { found: 'yes' }>, standing: Standing): string[] {
  const notes: string[] = [];
  if (match.count > 1) notes.push(`${match.count} occurrences were replaced.`);
  if (match.overlooked)
    notes.push(`old_string differed from the file in ${match.overlooked}; the file's own were kept.`);
  if (standing === 'stale') {
    notes.push(
      'The file had changed since you last read it; the edit still fitted in one place. Read it again before you rely on the rest.',
    );
  }
  if (base.unsaved) notes.push('The change went into an open editor that holds unsaved changes.');
  return notes;
}

function explainNoMatch(path: string, match: Exclude<EditMatch, { found: 'yes' }>, standing: Standing): string {
  const again = standing === 'stale' ? ` ${READ_AGAIN}` : '';
  if (match.found === 'several') {
    const more = match.count > match.lines.length ? ' …' : '';
    return `old_string occurs ${match.count} times in ${path} (lines ${match.lines.join(', ')}${more}). Take in more of the lines around the one you mean, or set replace_all.${again}`;
  }
  const lead = `old_string was not found in ${path}.`;
  if (!match.nearest) return `${lead} Nothing in it is like it.${again || ' Read the file to see what it holds.'}`;
  const { line, lines } = match.nearest;
  const shown = lines.map((text, index) => `${String(line + index).padStart(6)}\t${text.slice(0, 300)}`).join('\n');
  const last = line + lines.length - 1;
  return `${lead}${again} The nearest text is at ${last > line ? `lines ${line} to ${last}` : `line ${line}`}:\n${shown}\nCopy it exactly as it stands there, without the line numbers.`;
}

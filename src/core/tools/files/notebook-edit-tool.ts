// NotebookEdit: replaces, inserts or deletes one cell of a notebook.
import type * as z from 'zod/mini';
import type { Grant } from '../../permissions/access.ts';
import { relativePath } from '../../permissions/lexical-path.ts';
import { FileError, type FileSystem, type TextFile } from '../../ports.ts';
import { inputObject, lazily, optionalChoice, optionalText, textField } from '../input-fields.ts';
import { absolutePath, checkGranted, shownPath } from '../tool-paths.ts';
import { defineTool, ToolError, type Tool } from '../tool.ts';
import type { FileState } from './file-state.ts';
import { explainMissing } from './nearest-names.ts';
import {
  editNotebook,
  findCell,
  newCellId,
  NotebookProblem,
  parseNotebook,
  type CellEdit,
  type Notebook,
} from './notebook.ts';
import { readBase, reviewedWrite, type PlannedWrite, type WriteOutcome, type WritePorts } from './reviewed-write.ts';
import { describeChange } from './unified-diff.ts';
import { writeLanesOf } from './write-lanes.ts';

/** The notebook editors of the front, if it has any. Paths are canonical. */
export interface OpenNotebooks {
  state(path: string): Promise<'closed' | 'saved' | 'unsaved'>;
  /**
   * Makes the edit in the open notebook, as a step that can be undone, and saves it where it was saved before. `before` is the cell as the
   * edit knows it, undefined for an insert. False, with nothing changed, when the notebook shows something else by now.
   */
  edit(
    path: string,
    edit: CellEdit,
    before: { readonly id: string; readonly source: string } | undefined,
  ): Promise<boolean>;
}

const schema = lazily(() =>
  inputObject({
    notebook_path: textField('The .ipynb file; absolute, or relative to the working folder.'),
    cell_id: optionalText(
      'The cell, as Read names it. For insert: the cell to put the new one behind; default: at the start.',
    ),
    new_source: textField('The source of the cell; empty for delete.'),
    cell_type: optionalChoice('Default: as it is. Needed for insert.', ['code', 'markdown']),
    edit_mode: optionalChoice('Default replace.', ['replace', 'insert', 'delete']),
  }),
);

type NotebookEditInput = z.infer<ReturnType<typeof schema>>;

interface NotebookPlan extends PlannedWrite {
  readonly base: TextFile;
  readonly edit: CellEdit;
  readonly before: { readonly id: string; readonly source: string } | undefined;
  /** "Replaced cell abc". */
  readonly done: string;
}

interface NotebookEditPorts extends WritePorts {
  /** Default: no notebook is open anywhere. */
  readonly notebooks?: OpenNotebooks;
}

export function createNotebookEditTool(ports: NotebookEditPorts): Tool {
  return defineTool<NotebookEditInput>({
    name: 'NotebookEdit',
    description:
      'Replaces, inserts or deletes a cell of a Jupyter notebook (.ipynb). Read the notebook first: it names the cells. Outputs are kept; nothing is run.',
    schema,
    deferred: true,
    summarize: (input, cwd) => ({
      verb: 'Edited',
      activeVerb: 'Editing',
      quiet: false,
      ...shownPath(input.notebook_path, cwd),
    }),
    prepare(input, { cwd }) {
      const path = absolutePath(input.notebook_path, cwd);
      let latest: NotebookPlan | undefined;
      const plan = async (canonical: string): Promise<NotebookPlan> =>
        (latest = await planEdit(ports, canonical, input));
      const tell = ({ change }: Pick<WriteOutcome, 'change'>): string =>
        `${latest!.done} in ${relativePath(cwd, latest!.path)} (+${change.added} -${change.removed}).`;
      const inFile = reviewedWrite(ports, { kind: 'edit', tool: 'NotebookEdit', path }, { plan, tell });
      return {
        ...inFile,
        async run(grant, context) {
          const state = (await ports.notebooks?.state(grant.path)) ?? 'closed';
          const changed = grant.review?.changed === true;
          if (changed && state === 'unsaved') throw new ToolError(explainUnsaved(grant.path));
          if (!ports.notebooks || state === 'closed' || changed) return inFile.run(grant, context);
          const { notebooks } = ports;
          return writeLanesOf(ports.files)(grant.path, async () => {
            const made = latest ?? (await plan(grant.path));
            const { details, where, change } = await editOpen({ ...ports, notebooks }, made, grant, state);
            return { content: `${tell({ change })}\n${where}`, details };
          });
        },
      };
    },
  });
}

function explainUnsaved(path: string): string {
  return `${path} has unsaved changes in an editor, so the text that the person changed in review was not written. Ask them to save the notebook, Read it and edit again.`;
}

async function planEdit(
  { files, fileState }: NotebookEditPorts,
  path: string,
  input: NotebookEditInput,
): Promise<NotebookPlan> {
  if (!/\.ipynb$/i.test(path)) throw new ToolError(`${path} is not a notebook (.ipynb). Use Edit for other files.`);
  const base = await readBase(files, path);
  if (!base) throw new ToolError(`${await explainMissing(files, path)} A new notebook is made with Write.`);
  const standing = fileState.standing(path, base.hash);
  if (standing === 'unknown') throw new ToolError(`You have not read ${path} in this session. Read it, then edit.`);
  if (standing === 'stale')
    throw new ToolError(`${path} has changed since you last read it. Read it again, then edit.`);
  const notebook = parsed(path, base.text);
  const { edit, done, before } = chooseEdit(path, base.text, notebook, input);
  const after = await editNotebook(base.text, edit);
  checkOutcome(path, parsed(path, after), notebook, edit);
  return { path, base, after, informed: true, notes: [], edit, before, done };
}

function parsed(path: string, text: string): Notebook {
  try {
    return parseNotebook(text);
  } catch (error) {
    if (!(error instanceof NotebookProblem)) throw error;
    throw new ToolError(
      `${path} cannot be edited as a notebook: ${error.message}. Read it as text and mend it with Edit.`,
    );
  }
}

function chooseEdit(
  path: string,
  text: string,
  notebook: Notebook,
  { cell_id: id, new_source: source, cell_type: kind, edit_mode: mode = 'replace' }: NotebookEditInput,
): Pick<NotebookPlan, 'edit' | 'done' | 'before'> {
  if (id === undefined && mode !== 'insert')
    throw new ToolError(`cell_id is missing: ${mode} needs the cell's id, as Read shows it.`);
  const index = id === undefined ? -1 : findCell(notebook, id);
  if (index === undefined) throw new ToolError(explainNoCell(path, notebook, id!));
  if (mode === 'insert') {
    if (kind === undefined) throw new ToolError('cell_type is missing: say whether the new cell is code or markdown.');
    const newId = newCellId(text, source);
    const done = `Inserted cell ${newId ?? `cell-${index + 1}`}`;
    return { edit: { mode, index: index + 1, source, kind, id: newId }, before: undefined, done };
  }
  const cell = notebook.cells[index]!;
  if (mode === 'delete') return { edit: { mode, index }, before: cell, done: `Deleted cell ${cell.id}` };
  if (cell.source === source && (kind ?? cell.kind) === cell.kind) {
    throw new ToolError(`Cell ${cell.id} already reads like this, so there is nothing to change.`);
  }
  return { edit: { mode, index, source, kind: kind ?? cell.kind }, before: cell, done: `Replaced cell ${cell.id}` };
}

function explainNoCell(path: string, { cells }: Notebook, id: string): string {
  const lead = `${path} has no cell ${JSON.stringify(id)}.`;
  if (cells.length === 0) return `${lead} It has no cells at all: insert one without cell_id.`;
  const names = cells.slice(0, 20).map((cell) => cell.id);
  const more = cells.length > names.length ? ` and ${cells.length - names.length} more` : '';
  return `${lead} Its cells are: ${names.join(', ')}${more}.`;
}

/** Odd JSON, such as one with a key twice, must not lead to another change than the one that is meant. */
function checkOutcome(path: string, after: Notebook, before: Notebook, edit: CellEdit): void {
  const sources = before.cells.map(({ kind, source }) => ({ kind, source }));
  if (edit.mode === 'delete') sources.splice(edit.index, 1);
  else sources.splice(edit.index, edit.mode === 'insert' ? 0 : 1, { kind: edit.kind, source: edit.source });
  const same =
    after.cells.length === sources.length &&
    after.cells.every(({ kind, source }, at) => kind === sources[at]!.kind && source === sources[at]!.source);
  if (!same)
    throw new ToolError(`${path} holds JSON that is too unusual to edit cell by cell. Change its text with Edit.`);
}

/** Makes the edit where the person sees it, and can undo it. Throws `ToolError`, with nothing changed. */
async function editOpen(
  { files, fileState, notebooks, edits }: NotebookEditPorts & { notebooks: OpenNotebooks },
  plan: NotebookPlan,
  grant: Grant,
  state: 'saved' | 'unsaved',
): Promise<Pick<WriteOutcome, 'change' | 'details'> & { where: string }> {
  const { path, base, after, edit, before } = plan;
  await checkGranted(files, grant);
  await checkFresh(files, plan);
  // What stays in an unsaved notebook is the editor's to undo: the file does not have it yet.
  const follows = state === 'saved' && !grant.review;
  const landed = follows ? await edits?.landing({ path, before: base.text, after }) : undefined;
  if (!(await notebooks.edit(path, edit, before))) {
    await landed?.();
    throw new ToolError(
      `${path} is open in an editor, where it reads differently by now or takes no edits, and was left as it is. Ask the person to save it, Read it again, then edit.`,
    );
  }
  const saved = state === 'saved' && (await notebooks.state(path)) === 'saved';
  const written = saved ? await noteWritten(files, fileState, path) : undefined;
  await landed?.(written);
  const change = describeChange(base.text, after);
  const { added, removed, line, diff } = change;
  const where = saved
    ? 'The change went through the open notebook and was saved.'
    : 'The change went into the open notebook, which has unsaved changes; the file on disk is as it was.';
  return { change, where, details: { path, line, added, removed, ...(diff === undefined ? {} : { diff }) } };
}

async function checkFresh(files: FileSystem, { path, base }: NotebookPlan): Promise<void> {
  const now = await readBase(files, path);
  if (now?.hash === base.hash) return;
  throw new ToolError(
    `${path} was changed by someone else after this edit was worked out, so it was left as it is. Read it again, then edit.`,
  );
}

/** The editor writes a notebook in its own way, so what stands there now is looked at. */
async function noteWritten(files: FileSystem, fileState: FileState, path: string): Promise<string | undefined> {
  try {
    const { hash, text } = await files.readText(path);
    fileState.note(path, hash);
    return text;
  } catch (error) {
    // The edit is made all the same; the model will be asked to read again.
    if (!(error instanceof FileError)) throw error;
    return undefined;
  }
}

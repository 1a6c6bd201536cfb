// CodeActions: the quick fixes and refactorings that the editor offers on a line, and doing one of them.
import type * as z from 'zod/mini';
import { relativePath } from '../../permissions/lexical-path.ts';
import type { FileSystem } from '../../ports.ts';
import { inputObject, lazily, optionalText, textField } from '../input-fields.ts';
import { absolutePath, shownPath, shownText } from '../tool-paths.ts';
import { defineTool, ToolError, type Tool, type ToolContext, type ToolResult } from '../tool.ts';
import { answered, findPosition, readGranted } from './code-places.ts';
import { acceptChange, applyChange } from './judged-change.ts';
import type { EditJournal } from '../../review/edit-journal.ts';
import type { LanguageServices, OfferedAction } from './language-services.ts';
import { nothing } from './navigation-tools.ts';
import { plural } from './problem-words.ts';
import { lineField } from './symbol-fields.ts';

const MAX_ACTIONS = 50;

const schema = lazily(() =>
  inputObject({
    file_path: textField('The file; absolute, or relative to the working folder.'),
    line: lineField('1-based line, as Read shows it.'),
    title: optionalText('Does the action of this title. Default: lists the titles.'),
  }),
);

type CodeActionsInput = z.infer<ReturnType<typeof schema>>;

export interface CodeActionsToolOptions {
  readonly files: FileSystem;
  readonly language: LanguageServices;
  readonly edits?: EditJournal;
}

export function createCodeActionsTool(options: CodeActionsToolOptions): Tool {
  const { files, language } = options;
  return defineTool<CodeActionsInput>({
    name: 'CodeActions',
    description: 'Lists the quick fixes and refactorings that the editor offers on a line; with title, does that one.',
    schema,
    deferred: true,
    isConcurrencySafe: ({ title }) => title === undefined,
    summarize: (input, cwd) => {
      const shown = shownPath(input.file_path, cwd);
      return input.title === undefined
        ? { verb: 'Listed code actions', activeVerb: 'Listing code actions', quiet: true, ...shown }
        : { verb: 'Did', activeVerb: 'Doing', quiet: false, ...shown, object: shownText(input.title) };
    },
    prepare({ file_path: file, line, title }, { cwd }) {
      const path = absolutePath(file, cwd);
      return {
        access: { kind: 'read', tool: 'CodeActions', path },
        async run(grant, context) {
          const name = relativePath(cwd, grant.path);
          findPosition(await readGranted(files, grant), name, { line, column: 1 });
          const offered = await answered(language.codeActions(grant.path, line, context.signal), 'code actions');
          const place = `${name}:${line}`;
          if (title !== undefined) return performAction(options, chooseAction(offered, title, place), context);
          const content =
            offered.length === 0 ? nothing(language, `No code action is offered at ${place}.`) : list(offered);
          return { content, details: { path: grant.path, line } };
        },
      };
    },
  });
}

function list(offered: readonly OfferedAction[]): string {
  const lines = offered.slice(0, MAX_ACTIONS).map(({ title, kind, disabled }) => {
    const marks = [kind, disabled === undefined ? '' : `not now: ${disabled}`].filter((mark) => mark !== '');
    return marks.length === 0 ? title : `${title} [${marks.join('; ')}]`;
  });
  const more = offered.length > MAX_ACTIONS ? [`[The first ${MAX_ACTIONS} of ${offered.length}.]`] : [];
  return [...lines, ...more].join('\n');
}

function chooseAction(offered: readonly OfferedAction[], title: string, place: string): OfferedAction {
  const wanted = title.trim().toLowerCase();
  const action =
    offered.find((one) => one.title === title) ?? offered.find((one) => one.title.trim().toLowerCase() === wanted);
  if (!action) {
    const titles = offered.slice(0, MAX_ACTIONS).map((one) => `"${one.title}"`);
    const instead = titles.length === 0 ? 'Nothing is.' : `These are: ${titles.join(', ')}.`;
    throw new ToolError(`"${title}" is not offered at ${place}. ${instead}`);
  }
  if (action.disabled !== undefined) throw new ToolError(`"${action.title}" cannot be done now: ${action.disabled}`);
  return action;
}

/** Everything is judged before anything is done. */
async function performAction(
  ports: CodeActionsToolOptions,
  { title, change, command }: OfferedAction,
  context: ToolContext,
): Promise<ToolResult> {
  if (change.files.length === 0 && change.beyond.length === 0 && !command) {
    throw new ToolError(`"${title}" changes nothing. Make the change with Edit.`);
  }
  const accepted = await acceptChange(change, 'CodeActions', context);
  if (command) {
    await context.authorize({
      kind: 'action',
      tool: 'CodeActions',
      title: 'Run a command of another extension',
      subject: `${command.id} ${command.input}`.trim(),
      specifier: command.id,
      purpose: title,
    });
  }
  const done =
    accepted.files.length > 0 ? await applyChange(ports, change, accepted, context.cwd) : { lines: [], changed: [] };
  if (command) await answered(command.run(context.signal), 'result of the command');
  const lead =
    done.changed.length > 0
      ? `Did "${title}" in ${plural(done.changed.length, 'file')}:`
      : `Did "${title}" by the command ${command?.id ?? ''}. Read the files that it may have changed.`;
  return { content: [lead, ...done.lines].join('\n'), details: { changed: done.changed, note: title } };
}

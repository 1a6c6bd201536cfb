// Rename: gives a symbol another name wherever it is used, through the editor's language extensions.
import type * as z from 'zod/mini';
import { relativePath } from '../../permissions/lexical-path.ts';
import type { FileSystem } from '../../ports.ts';
import { inputObject, lazily, textField } from '../input-fields.ts';
import { absolutePath, shownPath, shownText } from '../tool-paths.ts';
import { defineTool, ToolError, type Tool } from '../tool.ts';
import { answered, findPosition, readGranted } from './code-places.ts';
import { acceptChange, applyChange } from './judged-change.ts';
import type { EditJournal } from '../../review/edit-journal.ts';
import type { LanguageServices } from './language-services.ts';
import { plural } from './problem-words.ts';
import { lineField } from './symbol-fields.ts';

const schema = lazily(() =>
  inputObject({
    file_path: textField('A file that has the symbol; absolute, or relative to the working folder.'),
    line: lineField('1-based line, as Read shows it.'),
    symbol: textField('The name as it stands on that line.'),
    new_name: textField('The new name.'),
  }),
);

type RenameInput = z.infer<ReturnType<typeof schema>>;

export interface RenameToolOptions {
  readonly files: FileSystem;
  readonly language: LanguageServices;
  readonly edits?: EditJournal;
}

export function createRenameTool(options: RenameToolOptions): Tool {
  const { files, language } = options;
  return defineTool<RenameInput>({
    name: 'Rename',
    description:
      'Renames a symbol in all files that use it, by meaning rather than by text. All files or none; lists what changed.',
    schema,
    deferred: true,
    summarize: (input, cwd) => ({
      verb: 'Renamed',
      activeVerb: 'Renaming',
      quiet: false,
      ...shownPath(input.file_path, cwd),
      object: `${shownText(input.symbol)} to ${shownText(input.new_name)}`,
    }),
    prepare(input, { cwd }) {
      const path = absolutePath(input.file_path, cwd);
      const problem = namesProblem(input);
      if (problem !== undefined) throw new ToolError(problem);
      return {
        access: { kind: 'read', tool: 'Rename', path },
        async run(grant, context) {
          const position = findPosition(await readGranted(files, grant), relativePath(cwd, grant.path), input);
          const { symbol, new_name: newName } = input;
          const planned = language.planRename(grant.path, position, newName.trim(), context.signal);
          const plan = await answered(planned, 'rename');
          if (plan.files.length === 0 && plan.beyond.length === 0) {
            throw new ToolError(`The editor knows nothing to rename for "${symbol}" there. Use Grep and Edit instead.`);
          }
          const accepted = await acceptChange(plan, 'Rename', context);
          const { lines, changed, count } = await applyChange(options, plan, accepted, cwd);
          const lead = `Renamed ${symbol} to ${newName} in ${plural(count, 'place')} of ${plural(changed.length, 'file')}:`;
          return { content: [lead, ...lines].join('\n'), details: { path: grant.path, changed } };
        },
      };
    },
  });
}

function namesProblem({ symbol, new_name: newName }: RenameInput): string | undefined {
  if (symbol.trim() === '') return 'symbol is empty. Give the name as it stands on that line.';
  if (newName.trim() === '') return 'new_name is empty. Give the new name.';
  if (/[\r\n\0]/.test(newName)) return 'new_name has a line break. Give a name.';
  return symbol.trim() === newName.trim() ? 'symbol and new_name are the same: there is nothing to do.' : undefined;
}

// Edit: replaces one text in a file by another.
import type * as z from 'zod/mini';
import { relativePath } from '../../permissions/lexical-path.ts';
import { earlyFile } from './early-file.ts';
import { inputObject, lazily, optionalFlag, textField } from '../input-fields.ts';
import { planEdits } from './planned-edits.ts';
import { reviewedWrite, type WritePorts } from './reviewed-write.ts';
import { absolutePath, shownPath } from '../tool-paths.ts';
import { defineTool, type Tool } from '../tool.ts';

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

export function createEditTool(ports: WritePorts): Tool {
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
    early: earlyFile(ports.files, 'Edit', 'edit'),
    prepare(input, { cwd }) {
      const access = { kind: 'edit', tool: 'Edit', path: absolutePath(input.file_path, cwd) } as const;
      return reviewedWrite(ports, access, {
        plan: (path) => planEdits(ports, path, [input]),
        tell: ({ change: { line, added, removed } }, { path }) =>
          `Edited ${relativePath(cwd, path)} at line ${line} (+${added} -${removed}).`,
      });
    },
  });
}

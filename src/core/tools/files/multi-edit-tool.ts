// MultiEdit: many edits of one file in one call, all or none.
import * as z from 'zod/mini';
import { relativePath } from '../../permissions/lexical-path.ts';
import { earlyFile } from './early-file.ts';
import { inputObject, lazily, optionalFlag, textField } from '../input-fields.ts';
import { planEdits } from './planned-edits.ts';
import { reviewedWrite, type WritePorts } from './reviewed-write.ts';
import { absolutePath, shownPath } from '../tool-paths.ts';
import { defineTool, type Tool } from '../tool.ts';

const MAX_EDITS = 1_000;

const schema = lazily(() =>
  inputObject({
    file_path: textField('The file to change; absolute, or relative to the working folder.'),
    edits: z
      .array(
        inputObject({
          old_string: textField('As in Edit, matched against the outcome of the edits before it.'),
          new_string: textField('The text to put in its place.'),
          replace_all: optionalFlag('Replace every occurrence. Default false.'),
        }),
        { error: ({ input }) => (input === undefined ? 'is missing' : 'must be a list of edits') },
      )
      .check(
        z.minLength(1, { error: 'is empty: give at least one edit' }),
        z.maxLength(MAX_EDITS, { error: `holds more than ${MAX_EDITS} edits: make several calls, or Write the file` }),
        z.describe('Made in this order.'),
      ),
  }),
);

type MultiEditInput = z.infer<ReturnType<typeof schema>>;

export function createMultiEditTool(ports: WritePorts): Tool {
  return defineTool<MultiEditInput>({
    name: 'MultiEdit',
    description:
      'Makes several edits of one file in one step, in order; if one does not apply, none is made. The rules of Edit hold for each.',
    schema,
    summarize: (input, cwd) => ({
      verb: 'Edited',
      activeVerb: 'Editing',
      quiet: false,
      ...shownPath(input.file_path, cwd),
    }),
    early: earlyFile(ports.files, 'MultiEdit', 'edit'),
    prepare({ file_path, edits }, { cwd }) {
      const access = { kind: 'edit', tool: 'MultiEdit', path: absolutePath(file_path, cwd) } as const;
      return reviewedWrite(ports, access, {
        plan: (path) => planEdits(ports, path, edits),
        tell({ change: { line, added, removed } }, { path }) {
          const count = edits.length === 1 ? '1 edit' : `${edits.length} edits`;
          return `Made ${count} in ${relativePath(cwd, path)}, the first change at line ${line} (+${added} -${removed}).`;
        },
      });
    },
  });
}

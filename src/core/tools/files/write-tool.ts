// Write: makes a file, or replaces one whole.
import type * as z from 'zod/mini';
import { relativePath } from '../../permissions/lexical-path.ts';
import { earlyFile } from './early-file.ts';
import { inputObject, lazily, textField } from '../input-fields.ts';
import { splitLines, usualEnding, withEndingsOf, withoutLineEndings } from './line-endings.ts';
import { checkLength } from './planned-edits.ts';
import { readBase, reviewedWrite, type PlannedWrite, type WritePorts } from './reviewed-write.ts';
import { absolutePath, shownPath } from '../tool-paths.ts';
import { defineTool, ToolError, type Tool } from '../tool.ts';

const schema = lazily(() =>
  inputObject({
    file_path: textField('The file to write; absolute, or relative to the working folder. Missing folders are made.'),
    content: textField('The whole text of the file.'),
  }),
);

type WriteInput = z.infer<ReturnType<typeof schema>>;

export function createWriteTool(ports: WritePorts): Tool {
  return defineTool<WriteInput>({
    name: 'Write',
    description:
      'Writes a whole file. Replacing a file that exists needs a Read of it first. To change part of a file use Edit.',
    schema,
    summarize: (input, cwd) => ({
      verb: 'Wrote',
      activeVerb: 'Writing',
      quiet: false,
      ...shownPath(input.file_path, cwd),
    }),
    early: earlyFile(ports.files, 'Write', 'edit'),
    prepare(input, { cwd }) {
      const access = { kind: 'edit', tool: 'Write', path: absolutePath(input.file_path, cwd) } as const;
      return reviewedWrite(ports, access, {
        plan: (path) => planWrite(ports, path, input.content),
        tell({ change: { added, removed } }, { path, base }) {
          const name = relativePath(cwd, path);
          if (base) return `Replaced ${name} (+${added} -${removed}).`;
          return `Made ${name} (${added === 1 ? '1 line' : `${added} lines`}).`;
        },
      });
    },
  });
}

async function planWrite({ files, fileState }: WritePorts, path: string, content: string): Promise<PlannedWrite> {
  checkLength('content', content);
  const base = await readBase(files, path);
  if (!base) return { path, base, after: content, informed: true, notes: [] };
  const standing = fileState.standing(path, base.hash);
  if (standing === 'unknown') {
    throw new ToolError(
      `${path} exists and you have not read it in this session. Read it first, so that nothing in it is lost, or use Edit.`,
    );
  }
  if (standing === 'stale') {
    throw new ToolError(`${path} has changed since you last read it. Read it again, then write it.`);
  }
  const usual = usualEnding(base.text);
  const keeps = usual !== undefined && !content.includes('\r');
  const after = keeps ? withEndingsOf(content, base.text, usual) : content;
  if (after === base.text) throw new ToolError(`${path} already holds exactly this text. There is nothing to write.`);
  const kept = keeps && withoutLineEndings(after) === content && after !== content;
  const notes = kept && splitLines(content).length > 0 ? ['The line endings of the file were kept.'] : [];
  return { path, base, after, informed: true, notes };
}

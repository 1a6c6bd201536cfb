// Read: shows a text file with line numbers, or a folder's names.
import type * as z from 'zod/mini';
import type { Grant } from '../../permissions/access.ts';
import { baseName } from '../../permissions/lexical-path.ts';
import { FileError, type FileStat, type FileSystem } from '../../ports.ts';
import type { FileState } from './file-state.ts';
import { inputObject, lazily, optionalCount, textField } from '../input-fields.ts';
import { lineWindow } from './line-endings.ts';
import { explainMissing } from './nearest-names.ts';
import { absolutePath, checkGranted, shownPath } from '../tool-paths.ts';
import { defineTool, ToolError, type Tool, type ToolResult } from '../tool.ts';

const MAX_LINES = 2_000;
/** About 25,000 tokens. */
const MAX_CHARS = 80_000;
const MAX_LINE_CHARS = 2_000;
const MAX_NAMES = 300;
const IMAGE = /\.(?:png|jpe?g|gif|webp|bmp|ico|tiff?|avif)$/i;

const schema = lazily(() =>
  inputObject({
    file_path: textField('The file or folder to read; absolute, or relative to the working folder.'),
    offset: optionalCount('First line to show, from 1.', 1),
    limit: optionalCount(`How many lines to show. Default and most: ${MAX_LINES}.`, 1),
  }),
);

type ReadInput = z.infer<ReturnType<typeof schema>>;

export function createReadTool({ files, fileState }: { files: FileSystem; fileState: FileState }): Tool {
  return defineTool<ReadInput>({
    name: 'Read',
    description: `Shows a text file with line numbers (number, tab, text), ${MAX_LINES} lines at a time, or lists a folder. Use offset and limit for more of a long file.`,
    schema,
    isConcurrencySafe: () => true,
    summarize: (input, cwd) => ({
      verb: 'Read',
      activeVerb: 'Reading',
      quiet: true,
      ...shownPath(input.file_path, cwd),
    }),
    prepare(input, { cwd }) {
      const path = absolutePath(input.file_path, cwd);
      return {
        access: { kind: 'read', tool: 'Read', path },
        async run(grant) {
          // A look at what stands there does not open it, so it need not wait for the check.
          const kind = files.stat(grant.path).then((stat) => stat?.kind);
          kind.catch(() => undefined);
          await checkGranted(files, grant);
          try {
            return await readGranted(files, fileState, grant, input, await kind);
          } catch (error) {
            throw await explainFailedRead(files, grant.path, error);
          }
        },
      };
    },
  });
}

async function readGranted(
  files: FileSystem,
  state: FileState,
  grant: Grant,
  input: ReadInput,
  kind: FileStat['kind'] | undefined,
): Promise<ToolResult> {
  const { path } = grant;
  if (kind === 'folder') return listFolder(files, grant);
  if (kind === 'other')
    throw new ToolError(`${path} is not a regular file (a device, a pipe or a socket), so it is not read.`);
  const file = await files.readText(path);
  state.note(path, file.hash);
  const unsaved = file.unsaved
    ? ['[An editor holds unsaved changes to this file; this is its text, not the one on disk.]']
    : [];
  if (file.text === '')
    return { content: [...unsaved, '[The file exists and is empty.]'].join('\n'), details: { path } };
  const offset = input.offset ?? 1;
  const shown = numberLines(file.text, offset, Math.min(input.limit ?? MAX_LINES, MAX_LINES));
  return { content: [...unsaved, shown].join('\n'), details: { path, line: offset } };
}

/** The lines from `offset` on, within the caps, and a line in brackets that says how to go on. */
export function numberLines(text: string, offset: number, limit: number): string {
  const { lines, total } = lineWindow(text, offset - 1, limit);
  if (offset > total) {
    throw new ToolError(`The file has ${total} lines; offset ${offset} is behind its end. Use a smaller offset.`);
  }
  const shown: string[] = [];
  let chars = 0;
  for (const line of lines) {
    const over = line.length - MAX_LINE_CHARS;
    const cut = over > 0 ? `${line.slice(0, MAX_LINE_CHARS)} [line cut: ${over} more characters]` : line;
    const numbered = `${String(offset + shown.length).padStart(6)}\t${cut}`;
    if (shown.length > 0 && chars + numbered.length > MAX_CHARS) break;
    chars += numbered.length + 1;
    shown.push(numbered);
  }
  const last = offset - 1 + shown.length;
  if (last < total) {
    shown.push(`[Lines ${offset} to ${last} of ${total}. Go on with offset ${last + 1}, or use Grep to find a part.]`);
  }
  return shown.join('\n');
}

async function listFolder(files: FileSystem, { path, excludes }: Grant): Promise<ToolResult> {
  const separator = path.includes('\\') ? '\\' : '/';
  const entries = (await files.list(path)).filter(({ name }) => !excludes?.(`${path}${separator}${name}`));
  const names = entries.map(({ name, kind }) => (kind === 'folder' ? `${name}/` : name)).toSorted();
  const shown = names.slice(0, MAX_NAMES);
  const rest = names.length - shown.length;
  const more = rest > 0 ? [`[${rest} more names. Use Glob to narrow it down.]`] : [];
  const lead = names.length === 0 ? `${path} is an empty folder.` : `${path} is a folder. It holds:`;
  return { content: [lead, ...shown, ...more].join('\n'), details: { path } };
}

async function explainFailedRead(files: FileSystem, path: string, error: unknown): Promise<unknown> {
  if (!(error instanceof FileError)) return error;
  if (error.reason === 'not_found') return new ToolError(await explainMissing(files, path));
  if (error.reason === 'not_text' && IMAGE.test(path)) {
    return new ToolError(
      `${baseName(path)} is an image. Images cannot be shown to you yet; ask the person what it shows.`,
    );
  }
  return new ToolError(error.message);
}

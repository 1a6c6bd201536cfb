// Read: shows a text file with line numbers, an image, pages of a PDF, a notebook's cells, or a folder's names.
import type * as z from 'zod/mini';
import type { Grant } from '../../permissions/access.ts';
import { baseName } from '../../permissions/lexical-path.ts';
import { FileError, type FileStat, type FileSystem, type TextFile } from '../../ports.ts';
import type { FileState } from './file-state.ts';
import { earlyFile } from './early-file.ts';
import { binaryKind } from './binary-kind.ts';
import { inputObject, lazily, optionalCount, optionalText, textField } from '../input-fields.ts';
import { lineWindow } from './line-endings.ts';
import { explainMissing } from './nearest-names.ts';
import type { OpenNotebooks } from './notebook-edit-tool.ts';
import { NotebookProblem, parseNotebook } from './notebook.ts';
import { imageBlock, imageType } from './read-image.ts';
import { showNotebook } from './read-notebook.ts';
import { isPdf, readPdf, type PdfPages } from './read-pdf.ts';
import { absolutePath, checkGranted, shownPath } from '../tool-paths.ts';
import { defineTool, ToolError, type Tool, type ToolResult } from '../tool.ts';

const MAX_LINES = 2_000;
/** About 25,000 tokens. */
const MAX_CHARS = 80_000;
const MAX_LINE_CHARS = 2_000;
const MAX_NAMES = 300;
const IMAGE_NAME = /\.(?:png|jpe?g|gif|webp)$/i;
const NOTEBOOK_NAME = /\.ipynb$/i;

const schema = lazily(() =>
  inputObject({
    file_path: textField('The file or folder to read; absolute, or relative to the working folder.'),
    offset: optionalCount('First line to show, from 1; in a notebook the first cell.', 1),
    limit: optionalCount(`How many lines (cells) to show. Default and most: ${MAX_LINES}.`, 1),
    pages: optionalText('For a PDF: "3" or "1-5", at most 20 pages.'),
  }),
);

type ReadInput = z.infer<ReturnType<typeof schema>>;

interface ReadPorts {
  readonly files: FileSystem;
  readonly fileState: FileState;
  /** Default: PDFs are not shown. */
  readonly pdf?: PdfPages;
  /** Default: no notebook is open anywhere. */
  readonly notebooks?: Pick<OpenNotebooks, 'state'>;
}

export function createReadTool(ports: ReadPorts): Tool {
  const { files } = ports;
  return defineTool<ReadInput>({
    name: 'Read',
    description: `Shows a text file with line numbers (number, tab, text), ${MAX_LINES} lines at a time; use offset and limit for more. Also shows images (PNG, JPEG, GIF, WebP), pages of PDFs, notebooks with their outputs (.ipynb), and lists folders.`,
    schema,
    isConcurrencySafe: () => true,
    summarize: (input, cwd) => ({
      verb: 'Read',
      activeVerb: 'Reading',
      quiet: true,
      ...shownPath(input.file_path, cwd),
    }),
    early: earlyFile(files, 'Read', 'read'),
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
            return await readGranted(ports, grant, input, await kind);
          } catch (error) {
            throw await explainFailedRead(files, grant.path, error);
          }
        },
      };
    },
  });
}

async function readGranted(
  ports: ReadPorts,
  grant: Grant,
  input: ReadInput,
  kind: FileStat['kind'] | undefined,
): Promise<ToolResult> {
  const { files, fileState } = ports;
  const { path } = grant;
  if (kind === 'folder') return listFolder(files, grant);
  if (kind === 'other')
    throw new ToolError(`${path} is not a regular file (a device, a pipe or a socket), so it is not read.`);
  const file = await files.readText(path).catch((error: unknown) => {
    if (error instanceof FileError && error.reason === 'not_text') return error;
    throw error;
  });
  if (file instanceof FileError) return readBinary(ports, path, input, file);
  // Some PDFs hold no byte that a text could not.
  if (file.text.startsWith('%PDF-')) return readBinary(ports, path, input, undefined);
  if (input.pages !== undefined) throw new ToolError(`${path} is no PDF: use offset and limit in place of pages.`);
  fileState.note(path, file.hash);
  if (file.text === '')
    return { content: [...notesOf(file), '[The file exists and is empty.]'].join('\n'), details: { path } };
  return NOTEBOOK_NAME.test(path) ? readNotebook(ports, path, file, input) : readLines(path, file, input);
}

function readLines(path: string, file: TextFile, input: ReadInput, notes: readonly string[] = []): ToolResult {
  const offset = input.offset ?? 1;
  const shown = numberLines(file.text, offset, Math.min(input.limit ?? MAX_LINES, MAX_LINES));
  return { content: [...notesOf(file), ...notes, shown].join('\n'), details: { path, line: offset } };
}

function notesOf({ unsaved, encoding }: TextFile): string[] {
  const notes: string[] = [];
  if (unsaved) notes.push('[An editor holds unsaved changes to this file; this is its text, not the one on disk.]');
  if (!/^utf-?(?:8|16)/i.test(encoding)) notes.push(`[The file is in ${encoding}, in which edits are written too.]`);
  return notes;
}

async function readNotebook(ports: ReadPorts, path: string, file: TextFile, input: ReadInput): Promise<ToolResult> {
  try {
    const shown = showNotebook(parseNotebook(file.text), input);
    const unsaved = (await ports.notebooks?.state(path)) === 'unsaved';
    const note = '[An editor holds unsaved changes to this notebook; this is what is on disk.]';
    const notes = [...notesOf(file), ...(unsaved ? [note] : [])];
    if (notes.length === 0) return { content: shown, details: { path } };
    const blocks = typeof shown === 'string' ? [{ type: 'text' as const, text: shown }] : shown;
    return { content: [{ type: 'text', text: notes.join('\n') }, ...blocks], details: { path } };
  } catch (error) {
    if (!(error instanceof NotebookProblem)) throw error;
    return readLines(path, file, input, [`[This cannot be shown as a notebook: ${error.message}. Here is its text.]`]);
  }
}

/** `failure` says why the file is no text. */
async function readBinary(
  { files, pdf }: ReadPorts,
  path: string,
  input: ReadInput,
  failure: FileError | undefined,
): Promise<ToolResult> {
  const bytes = await files.readBytes(path);
  if (isPdf(bytes)) {
    if (!pdf)
      throw new ToolError(`${path} is a PDF, which cannot be shown here. Try a command that extracts its text.`);
    return readPdf({ files, pdf }, path, input.pages);
  }
  if (input.pages !== undefined) throw new ToolError(`${path} is no PDF: leave pages out.`);
  const type = imageType(bytes);
  if (type) {
    const lead = `[The image ${path}]`;
    return { content: [{ type: 'text', text: lead }, imageBlock(bytes, type, path)], details: { path, note: 'Image' } };
  }
  const kind = binaryKind(bytes);
  if (kind !== undefined) {
    throw new ToolError(`${path} is ${kind}, not text, so it is not shown. Look at it with a command, if at all.`);
  }
  const named = IMAGE_NAME.test(path) ? `${baseName(path)} is named like an image but is none that can be shown. ` : '';
  throw new ToolError(`${named}${failure?.message ?? `${path} is not a text file.`}`);
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
    // Not padded: spaces before each number would be paid for in every later request.
    const numbered = `${offset + shown.length}\t${cut}`;
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
  if (error.reason === 'too_large') {
    return new ToolError(
      `${error.message} offset and limit do not help: a file of this size is not read at all. Search it with Grep, or show some lines with Bash (sed -n '1,100p').`,
    );
  }
  return new ToolError(error.message);
}

// A notebook as the model sees it: cell by cell with ids, sources and outputs.
import { clipMiddle, plainOutput } from '../shell/plain-output.ts';
import { ToolError } from '../tool.ts';
import { fromBase64 } from './base64.ts';
import { isRecord, joinText, type Notebook, type NotebookCell } from './notebook.ts';
import { imageBlock, imageType, type ResultBlock } from './read-image.ts';

const MAX_SOURCE_CHARS = 20_000;
const MAX_OUTPUT_CHARS = 4_000;
/** Of a whole answer, about 25,000 tokens; at least one cell is shown. */
const MAX_CHARS = 80_000;
const MAX_IMAGES = 8;
const MAX_IMAGE_CHARS = 8 * 1024 * 1024;

/** `offset` is the first cell, from 1; `limit` how many. Throws `ToolError` for an offset behind the end. */
export function showNotebook(
  notebook: Notebook,
  { offset = 1, limit = Infinity }: { offset?: number | undefined; limit?: number | undefined } = {},
): string | ResultBlock[] {
  const total = notebook.cells.length;
  if (total === 0) return '[A notebook without cells. Add one with NotebookEdit.]';
  if (offset > total) {
    throw new ToolError(
      `The notebook has ${total} cells; offset ${offset} is behind its end. For a notebook, offset counts cells.`,
    );
  }
  const shown = new Shown();
  shown.text(`[A notebook${notebook.language === undefined ? '' : ` in ${notebook.language}`}, ${total} cells]`);
  let next = offset - 1;
  for (const cell of notebook.cells.slice(next, next + limit)) {
    if (next > offset - 1 && shown.chars > MAX_CHARS) break;
    showCell(shown, cell);
    next += 1;
  }
  if (next < total) shown.text(`[Cells ${offset} to ${next} of ${total}. Go on with offset ${next + 1}.]`);
  return shown.content();
}

/** Texts and images in their order, neighbouring texts as one. */
class Shown {
  chars = 0;
  readonly #blocks: ResultBlock[] = [];
  #images = 0;
  #imageChars = 0;

  text(text: string): void {
    this.chars += text.length;
    const last = this.#blocks.at(-1);
    if (last?.type === 'text') this.#blocks[this.#blocks.length - 1] = { type: 'text', text: `${last.text}\n${text}` };
    else this.#blocks.push({ type: 'text', text });
  }

  /** Says in words why an image is not shown. */
  image(base64: string): void {
    const size = base64.length;
    if (this.#images >= MAX_IMAGES || this.#imageChars + size > MAX_IMAGE_CHARS) {
      return this.text('[An image, left out: too many for one answer. Read fewer cells with offset and limit.]');
    }
    const bytes = fromBase64(base64);
    const type = bytes && imageType(bytes);
    if (!bytes || !type) return this.text('[An image that cannot be read.]');
    try {
      this.#blocks.push(imageBlock(bytes, type, 'The output'));
      this.#images += 1;
      this.#imageChars += size;
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      this.text(`[${error.message}]`);
    }
  }

  content(): string | ResultBlock[] {
    const [first] = this.#blocks;
    return this.#blocks.length === 1 && first?.type === 'text' ? first.text : this.#blocks;
  }
}

function showCell(shown: Shown, cell: NotebookCell): void {
  const run = cell.executionCount === undefined ? '' : `, run ${cell.executionCount}`;
  shown.text(`\n[cell ${cell.id}: ${cell.kind}${run}]`);
  shown.text(clip(cell.source, MAX_SOURCE_CHARS));
  for (const output of cell.outputs) showOutput(shown, output);
}

function showOutput(shown: Shown, output: unknown): void {
  if (!isRecord(output)) return;
  const type = output['output_type'];
  if (type === 'stream') {
    const name = output['name'] === 'stderr' ? 'stderr' : 'stdout';
    shown.text(`[${name}]\n${outputText(output['text'])}`);
  } else if (type === 'error') {
    const trace = Array.isArray(output['traceback']) ? output['traceback'].join('\n') : '';
    shown.text(`[error ${String(output['ename'])}: ${String(output['evalue'])}]\n${outputText(trace)}`.trimEnd());
  } else if (type === 'display_data' || type === 'execute_result') {
    showData(shown, output['data']);
  }
}

/** The form that says most: an image, then plain text, then any other text. */
function showData(shown: Shown, data: unknown): void {
  if (!isRecord(data)) return;
  const image = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']
    .map((type) => joinText(data[type]))
    .find(Boolean);
  if (image !== undefined) return shown.image(image);
  const plain = joinText(data['text/plain']);
  if (plain !== undefined) return shown.text(`[output]\n${outputText(plain)}`);
  const [type, value] = Object.entries(data)[0] ?? [];
  if (type === undefined) return;
  shown.text(`[output, ${type}]\n${outputText(joinText(value) ?? JSON.stringify(value))}`);
}

function outputText(text: unknown): string {
  return clip(plainOutput(joinText(text) ?? '').trimEnd(), MAX_OUTPUT_CHARS);
}

function clip(text: string, limit: number): string {
  return clipMiddle(text, limit, (left) => `[… ${left.toLocaleString('en-US')} characters left out here …]`);
}

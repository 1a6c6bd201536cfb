// Pages of a PDF as a document for the model.
import type { FileSystem } from '../../ports.ts';
import { ToolError, type ToolResult } from '../tool.ts';
import { toBase64 } from './base64.ts';
import { hasText } from './read-image.ts';

/** Takes PDFs apart. Throws `PdfError`, and nothing else, for one that it cannot. */
export interface PdfPages {
  count(bytes: Uint8Array): Promise<number>;
  /** A PDF of the pages `from` to `to`, counted from 1, both within the document. */
  extract(bytes: Uint8Array, from: number, to: number): Promise<Uint8Array>;
}

export class PdfError extends Error {
  override readonly name = 'PdfError';
  readonly reason: 'encrypted' | 'damaged';
  constructor(reason: 'encrypted' | 'damaged') {
    super(`The PDF is ${reason}`);
    this.reason = reason;
  }
}

interface PageRange {
  readonly from: number;
  readonly to: number;
}

const MAX_PAGES = 20;
const MAX_WHOLE = 10;
/** What may be taken apart in memory, and what may go into one request beside everything else. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
const MAX_SENT_BYTES = 10 * 1024 * 1024;

export function isPdf(bytes: Uint8Array): boolean {
  return hasText(bytes, 0, '%PDF-');
}

/** "3", "1-5" or "4-" (to the end, as far as a call may go). Throws `ToolError`. */
export function parsePages(pages: string): { from: number; to: number | undefined } {
  const [, first, dash, last] = /^\s*(\d{1,6})\s*(-)?\s*(\d{1,6})?\s*$/.exec(pages) ?? [];
  const from = Number(first);
  const to = last === undefined ? (dash === undefined ? from : undefined) : Number(last);
  const misread = first === undefined || (last !== undefined && dash === undefined);
  if (misread || from < 1 || (to !== undefined && to < from)) {
    throw new ToolError(
      `pages must be one page ("3") or a range ("1-5"), counted from 1, not ${JSON.stringify(pages)}.`,
    );
  }
  return { from, to };
}

/** Throws `ToolError`. */
export async function readPdf(
  { files, pdf }: { files: FileSystem; pdf: PdfPages },
  path: string,
  pages: string | undefined,
): Promise<ToolResult> {
  const asked = pages === undefined ? undefined : parsePages(pages);
  const bytes = await files.readBytes(path, { maxBytes: MAX_FILE_BYTES });
  try {
    const total = await pdf.count(bytes);
    const range = chooseRange(path, asked, total);
    const whole = range.from === 1 && range.to === total;
    const part = whole ? bytes : await pdf.extract(bytes, range.from, range.to);
    if (part.length > MAX_SENT_BYTES) throw new ToolError(tooLarge(path, range, part.length));
    const shown = range.from === range.to ? `Page ${range.from}` : `Pages ${range.from} to ${range.to}`;
    const more = range.to < total ? ` Ask for more with pages, at most ${MAX_PAGES} at a time.` : '';
    return {
      content: [
        { type: 'text', text: `[${shown} of ${total} of the PDF ${path}.${more}]` },
        { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: toBase64(part) } },
      ],
      details: { path, note: `${shown} of ${total}` },
    };
  } catch (error) {
    if (!(error instanceof PdfError)) throw error;
    throw new ToolError(
      error.reason === 'encrypted'
        ? `${path} is a PDF protected by a password, so it cannot be shown. Ask the person for a copy without one.`
        : `${path} begins like a PDF but is damaged, so it cannot be shown. Try a command that extracts its text.`,
    );
  }
}

function chooseRange(path: string, asked: ReturnType<typeof parsePages> | undefined, total: number): PageRange {
  if (!asked) {
    if (total <= MAX_WHOLE) return { from: 1, to: total };
    throw new ToolError(
      `${path} has ${total} pages; without pages a PDF of up to ${MAX_WHOLE} is shown. Say which, for example pages "1-5", at most ${MAX_PAGES} at a time.`,
    );
  }
  const { from, to = Math.min(total, from + MAX_PAGES - 1) } = asked;
  if (from > total) throw new ToolError(`${path} has ${total} pages; page ${from} is behind its end.`);
  const last = Math.min(to, total);
  if (last - from + 1 > MAX_PAGES) {
    throw new ToolError(`pages asks for ${last - from + 1} pages; at most ${MAX_PAGES} are shown at a time.`);
  }
  return { from, to: last };
}

function tooLarge(path: string, { from, to }: PageRange, bytes: number): string {
  const megabytes = Math.ceil(bytes / 1024 / 1024);
  const limit = `at most ${MAX_SENT_BYTES / 1024 / 1024} MB can be shown at once`;
  if (from === to) {
    return `Page ${from} of ${path} has ${megabytes} MB; ${limit}. Try a command that extracts its text.`;
  }
  return `Pages ${from} to ${to} of ${path} have ${megabytes} MB; ${limit}. Ask for fewer pages.`;
}

// The text of an answer from the web: decoded by its charset, HTML as Markdown.
import { tidyHtml } from './page-text-tidy.ts';

export interface PageText {
  readonly text: string;
  readonly title?: string;
  /** Only the beginning was worked off. */
  readonly truncated: boolean;
}

/** Undefined when the bytes are not text. `contentType` is the header as it came; `url` is what relative links are relative to. */
export async function pageText(bytes: Uint8Array, contentType: string, url: string): Promise<PageText | undefined> {
  const kind = kindOf(mediaType(contentType), bytes);
  if (kind === undefined) return undefined;
  const text = decode(bytes, contentType);
  return kind === 'html' ? htmlText(text, url) : { text, truncated: false };
}

/** A converter of strangers' pages needs an end: about a second goes by for this many characters, and a bad page has no limit. */
const MAX_TIDY_CHARS = 600_000;
const MAX_CONVERT_MS = 5_000;

/** Markdown, or the bare text of a page that cannot be converted in time. */
async function htmlText(html: string, url: string): Promise<PageText> {
  const { html: tidy, title, base, truncated } = tidyHtml(html, MAX_TIDY_CHARS);
  const linkBase = base !== undefined && URL.canParse(base, url) ? new URL(base, url).href : url;
  const { convertInThread } = await import('./page-text-worker.ts');
  const text = (await convertInThread(tidy, linkBase, MAX_CONVERT_MS)) ?? tidy.replace(/<[^<>]*>/g, ' ');
  return { text: compact(text), ...(title === undefined ? {} : { title }), truncated };
}

/** Without spaces at the ends of lines and runs of empty lines. */
function compact(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  return lines
    .filter((line, index) => line !== '' || lines[index - 1] !== '')
    .join('\n')
    .trim();
}

/** Lower case, without parameters. */
export function mediaType(contentType: string): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

const TEXT =
  /^(?:text\/.+|application\/(?:.+\+)?(?:json|xml|yaml|toml)|application\/(?:x-yaml|x-toml|x-ndjson|jsonl|javascript|ecmascript|x-javascript|x-sh|sql|graphql|rtf)|image\/svg\+xml)$/;
const HTML = /^(?:text\/html|application\/xhtml\+xml)$/;
const UNSAID = /^(?:|application\/octet-stream|binary\/octet-stream|unknown\/unknown)$/;

function kindOf(type: string, bytes: Uint8Array): 'html' | 'text' | undefined {
  if (HTML.test(type)) return 'html';
  if (TEXT.test(type)) return 'text';
  if (!UNSAID.test(type)) return undefined;
  // The server does not say what it is: by its beginning.
  const beginning = bytes.subarray(0, 2_048);
  const marked = bomOf(bytes) !== undefined;
  if (!marked && beginning.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27))) return undefined;
  return /^\s*<(?:!doctype html|html|head|body)\b/i.test(ascii(beginning)) ? 'html' : 'text';
}

function decode(bytes: Uint8Array, contentType: string): string {
  const said = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1];
  const labels = [bomOf(bytes), said, charsetInside(bytes), 'utf-8'];
  for (const label of labels) {
    if (label === undefined) continue;
    try {
      return new TextDecoder(label).decode(bytes);
    } catch {
      // A charset that nobody knows: the next guess.
    }
  }
  return '';
}

function bomOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
}

/** What the page says of itself, in its first kilobytes: a `meta` of HTML, or the declaration of XML. */
function charsetInside(bytes: Uint8Array): string | undefined {
  const beginning = ascii(bytes.subarray(0, 4_096));
  const label =
    /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]+)/i.exec(beginning)?.[1] ??
    /^<\?xml[^>]{0,200}encoding\s*=\s*["']([\w-]+)/i.exec(beginning)?.[1];
  // A page whose mark could be read as ASCII is not UTF-16, whatever it says.
  return label !== undefined && /^utf-?16/i.test(label) ? 'utf-8' : label;
}

function ascii(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

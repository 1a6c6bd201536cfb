// Bytes as text and back, losslessly: what would not come back byte for byte counts as no text.
import { FileError } from '../core/ports.ts';

export interface DecodedText {
  /** Without the byte order mark. */
  readonly text: string;
  /** `utf-8`, `utf-16le`, `utf-16be`, or another by its usual name. */
  readonly encoding: string;
  readonly bom: boolean;
}

type Unicode = 'utf-8' | 'utf-16le' | 'utf-16be';

/** The editor's names, and others' spellings. */
const UNICODE: Readonly<Record<string, Unicode>> = {
  utf8: 'utf-8',
  utf8bom: 'utf-8',
  'utf-8': 'utf-8',
  utf16le: 'utf-16le',
  'utf-16le': 'utf-16le',
  utf16be: 'utf-16be',
  'utf-16be': 'utf-16be',
};

/**
 * A byte order mark decides; then `preferred` (the person's setting, as the editor names encodings), where the bytes fit it; then strict
 * UTF-8; then detection. Throws `FileError` `not_text`.
 */
export async function decodeText(bytes: Uint8Array, path: string, preferred = 'utf8'): Promise<DecodedText> {
  const marked = markOf(bytes);
  if (marked) {
    const text = decodeUnicode(bytes.subarray(marked === 'utf-8' ? 3 : 2), marked);
    if (text === undefined) throw notText(path, `it is not valid ${marked.toUpperCase()}`);
    return { text, encoding: marked, bom: true };
  }
  const wanted = UNICODE[preferred];
  if (wanted !== 'utf-8') {
    const text = wanted ? decodeUnicode(bytes, wanted) : await decodeOther(bytes, preferred);
    if (text !== undefined) return { text, encoding: wanted ?? preferred, bom: false };
  }
  if (bytes.includes(0)) throw notText(path, 'it contains NUL bytes');
  const text = decodeUnicode(bytes, 'utf-8');
  if (text !== undefined) return { text, encoding: 'utf-8', bom: false };
  const { detectEncoding } = await import('./detect-encoding.ts');
  const detected = await detectEncoding(bytes);
  if (detected) return { ...detected, bom: false };
  throw notText(path, 'it is not valid UTF-8, nor text in another encoding that can be told');
}

function markOf([first, second, third]: Uint8Array): Unicode | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}

/** Undefined where the bytes are not valid, or hold NUL characters: those are no text. */
function decodeUnicode(bytes: Uint8Array, encoding: Unicode): string | undefined {
  if (encoding === 'utf-8' && bytes.includes(0)) return undefined;
  try {
    const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
    return encoding !== 'utf-8' && text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

async function decodeOther(bytes: Uint8Array, encoding: string): Promise<string | undefined> {
  if (bytes.includes(0)) return undefined;
  const { decodeLegacy } = await import('./legacy-encoding.ts');
  return decodeLegacy(bytes, encoding);
}

function notText(path: string, why: string): FileError {
  return new FileError(
    'not_text',
    `${path} is not a text file that can be read: ${why}. Look at it another way, if at all.`,
  );
}

/** In `like`'s encoding, or plain UTF-8. Throws `FileError` `not_text` for what that encoding cannot express. */
export async function encodeText(
  text: string,
  like: { encoding: string; bom: boolean } | undefined,
  path: string,
): Promise<Uint8Array> {
  if (/\p{Surrogate}/u.test(text)) {
    throw new FileError(
      'not_text',
      `The text for ${path} contains half of a character, which no file can hold. Write it whole.`,
    );
  }
  const { encoding, bom } = like ?? { encoding: 'utf-8', bom: false };
  const unicode = UNICODE[encoding];
  if (unicode) return encodeUnicode(bom ? `\ufeff${text}` : text, unicode);
  const { encodeLegacy } = await import('./legacy-encoding.ts');
  return encodeLegacy(text, encoding, path);
}

/** How a new file is written where the person wants this encoding. */
export function newFileLike(encoding: string | undefined): { encoding: string; bom: boolean } | undefined {
  if (encoding === undefined) return undefined;
  return { encoding, bom: encoding === 'utf8bom' || (UNICODE[encoding] ?? 'utf-8') !== 'utf-8' };
}

function encodeUnicode(text: string, encoding: Unicode): Uint8Array {
  if (encoding === 'utf-8') return Buffer.from(text, 'utf8');
  const bytes = Buffer.from(text, 'utf16le');
  return encoding === 'utf-16be' ? bytes.swap16() : bytes;
}

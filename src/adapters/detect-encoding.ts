// Which encoding a text without a mark is in, when it is not UTF-8; loaded only for such a file.
import chardet from 'chardet';
import { decodeLegacy } from './legacy-encoding.ts';

/** Enough to tell; detection costs a quarter of a second for each megabyte. */
const SAMPLE_BYTES = 64 * 1024;
/** Below it the detector only says that the bytes would be possible. */
const LEAST_CONFIDENCE = 20;
/** The detector's names for subsets, by those of the encodings that are in use. */
const SUPERSETS: Readonly<Record<string, string>> = { 'ISO-8859-1': 'windows-1252', 'ISO-8859-9': 'windows-1254' };
/** Of text that nothing else is known about. */
const USUAL = 'windows-1252';
/** Control characters that texts have: backspace to carriage return, and escape. */
const TEXT_CONTROLS = new Set([0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b]);

/** The text and its encoding (lower case), or undefined where the bytes are no text or would not come back as they are. */
export async function detectEncoding(bytes: Uint8Array): Promise<{ text: string; encoding: string } | undefined> {
  const controls = bytes.some((byte) => byte < 0x20 && !TEXT_CONTROLS.has(byte));
  if (controls || isDamagedUtf8(bytes)) return undefined;
  const found = chardet
    .analyse(sampleOf(bytes))
    .filter(({ confidence }) => confidence >= LEAST_CONFIDENCE)
    .map(({ name }) => (SUPERSETS[name] ?? name).toLowerCase());
  for (const encoding of new Set([...found, USUAL])) {
    const text = decodeLegacy(bytes, encoding);
    if (text !== undefined) return { text, encoding };
  }
  return undefined;
}

/** The lines that are not plain ASCII: among many that are, the detector would not be sure of anything. */
function sampleOf(bytes: Uint8Array): Uint8Array {
  const lines: Uint8Array[] = [];
  let size = 0;
  for (let start = 0; start < bytes.length && size < SAMPLE_BYTES;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    const line = bytes.subarray(start, Math.min(end, start + SAMPLE_BYTES));
    if (line.some((byte) => byte > 0x7f)) {
      lines.push(line);
      size += line.length;
    }
    start = end;
  }
  return Buffer.concat(lines);
}

/** Mostly valid UTF-8 with a few broken places: another encoding would turn all its good characters into wrong ones. */
function isDamagedUtf8(bytes: Uint8Array): boolean {
  let valid = 0;
  let broken = 0;
  for (let at = 0; at < bytes.length;) {
    const length = lengthOf(bytes[at]!);
    let end = at + 1;
    while (end < at + length && end < bytes.length && (bytes[end]! & 0xc0) === 0x80) end += 1;
    const cutAtEnd = end === bytes.length && end - at > 1;
    if (length > 1 && (end === at + length || cutAtEnd)) valid += 1;
    else if (bytes[at]! > 0x7f) broken += 1;
    at = end;
  }
  return valid > broken;
}

/** Of the sequence that starts with this byte; 1 for ASCII and for what can start none. */
function lengthOf(byte: number): number {
  if (byte >= 0xc2 && byte <= 0xdf) return 2;
  if (byte >= 0xe0 && byte <= 0xef) return 3;
  return byte >= 0xf0 && byte <= 0xf4 ? 4 : 1;
}

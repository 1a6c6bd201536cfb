// Encodings from before Unicode, there and back; loaded only for a file that needs one.
import iconv from 'iconv-lite';
import { FileError } from '../core/ports.ts';

/** The text, where encoding it again gives these very bytes and it holds no characters that no text has; else undefined. */
export function decodeLegacy(bytes: Uint8Array, encoding: string): string | undefined {
  if (!iconv.encodingExists(encoding)) return undefined;
  const text = iconv.decode(bytes, encoding, { stripBOM: false });
  // What an encoding leaves undefined comes out as a replacement character, or as a control character of Latin-1.
  if (/[\ufffd\u0080-\u0084\u0086-\u009f\p{Surrogate}]/u.test(text)) return undefined;
  return iconv.encode(text, encoding, { addBOM: false }).equals(bytes) ? text : undefined;
}

/** Throws `FileError` `not_text`, naming the first character that the encoding does not have. */
export function encodeLegacy(text: string, encoding: string, path: string): Uint8Array {
  const known: boolean = iconv.encodingExists(encoding);
  if (!known) {
    throw new FileError(
      'not_text',
      `${path} is in ${encoding}, which cannot be written here, so nothing was. Ask the person to convert it to UTF-8.`,
    );
  }
  const bytes = iconv.encode(text, encoding, { addBOM: false });
  const back = iconv.decode(bytes, encoding, { stripBOM: false });
  if (back === text) return bytes;
  const { character, line } = firstDifference(text, back);
  throw new FileError(
    'not_text',
    `${path} is in ${encoding}, which cannot express “${character}” (line ${line}), so nothing was written. Use characters that it has, or ask the person to convert the file to UTF-8.`,
  );
}

function firstDifference(text: string, back: string): { character: string; line: number } {
  let at = 0;
  while (at < text.length && text[at] === back[at]) at += 1;
  const before = text.slice(0, at);
  return { character: String.fromCodePoint(text.codePointAt(at) ?? 0), line: before.split(/\r\n?|\n/).length };
}

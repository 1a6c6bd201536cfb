// Bytes as text and back: UTF-8 strictly, UTF-16 where a byte order mark says so, never a replacement character.
import { FileError } from '../core/ports.ts';

export interface DecodedText {
  /** Without the byte order mark. */
  readonly text: string;
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be';
  readonly bom: boolean;
}

/** Throws `FileError` `not_text`. */
export function decodeText(bytes: Uint8Array, path: string): DecodedText {
  const { encoding, bom } = encodingOf(bytes);
  const body = bytes.subarray(bom ? (encoding === 'utf-8' ? 3 : 2) : 0);
  if (encoding === 'utf-8' && body.includes(0)) throw notText(path, 'it contains NUL bytes');
  try {
    return { text: new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(body), encoding, bom };
  } catch {
    throw notText(path, `it is not valid ${encoding.toUpperCase()}`);
  }
}

function encodingOf(bytes: Uint8Array): Pick<DecodedText, 'encoding' | 'bom'> {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return { encoding: 'utf-8', bom: true };
  if (first === 0xff && second === 0xfe) return { encoding: 'utf-16le', bom: true };
  if (first === 0xfe && second === 0xff) return { encoding: 'utf-16be', bom: true };
  return { encoding: 'utf-8', bom: false };
}

function notText(path: string, why: string): FileError {
  return new FileError(
    'not_text',
    `${path} is not a text file that can be read: ${why}. Look at it another way, if at all.`,
  );
}

/** In `like`'s encoding, or plain UTF-8. Throws `FileError` for an encoding it does not know and for halves of characters. */
export function encodeText(
  text: string,
  like: { encoding: string; bom: boolean } | undefined,
  path: string,
): Uint8Array {
  if (/\p{Surrogate}/u.test(text)) {
    throw new FileError(
      'not_text',
      `The text for ${path} contains half of a character, which no file can hold. Write it whole.`,
    );
  }
  const { encoding, bom } = like ?? { encoding: 'utf-8', bom: false };
  const marked = bom ? `\ufeff${text}` : text;
  if (encoding === 'utf-8') return Buffer.from(marked, 'utf8');
  if (encoding === 'utf-16le') return Buffer.from(marked, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(marked, 'utf16le').swap16();
  throw new FileError(
    'not_text',
    `${path} is in ${encoding}, which cannot be written here. Ask the person to convert it.`,
  );
}

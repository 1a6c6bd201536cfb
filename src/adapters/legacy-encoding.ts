// Encodings from before Unicode, there and back. The platform only decodes them: what encodes is its decoder, turned round.
import { TextDecoder } from 'node:util';
import { FileError } from '../core/ports.ts';

/** Bytes by what they decode to. */
type Encoder = ReadonlyMap<string, readonly number[]>;

const encoders = new Map<string, Encoder | undefined>();

/** The text, where encoding it again gives these very bytes and it holds no characters that no text has; else undefined. */
export function decodeLegacy(bytes: Uint8Array, encoding: string): string | undefined {
  const decoder = decoderOf(encoding);
  if (!decoder) return undefined;
  const text = decoder.decode(bytes);
  // What an encoding leaves undefined comes out as a replacement character, or as a control character of Latin-1.
  if (/[\ufffd\u0080-\u0084\u0086-\u009f\p{Surrogate}]/u.test(text)) return undefined;
  const back = encode(text, encoding);
  return 'bytes' in back && equal(back.bytes, bytes) ? text : undefined;
}

/** Throws `FileError` `not_text`, naming the first character that the encoding does not have. */
export function encodeLegacy(text: string, encoding: string, path: string): Uint8Array {
  const encoded = encode(text, encoding);
  if ('bytes' in encoded) return encoded.bytes;
  if (encoded.at === undefined) {
    throw new FileError(
      'not_text',
      `${path} is in ${encoding}, which cannot be written here, so nothing was. Ask the person to convert it to UTF-8.`,
    );
  }
  const character = String.fromCodePoint(text.codePointAt(encoded.at) ?? 0);
  const line = text.slice(0, encoded.at).split(/\r\n?|\n/).length;
  throw new FileError(
    'not_text',
    `${path} is in ${encoding}, which cannot express “${character}” (line ${line}), so nothing was written. Use characters that it has, or ask the person to convert the file to UTF-8.`,
  );
}

/** The bytes, or where the first character stands that has none; without a place, the encoding is not known. */
function encode(text: string, encoding: string): { bytes: Uint8Array } | { at: number | undefined } {
  const encoder = encoderOf(encoding);
  if (!encoder) return { at: undefined };
  const bytes: number[] = [];
  let at = 0;
  for (const character of text) {
    const found = encoder.get(character);
    if (!found) return { at };
    bytes.push(...found);
    at += character.length;
  }
  return { bytes: Uint8Array.from(bytes) };
}

function encoderOf(encoding: string): Encoder | undefined {
  const label = labelOf(encoding);
  if (!encoders.has(label)) {
    const decoder = decoderOf(encoding);
    encoders.set(label, decoder && turnRound(decoder));
  }
  return encoders.get(label);
}

/** Where several sequences stand for one character the first counts; a text that used another does not come back, and is left alone. */
function turnRound(decoder: TextDecoder): Encoder {
  const encoder = new Map<string, readonly number[]>();
  const note = (bytes: readonly number[]): boolean => {
    const text = decoder.decode(Uint8Array.from(bytes));
    const isOne = !text.includes('\ufffd') && /^.$/su.test(text);
    if (isOne && !encoder.has(text)) encoder.set(text, bytes);
    return isOne;
  };
  const leads = range(0, 0xff).filter((byte) => !note([byte]));
  // The rows that one maker chose and another repeated: the second is what programs write.
  const repeated = decoder.encoding === 'shift_jis' ? [0xed, 0xee] : [];
  const inOrder = [
    ...leads.filter((lead) => !repeated.includes(lead)),
    ...leads.filter((lead) => repeated.includes(lead)),
  ];
  for (const lead of inOrder) for (const second of range(0x30, 0xfe)) note([lead, second]);
  if (decoder.encoding === 'euc-jp') {
    for (const second of range(0xa1, 0xfe)) for (const third of range(0xa1, 0xfe)) note([0x8f, second, third]);
  }
  return encoder;
}

function decoderOf(encoding: string): TextDecoder | undefined {
  try {
    const decoder = new TextDecoder(labelOf(encoding), { ignoreBOM: true });
    // Unicode has a codec of its own; what keeps a state between characters cannot be turned round.
    return /^(?:utf|iso-2022|replacement|x-user)/.test(decoder.encoding) ? undefined : decoder;
  } catch {
    return undefined;
  }
}

/** Editors and detectors write the names in other ways than the platform. */
function labelOf(encoding: string): string {
  const plain = encoding.toLowerCase().replace(/[\s_-]/g, '');
  const numbered = /^(windows|cp|iso8859)(\d+)$/.exec(plain);
  if (numbered?.[1] === 'iso8859') return `iso-8859-${numbered[2]}`;
  if (numbered && (numbered[1] === 'windows' || /^125\d$|^874$/.test(numbered[2] ?? '')))
    return `windows-${numbered[2]}`;
  const known: Readonly<Record<string, string>> = {
    shiftjis: 'shift_jis',
    eucjp: 'euc-jp',
    euckr: 'euc-kr',
    macroman: 'macintosh',
    big5hkscs: 'big5',
    koi8r: 'koi8-r',
    koi8u: 'koi8-u',
  };
  return known[plain] ?? encoding;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function equal(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

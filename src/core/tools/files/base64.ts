// Base64 both ways, for blocks of a request: the core has no library of a platform for it.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
const PAD = '='.charCodeAt(0);
/** A multiple of four, and few enough to be a call's arguments. */
const CHUNK = 8_192;

/** Characters that this many bytes become. */
export function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

export function toBase64(bytes: Uint8Array): string {
  const codes = new Uint8Array(base64Length(bytes.length));
  for (let at = 0, to = 0; at < bytes.length; at += 3, to += 4) {
    const [first = 0, second = 0, third = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    codes[to] = CODES[first >> 2]!;
    codes[to + 1] = CODES[((first & 3) << 4) | (second >> 4)]!;
    codes[to + 2] = at + 1 < bytes.length ? CODES[((second & 15) << 2) | (third >> 6)]! : PAD;
    codes[to + 3] = at + 2 < bytes.length ? CODES[third & 63]! : PAD;
  }
  const parts: string[] = [];
  for (let at = 0; at < codes.length; at += CHUNK) parts.push(String.fromCharCode(...codes.subarray(at, at + CHUNK)));
  return parts.join('');
}

/** White space is passed over. Undefined for text that is no base64. */
export function fromBase64(text: string): Uint8Array | undefined {
  const body = text.replace(/\s+/g, '').replace(/={1,2}$/, '');
  if (body.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(body)) return undefined;
  const bytes = new Uint8Array(Math.floor((body.length * 3) / 4));
  const values = new Uint8Array(128);
  CODES.forEach((code, value) => void (values[code] = value));
  let held = 0;
  let bits = 0;
  let to = 0;
  for (let at = 0; at < body.length; at += 1) {
    held = ((held << 6) | values[body.charCodeAt(at)]!) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[to] = (held >> bits) & 0xff;
    to += 1;
  }
  return bytes;
}

// Takes keys and tokens out of text that is going to be written down.

const MASK = '***';
const shapes = [
  /\bsk-ant-[\w-]{8,}/g,
  /\b(?:Bearer|Basic)\s+[\w.~+/=-]{8,}/gi,
  /(?<=\b(?:x-api-key|authorization|api[_-]?key|auth[_-]?token)["']?\s*[:=]\s*["']?)[^\s"',}]{8,}/gi,
];

/** `known` are secrets to hide wherever they stand, whatever they look like. */
export function maskSecrets(text: string, known: Iterable<string> = []): string {
  let masked = text;
  for (const secret of known) {
    if (secret.length >= 6) masked = masked.replaceAll(secret, MASK);
  }
  for (const shape of shapes) masked = masked.replace(shape, MASK);
  return masked;
}

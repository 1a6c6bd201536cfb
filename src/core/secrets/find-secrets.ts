// Finds keys, tokens and passwords in text by the forms they are known to have. Takes time in proportion to the text, whatever is in it.

/** Where a secret stands in a text; `end` is behind its last character. */
export interface SecretSpan {
  readonly start: number;
  readonly end: number;
}

interface Shape {
  /** Global. Its first group is what stands before the secret, if anything does. No part of it may be tried twice at one place. */
  readonly pattern: RegExp;
  /** Default: every match is one. */
  readonly isSecret?: (secret: string) => boolean;
}

/** Not in the middle of a word or of base64; behind an escaped line break, which ends in a letter. */
const START = String.raw`(?:(?<![\w+/-])|(?<=\\[nrt]))`;

const TOKENS = [
  String.raw`gh[pousr]_[A-Za-z0-9]{20,}`,
  String.raw`github_pat_\w{20,}`,
  String.raw`glpat-[\w-]{16,}`,
  String.raw`xox[abeoprs]-[\w-]{10,}`,
  String.raw`A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])`,
  String.raw`AIza[\w-]{35,}`,
  String.raw`ya29\.[\w-]{20,}`,
  String.raw`GOCSPX-[\w-]{20,}`,
  String.raw`npm_[A-Za-z0-9]{30,}`,
  String.raw`pypi-AgEI[\w-]{20,}`,
  String.raw`hf_[A-Za-z0-9]{30,}`,
  String.raw`[rs]k_(?:live|test)_[A-Za-z0-9]{16,}`,
  String.raw`SG\.[\w-]{16,64}\.[\w-]{16,}`,
  String.raw`eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?`,
];

const KEY_NAMES =
  'pass(?:word|wd|phrase)|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|account[_-]?key|credential|auth[_-]?key';

const SHAPES: readonly Shape[] = [
  { pattern: /sk-ant-[\w-]{8,}/g },
  { pattern: new RegExp(`${START}(?:${TOKENS.join('|')})`, 'g') },
  { pattern: new RegExp(`${START}sk-[\\w-]{20,}`, 'g'), isSecret: looksRandom },
  {
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:\s*(?:Proc-Type|DEK-Info|Version|Comment):[^\n\\]{0,200})*(?:(?:\s|\\[nr])*[A-Za-z0-9+/=]{5,})*(?:(?:\s|\\[nr])*[A-Za-z0-9+/=]{1,4}(?=\s|\\[nr]))?(?:(?:\s|\\[nr])*-----END [A-Z0-9 ]{0,30}-----)?/g,
  },
  { pattern: /(:\/\/[^\s/:@?#"'<>]{0,128}:)[^\s/@?#"'<>]{1,256}(?=@)/g },
  {
    pattern:
      /((?:authorization|x-api-key)["']?\s{0,4}[:=]\s{0,4}["']?(?:(?:bearer|basic|token|digest|negotiate)\s{1,4})?)(?!(?:bearer|basic|token|digest|negotiate)\s)[^\s"',}]{6,}/gi,
  },
  { pattern: /(\b(?:bearer|basic)\s{1,4})[\w.~+/=-]{8,}/gi, isSecret: looksRandom },
  {
    pattern: new RegExp(
      `((?:${KEY_NAMES})[\\w-]{0,20}["'\`]?\\s{0,4}(?:[:=]|=>|:=)\\s{0,4}["'\`]?)[^\\s"'\`,;(){}<>[\\]&|$*]{8,}`,
      'gi',
    ),
    isSecret: (value) => looksRandom(value) && !isNamePath(value),
  },
];

/** In order, not touching each other. `known` are secrets wherever they stand, whatever they look like; those under 6 characters are passed over. */
export function findSecrets(text: string, known: Iterable<string> = []): SecretSpan[] {
  const found: SecretSpan[] = [];
  for (const secret of known) {
    if (secret.length < 6) continue;
    for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + secret.length)) {
      found.push({ start: at, end: at + secret.length });
    }
  }
  for (const { pattern, isSecret } of SHAPES) {
    for (const match of text.matchAll(pattern)) {
      const [whole, before = ''] = match;
      if (isSecret && !isSecret(whole.slice(before.length))) continue;
      found.push({ start: match.index + before.length, end: match.index + whole.length });
    }
  }
  return joined(found);
}

function joined(spans: SecretSpan[]): SecretSpan[] {
  const result: SecretSpan[] = [];
  for (const span of spans.toSorted((left, right) => left.start - right.start || right.end - left.end)) {
    const last = result.at(-1);
    if (last && span.start < last.end)
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    else result.push(span);
  }
  return result;
}

/** Letters and digits mixed, or capitals in the middle of small letters, and hardly a character twice: no word, no number. */
function looksRandom(text: string): boolean {
  const mixed = /\d/.test(text) ? /[A-Za-z]/.test(text) : /[a-z][A-Z]/.test(text) && /[A-Z][a-z]*[A-Z]/.test(text);
  const sample = text.slice(0, 64);
  return mixed && new Set(sample).size >= Math.min(8, sample.length * 0.5);
}

/** `process.env.KEY_1`, `config.token2`: a place where a secret is, not the secret. */
function isNamePath(text: string): boolean {
  return (
    /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/.test(text.slice(0, 256)) ||
    /^[A-Za-z]+(?:[_-][A-Za-z]+)*\d?$/.test(text.slice(0, 256))
  );
}

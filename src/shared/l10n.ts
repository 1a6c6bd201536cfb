// The words that a person reads, in their language: the English text is the key, as with `vscode.l10n.t`. The model's words stay English.

let words: ReadonlyMap<string, string> = new Map();

/** Sets the translations of this process, by their English texts; what is no string is left out. Without it, words are English. */
export function useWords(translations: unknown): void {
  if (typeof translations !== 'object' || translations === null) return;
  words = new Map(
    Object.entries(translations).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** How text runs in a language, by its tag such as `de` or `ar-EG`. */
export function directionOf(language: string): 'ltr' | 'rtl' {
  return /^(?:ar|arc|ckb|dv|fa|he|iw|ks|nqo|ps|sd|syr|ug|ur|yi)(?![a-z])|[-_]arab\b/i.test(language) ? 'rtl' : 'ltr';
}

/** A word of another part, such as a tool's verb, in the person's language; one that has no translation stays. */
export function wordOf(text: string): string {
  return words.get(text) ?? text;
}

/** `text` in the person's language, with `{0}`, `{1}`… filled in. */
export function t(text: string, ...values: readonly (string | number)[]): string {
  const told = words.get(text) ?? text;
  if (values.length === 0) return told;
  return told.replace(/\{(\d+)\}/g, (place, index: string) => String(values[Number(index)] ?? place));
}

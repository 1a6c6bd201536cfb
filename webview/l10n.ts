// The panel's words in the person's language: the English text is the key, as with `vscode.l10n.t`.

/** Id of the element in which the host leaves the translations, as JSON. */
const ELEMENT = 'capstan-words';
let words: Readonly<Record<string, string>> | undefined;

/** `text` in the person's language, with `{0}`, `{1}`… filled in. Falls back to the English text. */
export function t(text: string, ...values: readonly (string | number)[]): string {
  words ??= readWords();
  const told = words[text] ?? text;
  if (values.length === 0) return told;
  return told.replace(/\{(\d+)\}/g, (place, index: string) => String(values[Number(index)] ?? place));
}

function readWords(): Readonly<Record<string, string>> {
  try {
    const parsed: unknown = JSON.parse(document.getElementById(ELEMENT)?.textContent || '{}');
    if (typeof parsed !== 'object' || parsed === null) return {};
    return Object.fromEntries(
      Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return {};
  }
}

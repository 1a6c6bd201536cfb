// Works out the smallest single replacement between two texts, without cutting a character or a line ending in two.

export interface TextChange {
  /** UTF-16 offsets into the old text. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

export function changedRange(before: string, after: string): TextChange {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  if (splits(before, start) || splits(after, start)) start -= 1;
  let kept = 0;
  while (kept < shorter - start && before[before.length - 1 - kept] === after[after.length - 1 - kept]) kept += 1;
  if (splits(before, before.length - kept) || splits(after, after.length - kept)) kept -= 1;
  return { start, end: before.length - kept, replacement: after.slice(start, after.length - kept) };
}

/** Whether all line breaks of the text are the same, `\n` or `\r\n`. */
export function hasOneLineEnding(text: string): boolean {
  const withoutPairs = text.replaceAll('\r\n', '');
  if (withoutPairs.includes('\r')) return false;
  return withoutPairs.length === text.length || !withoutPairs.includes('\n');
}

/** Whether this offset lies inside a surrogate pair or a `\r\n`. */
function splits(text: string, offset: number): boolean {
  if (offset <= 0 || offset >= text.length) return false;
  if (text[offset - 1] === '\r') return text[offset] === '\n';
  const code = text.charCodeAt(offset - 1);
  const next = text.charCodeAt(offset);
  return code >= 0xd800 && code <= 0xdbff && next >= 0xdc00 && next <= 0xdfff;
}

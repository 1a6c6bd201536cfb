// Characters that a person cannot see, or that change the order of what they see, written out.

/** Controls, odd spaces, zero-width, bidirectional, tag and filler characters; not space, tab and newline. */
const HIDDEN = String.raw`(?![ \t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]`;
const ANY_HIDDEN = new RegExp(HIDDEN, 'u');
const ALL_HIDDEN = new RegExp(HIDDEN, 'gu');

export function hasHiddenCharacters(text: string): boolean {
  return ANY_HIDDEN.test(text);
}

/** The text with each such character as an escape, e.g. `\u{202e}`. */
export function visibleText(text: string): string {
  return text.replace(ALL_HIDDEN, (char) => String.raw`\u{${char.codePointAt(0)!.toString(16)}}`);
}

// Tells what a person accepted from what the editor made of line endings on its own.

/**
 * `shown` is the text in the editor. An editor document has one line ending; when nothing else differs, the proposal is
 * accepted as it was made, mixed line endings included.
 */
export function reviewedText(proposed: string, shown: string): string {
  return unified(proposed) === unified(shown) ? proposed : shown;
}

function unified(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}

// Terminal output as plain text for the model: no control sequences, no overwritten progress lines, no more than fits.

const ESCAPE = String.raw`\u001b`;
const SEQUENCES = new RegExp(
  [
    // Operating system commands (titles, links), and other strings up to their terminator.
    String.raw`(?:${ESCAPE}\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|${ESCAPE}\\|\u009c)?`,
    String.raw`(?:${ESCAPE}[PX^_]|[\u0090\u0098\u009e\u009f])[^\u001b\u009c]*(?:${ESCAPE}\\|\u009c)?`,
    // Colours, cursor movement.
    String.raw`(?:${ESCAPE}\[|\u009b)[0-?]*[ -/]*[@-~]`,
    String.raw`${ESCAPE}[ -/]*[0-~]`,
  ].join('|'),
  'g',
);
const CONTROLS = new RegExp(String.raw`[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]`, 'g');
const ERASED = new RegExp(String.raw`[^\n\u0008]\u0008`, 'g');

/** The text as it would stand on the screen at the end, roughly: a line that was drawn over and over keeps its last state. */
export function plainOutput(output: string): string {
  return output
    .replace(SEQUENCES, '')
    .replace(/\r+\n/g, '\n')
    .replace(/[^\n]*\r(?=[^\n])/g, '')
    .replace(/\r/g, '')
    .replace(ERASED, '')
    .replace(CONTROLS, '');
}

/** Head and tail of a text of more than `limit` characters, whole lines where it can, with a note between that is told how many are not. */
export function clipMiddle(
  text: string,
  limit: number,
  note = (left: number): string => `[… ${left} characters left out …]`,
): string {
  if (text.length <= limit) return text;
  const half = Math.floor(limit / 2);
  const headEnd = text.lastIndexOf('\n', half);
  const tailStart = text.indexOf('\n', text.length - half);
  const head = text.slice(0, headEnd > half / 2 ? headEnd : half);
  const tail = text.slice(tailStart !== -1 && tailStart < text.length - half / 2 ? tailStart + 1 : text.length - half);
  const left = text.length - head.length - tail.length;
  return `${head.replace(/[\ud800-\udbff]$/, '')}\n${note(left)}\n${tail.replace(/^[\udc00-\udfff]/, '')}`;
}

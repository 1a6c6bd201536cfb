// Terminal output as plain text for the model: no control sequences, no overwritten progress lines, no more than fits.
import { MOVE_IN_LINE, SEQUENCES } from './control-sequences.ts';

const WHOLE_MOVE = new RegExp(`^${MOVE_IN_LINE}$`);
const CELL = new RegExp(`${MOVE_IN_LINE}|[^]`, 'gu');
const REDRAWN = new RegExp(String.raw`[\r\u0008]|${MOVE_IN_LINE}`);
const CONTROLS = new RegExp(String.raw`[\u0000-\u0008\u000b-\u001f\u007f-\u009f]`, 'g');
const CONTROL = new RegExp(String.raw`^[\u0000-\u0008\u000a-\u001f\u007f-\u009f]$`);
/** A cursor is not moved further right than this over nothing. */
const MAX_COLUMN = 500;

/** The text as it would stand on the screen at the end: a line that was drawn over and over keeps its last state. Lines are not joined or moved. */
export function plainOutput(output: string): string {
  return output
    .replace(SEQUENCES, (found) => (WHOLE_MOVE.test(found) ? found : ''))
    .split('\n')
    .map((line) => {
      const text = withoutReturns(line);
      return isRedrawn(text) ? drawn(text) : text;
    })
    .join('\n')
    .replace(CONTROLS, '');
}

/** A line without the carriage returns at its end. By hand: a pattern would take the square of their number. */
export function withoutReturns(line: string): string {
  let end = line.length;
  while (line[end - 1] === '\r') end -= 1;
  return line.slice(0, end);
}

/** Whether the cursor goes back in the line: what stands there may be written over. */
export function isRedrawn(line: string): boolean {
  return REDRAWN.test(line);
}

/** One line as a terminal would leave it. */
function drawn(line: string): string {
  const cells: string[] = [];
  let column = 0;
  for (const { 0: cell, groups } of line.matchAll(CELL)) {
    const move = groups?.['move'];
    if (move === 'K') erase(cells, column, groups?.['count'] ?? '');
    else if (move !== undefined) column = moved(column, cells.length, move, Number(groups?.['count'] || 1));
    else if (cell === '\r') column = 0;
    else if (cell === '\u0008') column = Math.max(0, column - 1);
    else if (!CONTROL.test(cell)) {
      while (cells.length < column) cells.push(' ');
      cells[column] = cell;
      column += 1;
    }
  }
  while (cells.at(-1) === ' ') cells.pop();
  return cells.join('');
}

function moved(column: number, length: number, move: string, count: number): number {
  const to = move === 'C' ? column + count : move === 'D' ? column - count : count - 1;
  return Math.min(Math.max(0, to), Math.max(length, MAX_COLUMN));
}

function erase(cells: string[], column: number, what: string): void {
  if (what === '' || what === '0') cells.length = Math.min(cells.length, column);
  else if (what === '2') cells.fill(' ');
  else cells.fill(' ', 0, column + 1);
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

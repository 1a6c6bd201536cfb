// Output of a command as a terminal may show it: colours and cursor movement stay, what would change the terminal or ask it something does not.
import { SEQUENCES, UNFINISHED_SEQUENCE } from './control-sequences.ts';

/** Cursor movement, erasing, scrolling and colours, without private modes. */
const HARMLESS = new RegExp(String.raw`^(?:\u001b\[|\u009b)[\d;:]*[A-HJKSTdfm]$`);
const CONTROLS = new RegExp(
  String.raw`[\u0000-\u0007\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f-\u009a\u009c-\u009f]`,
  'g',
);
const STRAY_ESCAPE = new RegExp(String.raw`[\u001b\u009b](?!\[?[\d;:]*[A-HJKSTdfm])`, 'g');
const MAX_HELD_CHARS = 4 * 1024;

/** A function to be given the text piece by piece. No title, link, clipboard, mode, query or bell comes through; lines end as terminals want. */
export function createTerminalText(): (text: string) => string {
  let held = '';
  return (text) => {
    const all = held + text;
    const from = all.search(UNFINISHED_SEQUENCE);
    held = from === -1 ? '' : all.slice(from);
    // A string without end is no reason to hold everything back.
    if (held.length > MAX_HELD_CHARS) held = '';
    return (from === -1 ? all : all.slice(0, from))
      .replace(SEQUENCES, (found) => (HARMLESS.test(found) ? found : ''))
      .replace(CONTROLS, '')
      .replace(STRAY_ESCAPE, '')
      .replace(/\r?\n/g, '\r\n');
  };
}

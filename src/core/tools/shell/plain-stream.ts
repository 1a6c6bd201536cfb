// Terminal output as plain text while it comes: what may still be written over, or is half a control sequence, is held back.
import { UNFINISHED_SEQUENCE } from './control-sequences.ts';
import { isRedrawn, plainOutput, withoutReturns } from './plain-output.ts';

/** More is never held back. */
const MAX_HELD_CHARS = 16 * 1024;
export interface PlainStream {
  /** What can be shown of it and of what came before. */
  add(text: string): string;
  /** The rest. */
  end(): string;
}

/**
 * Joined, what it gives is the text's last state line by line. A line that is drawn over after its beginning was shown is shown once more, on
 * a line of its own, as it stands at its end.
 */
export function createPlainStream(): PlainStream {
  let held = '';
  let lineBegun = false;

  function whole(text: string): string {
    const [first = ''] = text.split('\n', 1);
    const again = lineBegun && isRedrawn(withoutReturns(first)) ? '\n' : '';
    lineBegun = false;
    return again + plainOutput(text);
  }

  function begun(text: string): string {
    const from = isRedrawn(text) ? 0 : text.search(UNFINISHED_SEQUENCE);
    held = from === -1 ? '' : text.slice(from);
    if (held.length > MAX_HELD_CHARS) held = held.slice(held.lastIndexOf('\r')).slice(-MAX_HELD_CHARS);
    const shown = plainOutput(from === -1 ? text : text.slice(0, from));
    if (shown !== '') lineBegun = true;
    return shown;
  }

  return {
    add(text) {
      const all = held + text;
      const lineEnd = all.lastIndexOf('\n') + 1;
      const complete = lineEnd === 0 ? '' : whole(all.slice(0, lineEnd));
      return complete + begun(all.slice(lineEnd));
    },
    end() {
      const rest = held === '' ? '' : whole(held);
      held = '';
      return rest;
    },
  };
}

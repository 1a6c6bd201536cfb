// Makes text from models, tools and files safe to read: nothing hidden in it, nothing that redraws it.

// Direction overrides, zero-width characters and Unicode tags can make a command look like another one.
const HIDDEN = /[\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u00AD]|[\u{E0000}-\u{E007F}]/gu;
// CSI and OSC sequences, two-character escapes, then the other control characters but tab and newline.
const TERMINAL =
  // oxlint-disable-next-line no-control-regex
  /\u001B\[[0-?]*[ -/]*[@-~]|\u001B\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|\u001B[@-Z\\-_]|[\u0000-\u0008\u000B-\u001F\u007F\u0080-\u009F]/g;

/** Replaces characters that are there and cannot be seen by their code, e.g. ⟨U+202E⟩. */
export function revealHidden(text: string): string {
  return text.replace(HIDDEN, (found) => `⟨U+${found.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟩`);
}

/** What a terminal would leave on paper: colours and cursor moves gone, hidden characters shown. */
export function plainOutput(text: string): string {
  return revealHidden(text.replaceAll('\r\n', '\n').replace(TERMINAL, ''));
}

/** Some tools write everything on one line. */
const LONGEST = 8000;

/** The first `count` lines of `text`, and whether there are more. One newline at the end is not a line. */
export function firstLines(text: string, count: number): { shown: string; more: boolean } {
  if (text.length > LONGEST) return { shown: firstLines(text.slice(0, LONGEST), count).shown, more: true };
  const trimmed = text.replace(/\n$/, '');
  let at = -1;
  for (let line = 0; line < count; line += 1) {
    at = trimmed.indexOf('\n', at + 1);
    if (at < 0) return { shown: trimmed, more: false };
  }
  return { shown: trimmed.slice(0, at), more: true };
}

/**
 * Cuts `text` where it may be shortened: the head gives way first, the tail stays. Head and tail make up the text. Between words
 * where there are any near its end: a word in two parts is read aloud as two.
 */
export function splitForShortening(text: string): { head: string; tail: string } {
  if (text.length < 16) return { head: '', tail: text };
  const slash = text.lastIndexOf('/');
  const isPath = slash > 0 && !/\s/.test(text) && text.length - slash <= 32;
  const gap = text.slice(-10, -4).search(/\s/);
  const at = isPath ? slash : text.length - 10 + Math.max(0, gap);
  return { head: text.slice(0, at), tail: text.slice(at) };
}

// Cuts code into parts of a few lines.

/** Lines that are laid out and coloured together. */
const LINES = /(?:[^\n]*\n){1,40}|[^\n]+$/g;

/** A cutter for code that grows: all but the last part stay the same strings. */
export function createCodeCutter(): (code: string) => readonly string[] {
  let last = '';
  let parts: readonly string[] = [];
  return (code) => {
    if (code !== last) {
      const kept = last !== '' && code.startsWith(last) ? parts.slice(0, -1) : [];
      const start = kept.reduce((length, part) => length + part.length, 0);
      parts = [...kept, ...(code.slice(start).match(LINES) ?? [])];
      last = code;
    }
    return parts;
  };
}

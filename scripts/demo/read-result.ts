/** Gets the file's own text back from the numbered lines of a Read result. */

const numberedLine = /^\s*(\d+)(?:→|\t|: ?|\| ?)(.*)$/;

/** Lines that are not numbered in sequence (headings, notes) are dropped; a text without numbers is returned as it is. */
export function fileTextOf(result: string): string {
  const lines: string[] = [];
  let next: number | undefined;
  for (const line of result.replaceAll('\r', '').split('\n')) {
    const match = numberedLine.exec(line);
    if (match && (next === undefined || Number(match[1]) === next)) {
      lines.push(match[2] ?? '');
      next = Number(match[1]) + 1;
    }
  }
  return lines.length > 0 ? lines.join('\n') : result;
}

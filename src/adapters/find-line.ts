// Looks for one line of a long file without holding more of it than a piece.
import { open } from 'node:fs/promises';

const PIECE = 1024 * 1024;

/** The first whole line (without its end) below `end` bytes that contains `mark` and that `take` makes something of. Throws what Node throws. */
export async function findLine<Found>(
  path: string,
  end: number,
  mark: string,
  take: (line: string) => Found | undefined,
): Promise<Found | undefined> {
  if (end === 0) return undefined;
  const file = await open(path, 'r');
  let begun: Buffer[] = [];
  // The stream closes the file.
  for await (const piece of file.createReadStream({ end: end - 1, highWaterMark: PIECE }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = piece.indexOf(0x0a); at >= 0; at = piece.indexOf(0x0a, from)) {
      const last = piece.subarray(from, at);
      const line = begun.length === 0 ? last : Buffer.concat([...begun, last]);
      begun = [];
      from = at + 1;
      const found = line.includes(mark) ? take(line.toString('utf8')) : undefined;
      if (found !== undefined) return found;
    }
    if (from < piece.length) begun.push(piece.subarray(from));
  }
  return undefined;
}

/** The one bug the demo script knows: the sample's line wrapping forgets the space between two words. */

export interface Correction {
  /** Counts from 1 in the text given. */
  line: number;
  /** Whole lines, just as they stand in the file, and only once in it. */
  oldText: string;
  newText: string;
}

/** Any spacing, so that it is found in a file the person has formatted differently. */
const forgottenSpace = /(displayWidth\s*\(\s*line\s*\)\s*\+\s*)(displayWidth\s*\(\s*word\s*\)\s*<=\s*width\b)/;

export function findKnownBug(source: string): Correction | undefined {
  const match = forgottenSpace.exec(source);
  if (!match) {
    return undefined;
  }
  let start = source.lastIndexOf('\n', match.index) + 1;
  const lineEnd = source.indexOf('\n', match.index + match[0].length);
  const end = lineEnd === -1 ? source.length : lineEnd;
  while (start > 0 && source.indexOf(source.slice(start, end)) !== source.lastIndexOf(source.slice(start, end))) {
    start = source.lastIndexOf('\n', start - 2) + 1;
  }
  const oldText = source.slice(start, end);
  return {
    line: source.slice(0, match.index).split('\n').length,
    oldText,
    newText: oldText.replace(forgottenSpace, '$11 + $2'),
  };
}

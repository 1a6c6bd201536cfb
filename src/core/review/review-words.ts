// What the model is told when the person has undone or changed its edits.
import { relativePath } from '../permissions/lexical-path.ts';
import type { ReviewNote } from './pending-file.ts';

export interface FileNotes {
  /** Absolute. */
  readonly path: string;
  readonly notes: readonly ReviewNote[];
}

const LEAD =
  'The person went over your edits. Build on what stands there now, and do not put back what they undid unless they ask for it.';
const MAX_CHARS = 8_000;

/** Undefined when there is nothing to tell. `cwd`: what paths are shown against. */
export function reviewWords(files: readonly FileNotes[], cwd: string): string | undefined {
  const told = files.flatMap(({ path, notes }) => notes.map((note) => wordsOf(relativePath(cwd, path), note)));
  if (told.length === 0) return undefined;
  const parts = [LEAD];
  let length = 0;
  for (const { head, diff } of told) {
    length += head.length + diff.length;
    const isShown = diff !== '' && length <= MAX_CHARS;
    parts.push(isShown ? `${head}, from yours to what stands there:\n${diff}` : `${head}.`);
  }
  return parts.join('\n');
}

function wordsOf(name: string, { kind, line, diff }: ReviewNote): { head: string; diff: string } {
  const read = diff === '' ? ' (long: Read the file)' : '';
  switch (kind) {
    case 'undone':
      return { head: `${name}, line ${line}: undone${read}`, diff };
    case 'changed':
      return { head: `${name}, line ${line}: changed since${read}`, diff };
    case 'removed':
      return { head: `${name}: the file is gone, removed by the person or a command`, diff };
    case 'restored':
      return { head: `${name}: an undo was taken back; your edit stands there again`, diff };
    default:
      return kind satisfies never;
  }
}

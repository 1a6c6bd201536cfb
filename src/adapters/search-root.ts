// What a search is asked to look in, looked at once before it starts.
import { open } from 'node:fs/promises';
import path from 'node:path';
import { SearchError } from '../core/ports.ts';

const LOOKED_AT = 8_192;
/** The system takes no longer argument than about 128 KB; a longer expression is a mistake anyway. */
const MAX_PATTERN_CHARS = 20_000;

/** The folder that globs are relative to: the path, or where the file at the path is. Throws `SearchError` for a binary file. */
export async function searchRoot(searched: string): Promise<string> {
  const handle = await open(searched, 'r').catch(() => undefined);
  if (!handle) return searched;
  try {
    if (!(await handle.stat()).isFile()) return searched;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(LOOKED_AT), 0, LOOKED_AT, 0);
    if (!isBinary(buffer.subarray(0, bytesRead))) return path.dirname(searched);
  } finally {
    await handle.close();
  }
  throw new SearchError(`${searched} is a binary file, which Grep does not search. Give a text file or a folder.`);
}

/** By the beginning of a file: a NUL, and no mark of UTF-16. */
export function isBinary(bytes: Uint8Array): boolean {
  return utf16Mark(bytes) === undefined && bytes.includes(0);
}

export function utf16Mark(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
}

/** Throws `SearchError` for a text that no program can be given. */
export function checkPattern(pattern: string): void {
  if (pattern.includes('\0')) throw new SearchError('The pattern contains a NUL character. Give it without.');
  if (pattern.length > MAX_PATTERN_CHARS) {
    throw new SearchError(
      `The pattern is ${pattern.length} characters long. Give one of at most ${MAX_PATTERN_CHARS}.`,
    );
  }
}

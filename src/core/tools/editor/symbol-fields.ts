// The input of tools that are pointed at a symbol: a file, a line, and the symbol's text on it.
import * as z from 'zod/mini';
import { optionalCount, optionalText, textField } from '../input-fields.ts';
import { shownText } from '../tool-paths.ts';

export const lineField = (description: string) =>
  z.nonoptional(optionalCount(description, 1), {
    error: ({ input }) => (input === undefined ? 'is missing' : 'must be a whole number, 1 or more'),
  });

export const symbolFields = () => ({
  file_path: textField('The file; absolute, or relative to the working folder.'),
  line: lineField('1-based line, as Read shows it.'),
  symbol: optionalText("The symbol's text on that line."),
  column: optionalCount('1-based; instead of symbol, or to tell several apart.', 1),
});

/** For a summary line: `total` in `src/cart.js`. */
export function shownSymbol(
  { symbol, line }: { readonly symbol?: unknown; readonly line?: unknown },
  { object, path }: { readonly object: string; readonly path?: string },
): { object: string; path?: string; line?: number } {
  const name = shownText(symbol);
  return {
    object: name === '' ? object : `${name} in ${object}`,
    ...(path === undefined ? {} : { path }),
    ...(typeof line === 'number' ? { line } : {}),
  };
}

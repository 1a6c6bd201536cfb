// Reads what stands behind an `@`: a few characters of a name, and lines of it.

export interface MentionQuery {
  readonly words: string;
  /** 1-based, inclusive; `a.ts:10` is one line. */
  readonly lines?: { readonly start: number; readonly end: number };
}

export function parseMentionQuery(query: string): MentionQuery {
  const [, words = '', first = '', last] = /^(.+?):L?(\d{1,7})(?:-L?(\d{0,7}))?$/.exec(query) ?? [];
  if (words === '') return { words: query.replace(/:$/, '') };
  const start = Math.max(1, Number(first));
  // While the end is still being typed it may be smaller than the start.
  return { words, lines: { start, end: Math.max(start, Number(last || first)) } };
}

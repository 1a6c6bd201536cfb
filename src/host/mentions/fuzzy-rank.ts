// Ranks paths and names by how well a few typed characters fit them; knows nothing of where they come from.

/** Higher is better; undefined: the characters do not stand in it in this order. Case counts for nothing. */
export function fuzzyScore(query: string, path: string): number | undefined {
  if (query === '') return 0;
  const wanted = query.toLowerCase();
  const text = path.toLowerCase();
  if (!holdsInOrder(wanted, text)) return undefined;
  const name = text.lastIndexOf('/', text.length - 2) + 1;
  const whole = text.lastIndexOf(wanted);
  if (whole >= 0) {
    // All together: best as the whole name, then at the name's beginning, then within it.
    const place = whole === name ? 300 : whole > name ? 200 : isStart(path, whole) ? 150 : 100;
    const ends = ['', '.', '/'].includes(text.charAt(whole + wanted.length));
    return place + (ends ? 50 : 0) - text.length / 100;
  }
  const inName = scattered(wanted, text, path, name);
  return (inName === undefined ? (scattered(wanted, text, path, 0) ?? 0) : inName + 50) - text.length / 100;
}

/** The best `limit` of them, best first; equals stay in their order. */
export function rank<T>(query: string, all: readonly T[], nameOf: (one: T) => string, limit: number): T[] {
  if (query === '') return all.slice(0, limit);
  const scored: { one: T; score: number }[] = [];
  for (const one of all) {
    const score = fuzzyScore(query, nameOf(one));
    if (score !== undefined) scored.push({ one, score });
  }
  return scored
    .toSorted((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ one }) => one);
}

function holdsInOrder(wanted: string, text: string): boolean {
  let at = -1;
  for (const char of wanted) {
    at = text.indexOf(char, at + 1);
    if (at < 0) return false;
  }
  return true;
}

/** Points for characters that follow each other or begin a word, from `from` on. */
function scattered(wanted: string, text: string, path: string, from: number): number | undefined {
  let at = from - 1;
  let score = 0;
  for (const char of wanted) {
    const next = text.indexOf(char, at + 1);
    if (next < 0) return undefined;
    score += (next === at + 1 ? 4 : 0) + (isStart(path, next) ? 6 : 0) + 1;
    at = next;
  }
  return score;
}

/** The first letter of a word: after a separator, or an upper-case one after a lower-case one. */
function isStart(path: string, at: number): boolean {
  const before = path[at - 1];
  if (before === undefined || /[/\\_.\- ]/.test(before)) return true;
  return /[a-z\d]/.test(before) && /[A-Z]/.test(path[at] ?? '');
}

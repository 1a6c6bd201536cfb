// A text's size in tokens, without asking anyone.

const CHARS_PER_TOKEN = 3.5;

/** An estimate: right within a third for prose and code. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / CHARS_PER_TOKEN);
}

/** The most characters that are estimated as `tokens` or less. */
export function charsWithin(tokens: number): number {
  return Math.floor(tokens * CHARS_PER_TOKEN);
}

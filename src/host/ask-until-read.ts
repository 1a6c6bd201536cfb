// Believes a yes only when there was time to read what it answers: a dialog takes the keys of a person who goes on typing.

/** Milliseconds from which on a yes can be meant. */
export const READING_MS = 500;

/** Shows the question, and again for as long as a yes comes sooner than anybody can read. Anything else counts at once. */
export async function askUntilRead<Answer>(
  show: () => Promise<Answer>,
  isYes: (answer: Answer) => boolean,
  now: () => number,
): Promise<Answer> {
  for (;;) {
    const shown = now();
    const answer = await show();
    if (!isYes(answer) || now() - shown >= READING_MS) return answer;
  }
}

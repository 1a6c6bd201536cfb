// A command line, or its surroundings, that cannot be worked with.

/** One sentence for the person: what is wrong and what to write instead. The exit status is then 2. */
export class ArgumentsError extends Error {
  override readonly name = 'ArgumentsError';
}

// Lists and choices in the inputs of the planning tools, with plain words for what does not fit.
import * as z from 'zod/mini';

interface Limits {
  readonly least: number;
  readonly most: number;
  /** "a list of 1 to 4 questions". */
  readonly what: string;
}

const wrong = (be: string) => ({
  error: ({ input }: { readonly input?: unknown }) => (input === undefined ? 'is missing' : `must be ${be}`),
});

export const listField = <Item extends z.core.SomeType>(item: Item, { least, most, what }: Limits) =>
  z.array(item, wrong(what)).check(z.minLength(least, wrong(what)), z.maxLength(most, wrong(what)));

export const choiceField = <const Choice extends string>(choices: readonly Choice[]) =>
  z.enum(choices, wrong(`one of ${choices.join(', ')}`));

export const optionalList = (description: string) =>
  z.optional(z.array(z.string(wrong('text')), wrong('a list of texts')).check(z.describe(description)));

// Fields of tool inputs as schemas that say in plain words what is wrong with a value.
import * as z from 'zod/mini';

interface Issue {
  readonly code?: string | undefined;
  readonly input?: unknown;
}

function must(be: string): (issue: Issue) => string {
  return ({ input }) => (input === undefined ? 'is missing' : `must be ${be}, not ${kindOf(input)}`);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const shown = JSON.stringify(value);
  return shown.length > 40 ? `a ${typeof value}` : shown;
}

export const textField = (description: string) => z.string({ error: must('text') }).check(z.describe(description));

export const optionalText = (description: string) => z.optional(textField(description));

export const optionalFlag = (description: string) =>
  z.optional(z.boolean({ error: must('true or false') }).check(z.describe(description)));

/** A whole number from `least` on. */
export const optionalCount = (description: string, least: number) => {
  const error = must(`a whole number, ${least} or more`);
  return z.optional(z.int({ error }).check(z.minimum(least, { error }), z.describe(description)));
};

export const optionalChoice = <const Choice extends string>(description: string, choices: readonly Choice[]) =>
  z.optional(z.enum(choices, { error: must(`one of ${choices.join(', ')}`) }).check(z.describe(description)));

/** An input object that takes these fields and no other. */
export function inputObject<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const names = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `there is no field ${issue.keys.join(', ')}; the fields are ${names}`
        : must(`an object with the fields ${names}`)(issue),
  });
}

/** A function that builds its value at the first call and keeps it. */
export function lazily<Value>(build: () => Value): () => Value {
  let built: { readonly value: Value } | undefined;
  return () => (built ??= { value: build() }).value;
}

// What a family of models is told beyond the base instructions, because it tends to need it. A row stays only while it helps.

const ADAPTATIONS: readonly { readonly family: RegExp; readonly text: string }[] = [
  {
    family: /claude.*haiku/,
    text: `Before the last answer, go through the request once more point by point, and look at the changed files rather than rely on memory.`,
  },
  {
    family: /claude.*opus/,
    text: `Add no options, layers, files or error handling that the request does not need.`,
  },
  {
    family: /^(?!.*claude)/,
    text: `To use a tool, make a tool call with input that fits its schema: a call written out in the answer's text does nothing. Call only tools that are listed.`,
  },
];

/** Undefined when the base instructions are enough. `model` is an id as the API takes it. */
export function modelAdaptation(model: string): string | undefined {
  return ADAPTATIONS.find(({ family }) => family.test(model.toLowerCase()))?.text;
}

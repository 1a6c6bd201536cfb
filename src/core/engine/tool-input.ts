// Checks what the model sent as a tool's input, and says in one sentence what is wrong with it.
import * as z from 'zod/mini';
import type { Tool } from '../tools/tool.ts';

export type ParsedInput =
  | { readonly ok: true; readonly input: unknown }
  | { readonly ok: false; readonly message: string };

const SHOWN = 200;

/** `invalidInput` is the raw text of an input that was no JSON object, or broke off. */
export function parseToolInput(tool: Tool, input: unknown, invalidInput: string | undefined): ParsedInput {
  if (invalidInput !== undefined) {
    const end = invalidInput.length > SHOWN ? `…${invalidInput.slice(-SHOWN)}` : invalidInput;
    return {
      ok: false,
      message: `The input of ${tool.name} was not a whole JSON object, so nothing was run. It ended with: ${end || '(nothing)'}. Send the call again, in smaller parts if it was long.`,
    };
  }
  const parsed = z.safeParse(tool.schema(), input);
  if (parsed.success) return { ok: true, input: parsed.data };
  const problems = parsed.error.issues.slice(0, 3).map((issue) => {
    const path = issue.path.join('.');
    return path ? `${path}: ${issue.message}` : issue.message;
  });
  return {
    ok: false,
    message: `The input of ${tool.name} does not fit: ${problems.join('; ')}. Nothing was run; correct it and call again.`,
  };
}

/** The texts of an object at the start of its JSON, up to the first member that is not whole yet or is a list or an object. Linear. */
export function leadingFields(text: string): Record<string, string> {
  const fields: Record<string, string> = {};
  const member = /\s*[{,]\s*"(\w+)"\s*:\s*(?:("(?:[^"\\]|\\.)*")|[\w.+-]+(?=\s*,))/y;
  for (let found = member.exec(text); found; found = member.exec(text)) {
    const [, name = '', value] = found;
    try {
      if (value !== undefined) fields[name] = JSON.parse(value) as string;
    } catch {
      return fields;
    }
  }
  return fields;
}

/** The whole string fields at the start of an input that is still arriving: enough to say what the call is about. */
export function previewInput(text: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [, name, value] of text.matchAll(/"(\w+)"\s*:\s*("(?:[^"\\]|\\.)*")/g)) {
    try {
      fields[name!] = JSON.parse(value!) as string;
    } catch {
      // A raw control character: wait for the whole input.
    }
  }
  return fields;
}

/** Recognises in a tool result what the person decided about the call, and in which words. */
import type { ToolCall } from './demo-task.ts';

export function wasDenied(call: ToolCall): boolean {
  return (
    call.isError &&
    /\b(denied|denies|declined|rejected|refused|not allowed|did not allow|disallowed|not permitted)\b/i.test(
      call.result,
    )
  );
}

/** What the person gave as a reason, as well as it can be told from the rest of the result. */
export function reasonGiven(call: ToolCall): string | undefined {
  const marked = /\b(?:said|says|wrote|reason|feedback|words|message|comment)\b[^:\n]{0,60}:\s*(.+)/i.exec(
    call.result,
  )?.[1];
  const quoted = /["“]([^"”\n]{2,})["”]/.exec(call.result)?.[1];
  return (marked ?? quoted)?.trim().replace(/^["“]|["”]\.?$/g, '');
}

/** True when the person accepted an edit but changed the proposal first. */
export function wasChangedByPerson(call: ToolCall): boolean {
  const pattern = /\b(?:user|person|they|reviewer)\b[^.\n]{0,80}?\b(?:changed|modified|adjusted|amended|edited)\b/i;
  return !call.isError && pattern.test(call.result);
}

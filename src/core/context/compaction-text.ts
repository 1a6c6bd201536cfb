// The words of a compaction: what the model is asked for, and what takes the place of the conversation.
import type { ApiMessage } from '../messages/api.ts';

const ASK = `Stop here for a moment. The conversation is about to be shortened: what you write now takes the place of everything above, and
you will go on from it alone. Write a summary for yourself, without calling any tool:

1. What the person wants, in their terms, with every constraint and preference they stated.
2. What has been done: files read, created and changed (with paths), commands run and what they showed, decisions and their reasons.
3. Where things stand: what works, what fails, exact names, values, line numbers and error texts that are still needed.
4. What is left to do, in order, and the very next step.

Be complete about facts and brief in words. Do not invent anything.`;

/** Added as the last words of the person's side, behind the unchanged conversation, so that the cache serves all of it. */
export function summaryRequest(focus: string | undefined): string {
  return focus ? `${ASK}\n\nThe person asks to keep above all: ${focus}` : ASK;
}

export interface CompactionParts {
  readonly summary: string;
  /** What the person asked for last, word for word. */
  readonly lastRequest: string;
  /** Absolute paths, the newest last. */
  readonly files: readonly string[];
}

/** The first message of the shortened conversation. */
export function compactedMessage({ summary, lastRequest, files }: CompactionParts): string {
  const sections = [
    'The conversation so far was shortened to make room. This is what you wrote down from it:',
    `<summary>\n${summary.trim()}\n</summary>`,
    `The person's last request, word for word:\n<request>\n${lastRequest}\n</request>`,
    ...(files.length > 0
      ? [
          `Files that you had read (read them again before you edit them):\n${files.map((file) => `- ${file}`).join('\n')}`,
        ]
      : []),
    'Go on from the next step. Do not repeat what is done, and do not mention this to the person.',
  ];
  return sections.join('\n\n');
}

/** What is no longer there word for word, for the person to read. */
export function droppedList(messages: readonly ApiMessage[]): string[] {
  const answers = messages.filter(({ role }) => role === 'assistant').length;
  const calls = new Map<string, number>();
  for (const { content } of messages) {
    if (!Array.isArray(content)) continue;
    for (const block of content) if (block.type === 'tool_use') calls.set(block.name, (calls.get(block.name) ?? 0) + 1);
  }
  const tools = [...calls].map(([name, count]) => `${count} × ${name}`).join(', ');
  return [answers === 1 ? '1 answer' : `${answers} answers`, ...(tools ? [`the results of ${tools}`] : [])];
}

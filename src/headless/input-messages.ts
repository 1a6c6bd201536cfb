// Messages of the person as JSON lines on standard input, in the format that clients of coding agents write.
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { UserInput } from '../core/events.ts';

/**
 * Yields each message; ends with the input. What is not a message is told to `onProblem`, with its line, and passed over. Lines are
 * read on while a message is being worked on.
 */
export async function* readMessages(
  input: NodeJS.ReadableStream,
  onProblem: (message: string) => void,
): AsyncGenerator<UserInput, void> {
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number++;
    const text = line.replace(/^\ufeff/, '').trim();
    if (text === '') continue;
    const read = readMessage(text);
    if (typeof read === 'string') onProblem(`Line ${number} of the input is passed over: ${read}.`);
    else yield read;
  }
}

/** The message, or why it is none. */
function readMessage(text: string): UserInput | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'it is not valid JSON';
  }
  if (!isRecord(value)) return 'it is not an object';
  const { type, message, uuid } = value;
  if (type !== 'user')
    return `its type is ${typeof type === 'string' ? `"${type.slice(0, 40)}"` : 'missing'}, not "user"`;
  if (!isRecord(message) || (message['role'] !== undefined && message['role'] !== 'user')) {
    return 'its message is not one of the role "user"';
  }
  const content = readContent(message['content']);
  if (typeof content === 'string') return content;
  return { id: typeof uuid === 'string' && uuid ? uuid : randomUUID(), text: content.text, attachments: [] };
}

function readContent(content: unknown): { readonly text: string } | string {
  if (typeof content === 'string') return content.trim() ? { text: content } : 'its content is empty';
  if (!Array.isArray(content)) return 'its content is neither text nor a list of blocks';
  const texts: string[] = [];
  for (const block of content as unknown[]) {
    if (!isRecord(block) || block['type'] !== 'text' || typeof block['text'] !== 'string') {
      const kind = isRecord(block) && typeof block['type'] === 'string' ? block['type'].slice(0, 40) : 'unknown';
      return `it has a block of the kind ${kind}, and only text is taken`;
    }
    texts.push(block['text']);
  }
  const text = texts.join('\n\n');
  return text.trim() ? { text } : 'its content is empty';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Tool calls as rows of the panel: their input and output capped, their words in the tense that fits their state.
import type { CallSummary, DurableEvent } from '../events.ts';
import type { ApiToolResultContent } from '../messages/api.ts';
import type { ToolItem, ToolState } from '../../shared/view-model.ts';
import { ownText } from '../own-text.ts';
import { withAnswered, withAsked } from './person-cards.ts';

/** Characters of input and of output that the panel holds for a row; the rest is opened in an editor. */
export const SHOWN_CHARS = 8_000;

/** A row whose input is still arriving, or waits to run. */
export function newToolItem(id: string, name: string, state: ToolState): ToolItem {
  return {
    id,
    kind: 'tool',
    name,
    verb: name,
    object: '',
    state,
    quiet: false,
    input: '',
    output: '',
    outputCapped: false,
  };
}

/** `active` takes the words for a call under way. */
export function withSummary(item: ToolItem, summary: CallSummary, active: boolean): ToolItem {
  return {
    ...item,
    verb: active ? summary.activeVerb : summary.verb,
    object: summary.object,
    quiet: summary.quiet,
    ...(summary.path === undefined ? {} : { path: summary.path }),
    ...(summary.line === undefined ? {} : { line: summary.line }),
  };
}

export function withInput(item: ToolItem, input: unknown): ToolItem {
  const command = typeof input === 'object' && input !== null && 'command' in input ? input.command : undefined;
  const text = typeof command === 'string' ? command : JSON.stringify(input, undefined, 2);
  return withAsked({ ...item, input: beginning(text, SHOWN_CHARS) }, input);
}

export function withEnding(
  item: ToolItem,
  event: Extract<DurableEvent, { type: 'tool_completed' }>,
  verb: string,
): ToolItem {
  const { waiting: _, ...rest } = item;
  const { details } = event;
  const text = contentText(event.content);
  const output = cap(text);
  const ended: ToolItem = {
    ...rest,
    verb,
    state: event.outcome === 'invalid' ? 'failed' : event.outcome,
    output,
    outputCapped: output.length < text.length,
    durationMs: event.durationMs,
    ...(details.diff === undefined ? {} : { diff: beginning(details.diff, 20 * SHOWN_CHARS) }),
    ...(details.added === undefined ? {} : { added: details.added }),
    ...(details.removed === undefined ? {} : { removed: details.removed }),
    ...(details.path === undefined ? {} : { path: details.path }),
    ...(details.line === undefined ? {} : { line: details.line }),
    ...(details.note === undefined ? {} : { note: details.note }),
  };
  return withAnswered(ended, event);
}

function beginning(text: string, chars: number): string {
  return text.length <= chars ? text : ownText(text.slice(0, chars));
}

/** Head and tail: the end of an output mostly says what went wrong. */
function cap(text: string): string {
  if (text.length <= SHOWN_CHARS) return text;
  const half = SHOWN_CHARS / 2;
  const words = `… ${text.length - SHOWN_CHARS} characters left out …`;
  return ownText(`${text.slice(0, half)}\n${words}\n${text.slice(-half)}`.slice(0, text.length - 1));
}

/** All of it as text: a picture, a document or whatever else comes is named by its kind. */
export function contentText(content: ApiToolResultContent): string {
  if (typeof content === 'string') return content;
  return content.map(blockText).join('\n');
}

function blockText(block: Exclude<ApiToolResultContent, string>[number]): string {
  if (block.type === 'text') return block.text;
  if (block.type === 'document' && block.title) return `[document: ${block.title}]`;
  return `[${block.type.replaceAll('_', ' ')}]`;
}

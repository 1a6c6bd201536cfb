// Folds the events of one answer into content blocks: the one place where a stream becomes data.
import type { Usage } from '../events.ts';
import type { ApiBlock, ApiStreamEvent, StopReason } from '../messages/api.ts';
import { mergeUsage, NO_USAGE } from '../usage/usage.ts';

/** What an event of the stream meant. */
export type AnswerPart =
  | { readonly type: 'message_started'; readonly messageId: string; readonly model: string }
  | { readonly type: 'block_started'; readonly index: number; readonly block: ApiBlock }
  | { readonly type: 'delta'; readonly index: number; readonly kind: 'text' | 'thinking'; readonly text: string }
  /** More of a tool's input arrived; `inputText` reads what there is so far. */
  | { readonly type: 'input'; readonly index: number; readonly toolUseId: string; readonly name: string }
  /** A block is whole. `invalidInput`: the raw text of a tool input that is not a JSON object, or was cut. */
  | {
      readonly type: 'block_completed';
      readonly index: number;
      readonly block: ApiBlock;
      readonly invalidInput?: string;
    }
  | { readonly type: 'message_stopped' };

interface OpenBlock {
  block: ApiBlock;
  /** Pieces of text or of JSON; joined once, so that a long input costs its length and not its square. */
  pieces: string[];
}

/** One accumulator an answer. Events out of place are ignored: a broken stream must not break the turn. */
export class StreamAccumulator {
  usage: Usage = NO_USAGE;
  stopReason: StopReason | null = null;
  /** The stream said that it is over. */
  stopped = false;
  started = false;
  completedBlocks = 0;
  private readonly open = new Map<number, OpenBlock>();

  push(event: ApiStreamEvent): AnswerPart | undefined {
    switch (event.type) {
      case 'message_start':
        this.started = true;
        this.usage = mergeUsage(this.usage, event.message.usage);
        return { type: 'message_started', messageId: event.message.id, model: event.message.model };
      case 'content_block_start':
        this.open.set(event.index, { block: structuredClone(event.content_block), pieces: [] });
        return { type: 'block_started', index: event.index, block: event.content_block };
      case 'content_block_delta':
        return this.pushDelta(event);
      case 'content_block_stop':
        return this.complete(event.index, true);
      case 'message_delta':
        this.stopReason = event.delta?.stop_reason ?? this.stopReason;
        this.usage = mergeUsage(this.usage, event.usage);
        return undefined;
      case 'message_stop':
        this.stopped = true;
        return { type: 'message_stopped' };
      default:
        // An event type of a later API: not for us.
        event satisfies never;
        return undefined;
    }
  }

  /** The input of a tool call so far, at most `limit` characters from its start. */
  inputText(index: number, limit = Infinity): string {
    const open = this.open.get(index);
    if (!open) return '';
    let text = '';
    for (const piece of open.pieces) {
      text += piece;
      if (text.length >= limit) break;
    }
    return text;
  }

  /** Ends the blocks that are still open, when no more events will come: text is kept, a tool call is invalid. */
  cut(): AnswerPart[] {
    return [...this.open.keys()].flatMap((index) => this.complete(index, false) ?? []);
  }

  private pushDelta(event: Extract<ApiStreamEvent, { type: 'content_block_delta' }>): AnswerPart | undefined {
    const { index, delta } = event;
    const open = this.open.get(index);
    if (!open || !delta) return undefined;
    switch (delta.type) {
      case 'text_delta':
        open.pieces.push(delta.text);
        return { type: 'delta', index, kind: 'text', text: delta.text };
      case 'thinking_delta':
        open.pieces.push(delta.thinking);
        return { type: 'delta', index, kind: 'thinking', text: delta.thinking };
      case 'signature_delta':
        if (open.block.type === 'thinking') open.block.signature += delta.signature;
        return undefined;
      case 'input_json_delta': {
        open.pieces.push(delta.partial_json);
        const { block } = open;
        return block.type === 'tool_use' ? { type: 'input', index, toolUseId: block.id, name: block.name } : undefined;
      }
      case 'citations_delta':
        if (open.block.type === 'text') open.block.citations = [...(open.block.citations ?? []), delta.citation];
        return undefined;
      case 'compaction_delta':
        if (open.block.type === 'compaction') open.block.content = (open.block.content ?? '') + (delta.content ?? '');
        return undefined;
      default:
        delta satisfies never;
        return undefined;
    }
  }

  private complete(index: number, whole: boolean): AnswerPart | undefined {
    const open = this.open.get(index);
    if (!open) return undefined;
    this.open.delete(index);
    if (whole) this.completedBlocks++;
    const { block, pieces } = open;
    const text = pieces.join('');
    switch (block.type) {
      case 'text':
        return { type: 'block_completed', index, block: { ...block, text: block.text + text } };
      case 'thinking':
        return { type: 'block_completed', index, block: { ...block, thinking: block.thinking + text } };
      case 'tool_use':
      case 'server_tool_use':
      case 'mcp_tool_use': {
        const input = whole ? parseInput(text, block.input) : undefined;
        if (input) return { type: 'block_completed', index, block: { ...block, input } };
        // The API takes only objects: the raw text travels beside, for the error result.
        return { type: 'block_completed', index, block: { ...block, input: {} }, invalidInput: text };
      }
      default:
        return { type: 'block_completed', index, block };
    }
  }
}

function parseInput(text: string, initial: unknown): Record<string, unknown> | undefined {
  try {
    const input: unknown = text === '' ? (initial ?? {}) : JSON.parse(text);
    return typeof input === 'object' && input !== null && !Array.isArray(input)
      ? (input as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

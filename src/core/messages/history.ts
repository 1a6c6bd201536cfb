// Folds events into the messages that the model sees. Whatever the events are, the result is a history that the API accepts.
import type { Attachment } from '../../shared/view-model.ts';
import type { DurableEvent, UserInput } from '../events.ts';
import type { ApiBlock, ApiBlockParam, ApiMessage, ApiToolResult } from './api.ts';

/** Said for a call that has no result: the turn was stopped, or the editor closed, while it ran. */
export const INTERRUPTED =
  'Interrupted before it finished. It may have taken effect in part: check before doing it again.';

/**
 * The conversation so far. Messages that were handed out never change afterwards: the next list extends the last one.
 *
 *   person ─ answer ─ results (+ what was added) ─ answer ─ … ─ answer ─ person …
 *
 * Every tool use has exactly one result, in the order of the uses, at the start of the message that follows.
 */
export class History {
  private closed: ApiMessage[] = [];
  /** The answer under way, until something must follow it. */
  private answer: ApiBlockParam[] = [];
  private answerId = '';
  private calls: string[] = [];
  private readonly results = new Map<string, ApiToolResult>();
  private readonly seenCalls = new Set<string>();
  /** What the next message of the person's side holds besides results. */
  private pending: ApiBlockParam[] = [];

  apply(event: DurableEvent): void {
    switch (event.type) {
      case 'turn_started':
      case 'input_added':
        this.pending.push(...inputBlocks(event.input));
        return;
      case 'context_added':
        if (event.text.trim()) this.pending.push({ type: 'text', text: event.text });
        return;
      case 'compacted':
        this.compact(event.text, event.replaced);
        return;
      case 'block_completed':
        this.addBlock(event.messageId, event.block);
        return;
      case 'tool_completed':
        if (this.calls.includes(event.toolUseId) && !this.results.has(event.toolUseId)) {
          this.results.set(event.toolUseId, {
            type: 'tool_result',
            tool_use_id: event.toolUseId,
            content: event.content,
            ...(event.outcome === 'done' ? {} : { is_error: true }),
          });
        }
        return;
      default:
        // The rest is for people and for the books.
        return;
    }
  }

  /** What would be sent now: ends with the person's side. */
  messages(): readonly ApiMessage[] {
    this.closeAnswer();
    if (this.pending.length > 0) {
      this.append('user', this.pending);
      this.pending = [];
    }
    return this.closed;
  }

  private compact(text: string, replaced: number): void {
    const kept = this.messages().slice(replaced);
    this.closed = [{ role: 'user', content: [{ type: 'text', text }] }];
    const calls = new Set(
      kept.flatMap(({ content }) =>
        blocksOf(content).flatMap((block) => (block.type === 'tool_use' ? [block.id] : [])),
      ),
    );
    for (const { role, content } of kept) {
      // A result stays only with its call.
      const whole = blocksOf(content).filter((block) => block.type !== 'tool_result' || calls.has(block.tool_use_id));
      if (role !== 'system' && whole.length > 0) this.append(role, whole);
    }
  }

  private addBlock(messageId: string, block: ApiBlock): void {
    if (messageId !== this.answerId) this.messages();
    this.answerId = messageId;
    if (block.type === 'text' && !block.text.trim()) return;
    // Thinking that was cut has no signature, and the API refuses it.
    if (block.type === 'thinking' && !block.signature) return;
    if (block.type === 'tool_use') {
      if (this.seenCalls.has(block.id)) return;
      this.seenCalls.add(block.id);
      this.calls.push(block.id);
    }
    this.answer.push(block);
  }

  private closeAnswer(): void {
    if (this.answer.length > 0) {
      this.append('assistant', this.answer);
      this.answer = [];
    }
    if (this.calls.length === 0) return;
    const results = this.calls.map((id) => this.results.get(id) ?? interrupted(id));
    this.pending = [...results, ...this.pending];
    this.calls = [];
    this.results.clear();
  }

  /** Neighbours of one role become one message: the API wants them to take turns. */
  private append(role: 'user' | 'assistant', content: ApiBlockParam[]): void {
    const last = this.closed.at(-1);
    if (last?.role === role && Array.isArray(last.content)) {
      this.closed[this.closed.length - 1] = { role, content: [...last.content, ...content] };
    } else {
      this.closed.push({ role, content });
    }
  }
}

function interrupted(id: string): ApiToolResult {
  return { type: 'tool_result', tool_use_id: id, content: INTERRUPTED, is_error: true };
}

function blocksOf(content: ApiMessage['content']): ApiBlockParam[] {
  return Array.isArray(content) ? content : [];
}

/** Chips first, as the person sees them, then their words. */
function inputBlocks(input: UserInput): ApiBlockParam[] {
  const blocks = input.attachments.map((attachment) => attachmentBlock(attachment, input.images));
  if (input.text.trim()) blocks.push({ type: 'text', text: input.text });
  // A message must not be empty.
  return blocks.length > 0 ? blocks : [{ type: 'text', text: '(empty message)' }];
}

function attachmentBlock({ kind, label, text, image }: Attachment, images: UserInput['images']): ApiBlockParam {
  const found = kind === 'image' ? images?.find(({ id }) => id === image) : undefined;
  if (found) return { type: 'image', source: { type: 'base64', media_type: found.mediaType, data: found.data } };
  const words = kind === 'image' ? '(an image that is not there any more)' : text;
  return { type: 'text', text: `<attachment label=${JSON.stringify(label)}>\n${words}\n</attachment>` };
}

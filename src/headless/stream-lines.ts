// The steps of a run as JSON lines: the start, each answer, each result of a tool, and where asked for the pieces of an answer.
import { randomUUID } from 'node:crypto';
import type { AgentEvent } from '../core/events.ts';
import type { ApiBlock } from '../core/messages/api.ts';
import { wireUsage } from './result-line.ts';

export interface RunFacts {
  readonly sessionId: string;
  readonly cwd: string;
  readonly model: string;
  readonly tools: readonly string[];
  readonly permissionMode: string;
  readonly apiKeySource: string;
}

export interface StreamLinesOptions extends RunFacts {
  readonly partialMessages: boolean;
  readonly line: (value: object) => void;
}

export class StreamLines {
  private content: ApiBlock[] = [];
  private model = '';
  private answering = false;
  /** Results that came while their answer still streamed: the format has them behind it. */
  private readonly early: object[] = [];

  private readonly options: StreamLinesOptions;

  constructor(options: StreamLinesOptions) {
    this.options = options;
  }

  /** The first line. */
  start(): void {
    const { cwd, model, tools, permissionMode, apiKeySource } = this.options;
    this.step('system', {
      subtype: 'init',
      cwd,
      tools,
      mcp_servers: [],
      model,
      permissionMode,
      slash_commands: [],
      skills: [],
      apiKeySource,
    });
  }

  take(event: AgentEvent): void {
    switch (event.type) {
      case 'message_started':
        this.content = [];
        this.model = event.model;
        this.answering = true;
        return this.partial({ type: 'message_start', message: this.message(event.messageId, [], null) });
      case 'block_started':
        return this.partial({ type: 'content_block_start', index: event.index, content_block: emptyBlock(event) });
      case 'block_delta': {
        const delta =
          event.kind === 'text'
            ? { type: 'text_delta', text: event.text }
            : { type: 'thinking_delta', thinking: event.text };
        return this.partial({ type: 'content_block_delta', index: event.index, delta });
      }
      case 'block_completed':
        return this.endBlock(event.index, event.block);
      case 'message_completed':
        return this.endAnswer(event);
      case 'compacted': {
        const metadata = { trigger: event.trigger === 'manual' ? 'manual' : 'auto', pre_tokens: event.tokensBefore };
        return this.step('system', { subtype: 'compact_boundary', compact_metadata: metadata });
      }
      case 'tool_completed': {
        const failed = event.outcome === 'done' ? {} : { is_error: true };
        const result = { type: 'tool_result', tool_use_id: event.toolUseId, content: event.content, ...failed };
        if (this.answering) this.early.push(result);
        else this.result(result);
        return;
      }
      default:
        // Steps of other kinds have no line in this format.
        return;
    }
  }

  private endBlock(index: number, block: ApiBlock): void {
    this.content.push(block);
    // What is not streamed on piece by piece comes as one, so that a reader who adds up the pieces has the block.
    if (block.type === 'tool_use')
      this.delta(index, { type: 'input_json_delta', partial_json: JSON.stringify(block.input) });
    if (block.type === 'thinking') this.delta(index, { type: 'signature_delta', signature: block.signature });
    this.partial({ type: 'content_block_stop', index });
  }

  private endAnswer({ messageId, stopReason, usage }: Extract<AgentEvent, { type: 'message_completed' }>): void {
    const wire = wireUsage(usage);
    this.partial({ type: 'message_delta', delta: { stop_reason: stopReason, stop_sequence: null }, usage: wire });
    this.partial({ type: 'message_stop' });
    if (this.content.length > 0) {
      const message = { ...this.message(messageId, this.content, stopReason), usage: wire };
      this.step('assistant', { message, parent_tool_use_id: null });
    }
    this.answering = false;
    this.early.splice(0).forEach((result) => this.result(result));
  }

  private message(id: string, content: readonly ApiBlock[], stop_reason: string | null): object {
    return { id, type: 'message', role: 'assistant', model: this.model, content, stop_reason, stop_sequence: null };
  }

  private result(result: object): void {
    this.step('user', { message: { role: 'user', content: [result] }, parent_tool_use_id: null });
  }

  private delta(index: number, delta: object): void {
    this.partial({ type: 'content_block_delta', index, delta });
  }

  private partial(event: object): void {
    if (this.options.partialMessages) this.step('stream_event', { event, parent_tool_use_id: null });
  }

  private step(type: string, fields: object): void {
    this.options.line({ type, ...fields, session_id: this.options.sessionId, uuid: randomUUID() });
  }
}

function emptyBlock({ kind, toolUseId, name }: Extract<AgentEvent, { type: 'block_started' }>): object {
  if (kind === 'text') return { type: kind, text: '' };
  if (kind === 'thinking') return { type: kind, thinking: '', signature: '' };
  return toolUseId === undefined ? { type: kind } : { type: kind, id: toolUseId, name, input: {} };
}

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

  /** Those of the agents at work, by the call that started them. */
  private readonly agents = new Map<string, StreamLines>();

  private readonly options: StreamLinesOptions;
  /** The call that started the agent whose lines these are; null: the conversation's own. */
  private readonly parent: string | null;

  constructor(options: StreamLinesOptions, parent: string | null = null) {
    this.options = options;
    this.parent = parent;
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
      case 'agent_event':
        return this.takeAgent(event);
      default:
        // Steps of other kinds have no line in this format.
        return;
    }
  }

  /** What an agent said and did, as whole messages under the call that started it. */
  private takeAgent({ toolUseId, event, at }: Extract<AgentEvent, { type: 'agent_event' }>): void {
    const lines = this.agents.get(toolUseId) ?? new StreamLines({ ...this.options, partialMessages: false }, toolUseId);
    this.agents.set(toolUseId, lines);
    if (event.type === 'turn_started') return lines.asked(event.input.text);
    if (event.type === 'message_completed') lines.model = event.model ?? '';
    if (event.type === 'turn_completed') this.agents.delete(toolUseId);
    return lines.take({ ...event, at });
  }

  private asked(text: string): void {
    this.step('user', {
      message: { role: 'user', content: [{ type: 'text', text }] },
      parent_tool_use_id: this.parent,
    });
  }

  private endBlock(index: number, block: ApiBlock): void {
    this.answering = true;
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
      this.step('assistant', { message, parent_tool_use_id: this.parent });
    }
    this.content = [];
    this.answering = false;
    this.early.splice(0).forEach((result) => this.result(result));
  }

  private message(id: string, content: readonly ApiBlock[], stop_reason: string | null): object {
    return { id, type: 'message', role: 'assistant', model: this.model, content, stop_reason, stop_sequence: null };
  }

  private result(result: object): void {
    this.step('user', { message: { role: 'user', content: [result] }, parent_tool_use_id: this.parent });
  }

  private delta(index: number, delta: object): void {
    this.partial({ type: 'content_block_delta', index, delta });
  }

  private partial(event: object): void {
    if (this.options.partialMessages) this.step('stream_event', { event, parent_tool_use_id: this.parent });
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

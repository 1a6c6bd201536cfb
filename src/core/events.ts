// The agent's events: what happened, in order. The session log is a list of the durable ones; every view is a fold over them.
import type { Attachment } from '../shared/view-model.ts';
import type { BudgetScope } from './usage/budget.ts';
import type { ImageType } from './tools/files/read-image.ts';
import type { ApiBlock, ApiToolResultContent, StopReason } from './messages/api.ts';

/** Version of the log's format: a reader meets older ones, and refuses newer ones by skipping what it does not know. */
export const LOG_VERSION = 1;

/** An image of the API's kinds and within its limits, in base64. `id`: which attachment it is. */
export interface InputImage {
  readonly id: string;
  readonly mediaType: ImageType;
  readonly data: string;
}

/** What a person sends: text and chips. */
export interface UserInput {
  /** The sender's id for it; a message that arrives twice is taken once. */
  readonly id: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** Those of the attachments that are images: only here, so that no view carries them. */
  readonly images?: readonly InputImage[];
}

/** A message that waits; `steer`: it goes into the running turn at its next safe point. */
export type QueuedInput = UserInput & { readonly steer?: true };

/** Token counts of one answer, as the API reports them; streamed values only ever grow. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}

/** Classes of failure, the same whether they come as an HTTP status, an event in a stream or a dropped socket. */
export type FailureClass =
  | 'overloaded'
  | 'rate_limit'
  | 'api_error'
  | 'invalid_request'
  | 'context_overflow'
  | 'request_too_large'
  | 'authentication'
  | 'permission'
  | 'stream_truncated'
  | 'empty_response'
  | 'connection'
  | 'idle_timeout'
  | 'protocol'
  | 'unknown';

export interface Failure {
  readonly class: FailureClass;
  /** One sentence without secrets: what happened. */
  readonly message: string;
  /** The same request may succeed later without a change. */
  readonly transient: boolean;
  /** Milliseconds the other side asked to wait. */
  readonly retryAfterMs?: number;
  readonly status?: number;
  readonly requestId?: string;
}

/** How a tool call ended. Each call ends exactly once. */
export type ToolOutcome = 'done' | 'failed' | 'denied' | 'interrupted' | 'invalid';

/** What the panel may show of a finished call, beyond the result that the model reads. */
export interface ToolDetails {
  readonly diff?: string;
  readonly added?: number;
  readonly removed?: number;
  readonly path?: string;
  readonly line?: number;
  readonly exitCode?: number;
  /** Absolute paths of the files that the call changed, where it is not `path` alone. */
  readonly changed?: readonly string[];
  /** What the person answered to each question, in their order: labels of options, and words of their own. */
  readonly answers?: readonly { readonly chosen: readonly string[]; readonly words?: string }[];
  /** The person's verdict on a plan, and the plan as they approved it, where they changed it. */
  readonly verdict?: 'approved' | 'rejected';
  readonly plan?: string;
  /** One line for the person: what was changed in review, why it was denied. */
  readonly note?: string;
}

/** What a call looks like in one line: "Read" "src/cart.js". */
export interface CallSummary {
  /** Past tense, e.g. "Read", "Ran". */
  readonly verb: string;
  /** For a call under way, e.g. "Reading", "Running". */
  readonly activeVerb: string;
  readonly object: string;
  readonly path?: string;
  readonly line?: number;
  readonly quiet: boolean;
}

/** What a turn may run into; each has a way on. */
export type LimitKind = 'requests' | 'time' | 'budget' | 'repetition' | 'length' | 'context';

/** Why a conversation was shortened: it was full, the person wished so, or the API refused it. */
export type CompactionTrigger = 'auto' | 'manual' | 'overflow';

export type TurnOutcome = 'done' | 'stopped' | 'failed' | 'limit';

export interface Todo {
  /** Stable for the session: "1", "2"… */
  readonly id: string;
  /** "Fix the parser". */
  readonly content: string;
  /** "Fixing the parser". */
  readonly activeForm: string;
  readonly status: 'pending' | 'in_progress' | 'completed';
  readonly description?: string;
  /** Ids of those that must be done first. */
  readonly blockedBy?: readonly string[];
}

/** What is kept of a subagent's events: enough to show its work and to count what it took. */
export type AgentStep = Extract<
  DurableEvent,
  {
    type:
      | 'turn_started'
      | 'block_completed'
      | 'message_completed'
      | 'tool_started'
      | 'tool_completed'
      | 'permission_decided'
      | 'failed'
      | 'notice'
      | 'side_request'
      | 'compacted'
      | 'turn_completed';
  }
>;

/** Events that are written to the session log. */
export type DurableEvent =
  | {
      type: 'session_started';
      sessionId: string;
      cwd: string;
      product: string;
      createdAt: number;
      /** The session that this one began as a copy of. */
      forkedFrom?: string;
    }
  | { type: 'session_titled'; title: string }
  | { type: 'model_selected'; model: string }
  /** One of the port's efforts; empty leaves it to the API. */
  | { type: 'effort_selected'; effort: string }
  /** US dollars; null is no limit. */
  | { type: 'budget_selected'; scope: BudgetScope; limitUsd: number | null }
  | { type: 'turn_started'; turnId: string; input: UserInput }
  /** The person's words, taken into a running turn at a safe point. */
  | { type: 'input_added'; turnId: string; input: UserInput }
  /** The messages that wait, after each change: they outlive a reload. */
  | { type: 'queue_changed'; queue: readonly QueuedInput[] }
  /** `text` takes the place of the first `replaced` messages that the model saw. They stay in the log. */
  | {
      type: 'compacted';
      turnId: string;
      trigger: CompactionTrigger;
      text: string;
      summary: string;
      /** What is no longer there word for word, in words. */
      dropped: readonly string[];
      replaced: number;
      tokensBefore: number;
      tokensAfter: number;
      usage: Usage;
      model: string;
    }
  /** Text the harness adds for the model, never shown as the person's words (context, a reminder). */
  | { type: 'context_added'; turnId: string; text: string }
  | { type: 'message_started'; turnId: string; messageId: string; model: string }
  /**
   * What has come of a text since the last such event. Written now and then while a long text streams, for whoever reads the log after a
   * crash; `block_completed` holds the whole.
   */
  | { type: 'text_arrived'; turnId: string; messageId: string; index: number; text: string }
  /** A content block is whole. `invalidInput` holds the raw text of a tool call whose input could not be read. */
  | {
      type: 'block_completed';
      turnId: string;
      messageId: string;
      index: number;
      block: ApiBlock;
      durationMs: number;
      invalidInput?: string;
    }
  /** The end of an answer. `complete` false: it broke off, and what had arrived was kept. */
  | {
      type: 'message_completed';
      turnId: string;
      messageId: string;
      stopReason: StopReason | null;
      usage: Usage;
      complete: boolean;
      /** Which model answered, the API's id of the request, and milliseconds: to the first event, and in all. */
      model?: string;
      requestId?: string;
      firstEventMs?: number;
      durationMs?: number;
    }
  | { type: 'tool_started'; turnId: string; toolUseId: string; name: string; summary: CallSummary }
  | {
      type: 'tool_completed';
      turnId: string;
      toolUseId: string;
      name: string;
      outcome: ToolOutcome;
      /** What the model reads. */
      content: ApiToolResultContent;
      details: ToolDetails;
      durationMs: number;
    }
  | {
      type: 'permission_decided';
      turnId: string;
      toolUseId: string;
      decision: 'allow' | 'deny';
      /** `person`, `rule` or `default`. */
      by: string;
      /** Which rule, from which file; or the person's words. */
      reason: string;
    }
  /** A request to the model beside the conversation, and what it took: a page read, a title found. */
  | {
      type: 'side_request';
      turnId: string;
      toolUseId?: string;
      /** "WebFetch", "WebSearch". */
      purpose: string;
      usage: Usage;
      model: string;
      durationMs: number;
    }
  /** The whole list, after each change. */
  | { type: 'todos_changed'; turnId: string; toolUseId?: string; todos: readonly Todo[] }
  | { type: 'mode_changed'; turnId?: string; toolUseId?: string; mode: string }
  /** What a subagent did, inside the call that started it. */
  | { type: 'agent_event'; turnId: string; toolUseId: string; event: AgentStep }
  | { type: 'failed'; turnId: string; failure: Failure }
  | { type: 'notice'; turnId: string; level: 'info' | 'warning'; title: string; body: string }
  | {
      type: 'turn_completed';
      turnId: string;
      outcome: TurnOutcome;
      /** Which limit, when `outcome` is `limit`. */
      limit?: LimitKind;
      reason: string;
      usage: Usage;
      model: string;
      durationMs: number;
    };

/** Events of the moment: shown, then forgotten. */
export type TransientEvent =
  | {
      type: 'block_started';
      turnId: string;
      messageId: string;
      index: number;
      kind: ApiBlock['type'];
      toolUseId?: string;
      name?: string;
    }
  | { type: 'block_delta'; turnId: string; messageId: string; index: number; kind: 'text' | 'thinking'; text: string }
  /** The input of a tool call so far, repaired for preview only. At most ten a second. */
  | { type: 'tool_input_preview'; turnId: string; toolUseId: string; name: string; summary: CallSummary }
  | { type: 'tool_queued'; turnId: string; toolUseId: string; name: string; summary: CallSummary }
  | { type: 'tool_waiting'; turnId: string; toolUseId: string; requestId: string; words: string; review: boolean }
  /** `running`: it asked in the middle of its work, and goes on. */
  | { type: 'tool_resumed'; turnId: string; toolUseId: string; running?: true }
  | { type: 'tool_progress'; turnId: string; toolUseId: string; text: string }
  /** A failure that will be tried again at `until` (epoch milliseconds). */
  | { type: 'retry_scheduled'; turnId: string; failure: Failure; attempt: number; until: number }
  | { type: 'retry_started'; turnId: string; attempt: number }
  | { type: 'compaction_started'; turnId: string; trigger: CompactionTrigger }
  | { type: 'stopping'; turnId: string };

export type AgentEvent = (DurableEvent | TransientEvent) & {
  /** Epoch milliseconds. */
  readonly at: number;
};

/** One line of the session log. */
export type LogEntry = DurableEvent & {
  readonly v: number;
  /** 0, 1, 2 … without gaps. */
  readonly seq: number;
  /** The entry it follows; null for the first. */
  readonly parent: number | null;
  readonly at: number;
};

const durableTypes = {
  session_started: true,
  session_titled: true,
  model_selected: true,
  effort_selected: true,
  budget_selected: true,
  turn_started: true,
  input_added: true,
  compacted: true,
  queue_changed: true,
  context_added: true,
  message_started: true,
  text_arrived: true,
  block_completed: true,
  message_completed: true,
  tool_started: true,
  tool_completed: true,
  permission_decided: true,
  side_request: true,
  todos_changed: true,
  mode_changed: true,
  agent_event: true,
  failed: true,
  notice: true,
  turn_completed: true,
} satisfies Record<DurableEvent['type'], true>;

export function isDurable(event: AgentEvent): event is DurableEvent & { at: number } {
  return Object.hasOwn(durableTypes, event.type);
}

export function isDurableType(type: string): type is DurableEvent['type'] {
  return Object.hasOwn(durableTypes, type);
}

// The contract of a tool: a small factory with its I/O passed in. A call is prepared, judged by the gate, then run.
import type * as z from 'zod/mini';
import type { CallSummary, DurableEvent, ToolDetails } from '../events.ts';
import type { ApiToolDefinition, ApiToolResultContent } from '../messages/api.ts';
import type { EditProposal } from '../ports.ts';
import type { Access, Grant } from '../permissions/access.ts';

/** A failure in words for the model: what happened and what to do next. One place turns it into an error result. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}

export interface ToolContext {
  /** Working folder of the session, absolute. Shell commands may move within the workspace. */
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Where a call shows progress: text is added to its output. Cheap; may be called often. */
  readonly report: (text: string) => void;
  readonly turnId: string;
  readonly toolUseId: string;
  /**
   * Asks the gate about something that turned up on the way (a file that a rename touches). Throws `ToolError` where it is denied.
   */
  readonly authorize: (access: Access, propose?: ToolAction['propose']) => Promise<Grant>;
  /** Shows the call as waiting for the person, in words, until the answer is there. Gives what `answer` gives. */
  readonly waiting: <Answer>(words: string, answer: () => Promise<Answer>) => Promise<Answer>;
  /** Puts an event of this call into the session. */
  readonly record: (event: CallEvent) => void;
}

/** What a call may add to the session beside its result. */
export type CallEvent = WithoutIds<
  Extract<DurableEvent, { type: 'side_request' | 'todos_changed' | 'mode_changed' | 'agent_event' }>
>;
type WithoutIds<Event> = Event extends unknown ? Omit<Event, 'turnId' | 'toolUseId'> : never;

export interface ToolResult {
  readonly content: ApiToolResultContent;
  readonly details: ToolDetails;
  /** The work was done but did not succeed (a failing command): the model is told so. */
  readonly isError?: boolean;
}

/** What a call is going to do, known before it does anything. */
export interface ToolAction {
  /** What the gate judges. Nothing is read or started before it has. */
  readonly access: Access;
  /**
   * For edits: the file before and after, worked out once the gate has not denied it. Throws `ToolError` when the edit cannot
   * apply, so that nobody is asked about one that would fail. `requestId` and `facts` are filled in by the gate.
   */
  readonly propose?: (path: string) => Promise<Omit<EditProposal, 'requestId' | 'facts'>>;
  /** Does it. Throws `ToolError`; anything else that it throws is a bug and is reported as one. */
  run(grant: Grant, context: ToolContext): Promise<ToolResult>;
}

export interface Tool<Input = unknown> {
  /** The name on the wire. */
  readonly name: string;
  /** For the model; short. */
  readonly description: string;
  /** Built at first use and memoised. */
  readonly schema: () => z.ZodMiniType<Input>;
  /** In place of one made from `schema`: for tools whose inputs are described elsewhere. */
  readonly inputSchema?: ApiToolDefinition['input_schema'];
  /** What it is given stays on this machine: secrets that the model knows by placeholders are put back into it. Default false. */
  readonly isLocal?: boolean;
  /** Rarely used: the model is told about it only when it looks for it. Default false. */
  readonly deferred?: boolean;
  /** The call that this one stands for: that one is summarised, judged and run in its place. */
  standsFor?(input: Partial<Input>): { readonly name: string; readonly input: unknown } | undefined;
  /** Runs side by side with others of its kind. Default false. */
  isConcurrencySafe?(input: Input): boolean;
  /** A failure cancels the calls beside it. Default false; true for the shell. */
  readonly cancelsSiblings?: boolean;
  /** Works on a partial input too: fields may be missing. */
  summarize(input: Partial<Input>, cwd: string): CallSummary;
  /** An access that does nothing, for the gate to get ready with before the first call; never granted. Default: none is worth it. */
  rehearsal?(cwd: string): Access;
  /**
   * What a call will open, told from the whole texts at the start of an input that is still arriving; undefined until that is known.
   * `prepare` makes it quicker to open, given the path that the gate has judged; it changes nothing and keeps nothing. May throw, may reject.
   */
  early?(
    input: Readonly<Record<string, string>>,
    cwd: string,
  ): { readonly access: Access; readonly prepare: (path: string) => Promise<void> } | undefined;
  prepare(input: Input, context: Pick<ToolContext, 'cwd'>): ToolAction;
}

/** Keeps the input's type inside the tool while the engine holds tools of all kinds. */
export function defineTool<Input>(tool: Tool<Input>): Tool {
  return tool;
}

// One live conversation for a client that shows it: the query engine, its log and its view, kept in step.
import type { AgentEvent, UserInput } from '../events.ts';
import type { Patch, SessionView, Turn } from '../../shared/view-model.ts';

/** Owned by the one who opened it. */
export interface AgentSession {
  readonly id: string;
  readonly running: boolean;
  /** The whole view; a new object after each change. */
  readonly view: { readonly session: SessionView; readonly turns: readonly Turn[] };
  /** Called synchronously with each event and the patches that it led to. Returns the function that ends it. */
  subscribe(listener: (event: AgentEvent, patches: readonly Patch[]) => void): () => void;
  /** Starts a turn, or queues the message while one runs. An id that was seen before is ignored. */
  submit(input: UserInput): 'started' | 'queued' | 'duplicate';
  unqueue(id: string): void;
  /** Ends the running turn: partial text is kept, open calls are answered as interrupted. The queue stays, and waits. */
  stop(): void;
  /** Sends the message of an ended turn again. */
  retry(turnId: string): void;
  /** What a tool printed, in full as far as the log holds it. */
  toolOutput(toolUseId: string): string | undefined;
  /** Resolves when no turn runs. */
  whenIdle(): Promise<void>;
  /** Stops, writes the log out and closes it. */
  dispose(): Promise<void>;
}

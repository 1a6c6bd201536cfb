// One live conversation for a client that shows it: the query engine, its log and its view, kept in step.
import type { ContextReading } from '../context/context-meter.ts';
import type { ContextShare } from '../context/context-shares.ts';
import type { SessionChoices } from '../session/session-choices.ts';
import type { BudgetState } from '../usage/budget.ts';
import type { AgentEvent, UserInput } from '../events.ts';
import type { PermissionMode } from '../permissions/mode.ts';
import type { ToolRecord } from './session-recall.ts';
import type { Delivery, Patch, SessionView, Turn } from '../../shared/view-model.ts';

export interface SessionContextReading extends ContextReading {
  readonly limit: number;
  /** Model or effort have changed since the last request: what the cache holds is of no use. */
  readonly isCacheLost: boolean;
}

/** Owned by the one who opened it. */
export interface AgentSession {
  readonly id: string;
  readonly running: boolean;
  /** The whole view; a new object after each change. */
  readonly view: { readonly session: SessionView; readonly turns: readonly Turn[] };
  /** Called synchronously with each event and the patches that it led to. Returns the function that ends it. */
  subscribe(listener: (event: AgentEvent, patches: readonly Patch[]) => void): () => void;
  /**
   * Starts a turn. While one runs the message is queued, and goes out as `delivery` says (default `follow_up`). An id that was seen before
   * is ignored.
   */
  submit(input: UserInput, delivery?: Delivery): 'started' | 'queued' | 'duplicate';
  /** Takes a message that waits back, and returns it; undefined when it does not wait any more. */
  unqueue(id: string): UserInput | undefined;
  /** Delivers a message that waits in another way; `interrupt` sends it at once, whether or not a turn runs. */
  deliver(id: string, delivery: Delivery): void;
  /** Ends the running turn: partial text is kept, open calls are answered as interrupted. The queue stays, and waits. */
  stop(): void;
  /** Sends the message of an ended turn again. */
  retry(turnId: string): void;
  /** Gives the conversation another title, which later messages leave as it is. */
  rename(title: string): void;
  /** From the next call on. */
  setMode(mode: PermissionMode): void;
  /** From the next request on, and for as long as there is the conversation. Does nothing where nothing changes. */
  choose(choices: SessionChoices): void;
  /** What was chosen for this conversation, over the settings. */
  readonly choices: SessionChoices;
  /** What the next request is expected to hold, of how many tokens. */
  readonly context: SessionContextReading;
  /** The same by kind. Looks at the surroundings if that was not done yet. Never rejects. */
  contextShares(): Promise<ContextShare[]>;
  /** Those that have a limit, the nearest to its end first. */
  readonly budgets: readonly BudgetState[];
  /** The next turn may cost as much again as each budget that is used up. */
  allowOnce(): void;
  /** Shortens the conversation, keeping what `focus` names; resolves to whether it was. Does nothing while a turn runs. */
  compact(focus?: string, signal?: AbortSignal): Promise<boolean>;
  /** What a call that has ended gave, in full as far as the log holds it; undefined where that does not (any more). Never rejects. */
  toolResult(toolUseId: string): Promise<ToolRecord | undefined>;
  /** Resolves when no turn runs. */
  whenIdle(): Promise<void>;
  /** Stops, writes the log out and closes it. */
  dispose(): Promise<void>;
}

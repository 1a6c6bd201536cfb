// The query engine: one a session. It owns the history, the running turn and the log; clients give it input and read events.
import {
  isDurable,
  type AgentEvent,
  type DurableEvent,
  type TransientEvent,
  type TurnOutcome,
  type UserInput,
} from '../events.ts';
import { History } from '../messages/history.ts';
import type { Agents } from '../agents/agents.ts';
import type { AgentParent } from '../agents/run-agent.ts';
import type { ApiToolDefinition } from '../messages/api.ts';
import type { PermissionGate } from '../permissions/access.ts';
import type { Clock, ModelClient } from '../ports.ts';
import type { SessionContext } from '../prompt/session-context.ts';
import type { SessionLog } from '../sessions/session-log.ts';
import type { SecretPlaceholders } from '../secrets/secret-placeholders.ts';
import type { Tool } from '../tools/tool.ts';
import { lazily } from '../tools/input-fields.ts';
import { toolDefinition } from '../tools/tool-definition.ts';
import { Compactor } from '../context/compactor.ts';
import type { ContextReading } from '../context/context-meter.ts';
import { contextShares, type ContextShare } from '../context/context-shares.ts';
import { contextReport } from '../prompt/context-report.ts';
import { BudgetGuard, type BudgetCheck } from '../usage/budget-guard.ts';
import type { DaySpending } from '../usage/day-spending.ts';
import { costOf, priceOf } from '../usage/prices.ts';
import { RequestWatch } from '../usage/request-watch.ts';
import { spentBy } from '../usage/spent-by.ts';
import { CompactionKeeper } from './compaction-keeper.ts';
import { EventQueue } from './event-queue.ts';
import type { Reminder } from './reminder.ts';
import { runTurn, type EngineSettings, type SentRequest } from './turn-loop.ts';

export interface QueryEngineOptions {
  readonly model: ModelClient;
  readonly settings: () => EngineSettings;
  readonly context: SessionContext;
  readonly tools: readonly Tool[];
  /** What requests say of the tools. Default: those of `tools` that are not deferred. */
  readonly definitions?: readonly ApiToolDefinition[];
  /** The subagents that `tools` may start; disposed of with the engine. Default: none can be started. */
  readonly agents?: Agents;
  /** Where the conversation begins. Default: empty. */
  readonly history?: History;
  /** The budgets that hold. Default: those of the settings, for what this conversation has cost, its subagents included. */
  readonly budget?: BudgetCheck;
  /** Where the day's cost is added up. Default: this conversation alone counts. */
  readonly day?: DaySpending;
  /** There will be one turn only: nothing is prepared for another. Default false. */
  readonly once?: boolean;
  readonly gate: PermissionGate;
  /** As `AuthorizationRequest.origin`. Default: the conversation's own model asks. */
  readonly origin?: string;
  /** Keeps secrets from the model and the log. Default: nothing is masked. */
  readonly secrets?: SecretPlaceholders;
  /** What the model hears by itself before its requests. Default nothing. */
  readonly reminders?: readonly Reminder[];
  /** Owned by the engine from here on. */
  readonly log: SessionLog;
  readonly clock: Clock;
  readonly newId: () => string;
  /** In [0, 1); for the jitter of retries. */
  readonly random: () => number;
  readonly cwd: () => string;
  /** The process is short of memory: the conversation is shortened before it goes on. Default never. */
  readonly isMemoryTight?: () => boolean;
  /** Told of what happens while no turn runs: the conversation was shortened, an agent works in the background. */
  readonly onIdleEvent?: (event: AgentEvent) => void;
}

/** Of a turn that was cut off by the end of the session, or of the whole process. */
export const CLOSED_IN_TURN =
  'Capstan was closed while this turn ran. What had finished is kept; nothing is run twice.';

/** Runs one turn at a time. Disposed of by the one who made it. */
export class QueryEngine {
  private readonly history: History;
  private readonly compactor: Compactor;
  private readonly compaction: CompactionKeeper;
  private readonly watch: RequestWatch;
  /** This conversation's own. */
  readonly budget: BudgetGuard;
  private spentUsd = 0;
  private closing = false;
  private sent: SentRequest | undefined;
  /** Those who read the running turn. */
  private readers: EventQueue | undefined;
  private readonly tools: ReadonlyMap<string, Tool>;
  private readonly definitions: () => readonly ApiToolDefinition[];
  private turn:
    | {
        readonly id: string;
        readonly abort: AbortController;
        readonly done: Promise<TurnOutcome>;
      }
    | undefined;

  private readonly options: QueryEngineOptions;

  constructor(options: QueryEngineOptions) {
    this.options = options;
    this.history = options.history ?? new History();
    this.tools = new Map(options.tools.map((tool) => [tool.name, tool]));
    this.definitions = lazily(() => options.definitions ?? listedDefinitions(options.tools));
    this.compactor = new Compactor({
      ...options,
      history: this.history,
      definitions: this.definitions,
      emit: (event) => this.emit(event),
    });
    this.compaction = new CompactionKeeper(this.compactor);
    this.watch = new RequestWatch({ now: () => options.clock.now(), context: () => this.compactor.reading });
    this.budget = new BudgetGuard({ ...options, sessionUsd: () => this.spentUsd });
    for (const entry of options.log.entries) this.apply(entry);
    options.agents?.attach(this.asParent());
  }

  get running(): boolean {
    return this.turn !== undefined;
  }

  get turnId(): string | undefined {
    return this.turn?.id;
  }

  /**
   * Runs a turn and yields what happens. It goes on to its end even if nobody reads: only `stop` ends it early.
   * `takeSteering` is asked at each safe point for words of the person to take into the turn. Throws at once when a turn runs already.
   */
  submit(input: UserInput, takeSteering: () => readonly UserInput[] = () => []): AsyncIterable<AgentEvent> {
    if (this.turn) throw new Error('A turn is running: stop it or wait for its end.');
    const queue = new EventQueue();
    const abort = new AbortController();
    const id = this.options.newId();
    this.readers = queue;
    this.budget.beginTurn();
    const done = runTurn({
      ...this.options,
      turnId: id,
      budget: this.options.budget ?? this.budget,
      input: this.masked(input),
      history: this.history,
      tools: this.tools,
      definitions: this.definitions,
      takeSteering: () => takeSteering().map((taken) => this.masked(taken)),
      flush: () => this.options.log.flush(),
      compaction: this.compaction,
      watch: this.watch,
      onRequest: (request) => (this.sent = request),
      emit: (event) => this.emit(event),
      signal: abort.signal,
      whyStopped: () => (this.closing ? CLOSED_IN_TURN : ''),
    }).finally(() => {
      this.turn = undefined;
      this.readers = undefined;
      this.sent = undefined;
      this.budget.endTurn();
      queue.close();
      if (abort.signal.aborted || this.options.once) return;
      // Nothing more is paid for where the budget is used up.
      if (this.budget.reached() === undefined) this.compaction.afterTurn(id, () => this.turn === undefined);
    });
    // Putting the tools into words takes some milliseconds: best while others look at the surroundings.
    this.options.clock.after(2, () => void this.definitions());
    this.turn = { id, abort, done };
    return queue;
  }

  /** Ends the running turn; resolves when it has ended. */
  async stop(): Promise<void> {
    this.turn?.abort.abort();
    await this.turn?.done;
  }

  get context(): ContextReading & { readonly limit: number } {
    return { ...this.compactor.reading, limit: this.compactor.window };
  }

  /** Reads the surroundings if that was not done yet. Never rejects. */
  async contextShares(): Promise<ContextShare[]> {
    const parts = await this.options.context.parts();
    return contextShares(this.compactor.reading, contextReport(parts, this.definitions()));
  }

  /** Shortens the conversation now, keeping what `focus` names. Resolves to whether it was. Throws while a turn runs. */
  async compact(turnId: string, focus?: string, signal?: AbortSignal): Promise<boolean> {
    if (this.turn) throw new Error('A turn is running: stop it or wait for its end.');
    const done = await this.compaction.byWish(turnId, focus, signal);
    await this.options.log.flush();
    return done;
  }

  /** Adds an event that is not of a turn: a title, a change of model. */
  note(event: DurableEvent): AgentEvent {
    return this.record(event);
  }

  async dispose(): Promise<void> {
    this.closing = true;
    await this.stop();
    await this.options.agents?.dispose();
    await this.compaction.stop();
    await this.options.log.close();
  }

  private asParent(): AgentParent {
    const { model, settings, context, gate, clock, newId, random, isMemoryTight, secrets } = this.options;
    return {
      model,
      settings,
      context,
      gate,
      clock,
      newId,
      random,
      definitions: this.definitions,
      ...(isMemoryTight ? { isMemoryTight } : {}),
      ...(secrets ? { secrets } : {}),
      sent: () => this.sent,
      budget: this.options.budget ?? this.budget.lent(),
      emit: (event) => this.emit(event),
    };
  }

  /** What the person attached may hold secrets that they do not know of; their own words are sent as they are. */
  private masked(input: UserInput): UserInput {
    const { secrets } = this.options;
    if (!secrets || input.attachments.length === 0) return input;
    return { ...input, attachments: input.attachments.map((one) => ({ ...one, text: secrets.mask(one.text) })) };
  }

  private apply(event: DurableEvent & { readonly at: number }): void {
    this.history.apply(event);
    this.compactor.apply(event);
    if (event.type === 'compacted') {
      for (const reminder of this.options.reminders ?? []) reminder.forget?.();
    }
    const spent = spentBy(event);
    if (!spent) return;
    const { model, prices } = this.options.settings();
    const price = (spent.model !== undefined && priceOf(spent.model, prices)) || priceOf(model, prices);
    if (price) this.spentUsd += costOf(spent.usage, price);
  }

  /** What happens now, and not only again: it counts for the day, and what is odd about it is said. */
  private observe(event: DurableEvent, costUsd: number): void {
    this.options.day?.add(costUsd);
    for (const notice of this.watch.take(event)) {
      if (this.turn) this.emit({ type: 'notice', turnId: this.turn.id, ...notice });
    }
  }

  /** To those who read the running turn, or to those of the session: what works in the background goes on between turns. */
  private emit(event: DurableEvent | TransientEvent): void {
    const before = this.spentUsd;
    const recorded = this.record(event);
    if (this.readers) this.readers.push(recorded);
    else this.options.onIdleEvent?.(recorded);
    if (isDurable(recorded)) this.observe(recorded, this.spentUsd - before);
  }

  /** The one place where an event becomes part of the session. */
  private record(event: DurableEvent | TransientEvent): AgentEvent {
    const stamped: AgentEvent = { ...event, at: this.options.clock.now() };
    if (isDurable(stamped)) {
      this.apply(stamped);
      this.options.log.append(stamped);
    }
    return stamped;
  }
}

function listedDefinitions(tools: readonly Tool[]): readonly ApiToolDefinition[] {
  return tools.filter((tool) => !tool.deferred).map(toolDefinition);
}

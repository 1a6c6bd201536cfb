// Opens a session for a client that shows it: a new one, or one from its log, mended if it was cut off in mid-turn.
import { applyPatches } from '../../shared/apply-patch.ts';
import { nothingOutside, type Delivery, type Patch, type View } from '../../shared/view-model.ts';
import type { AgentEvent, AgentStep, DurableEvent, LogEntry, QueuedInput, UserInput } from '../events.ts';
import type { ModeState, PermissionMode } from '../permissions/mode.ts';
import type { SessionLog } from '../sessions/session-log.ts';
import { NO_USAGE } from '../usage/usage.ts';
import { Projection } from '../view/projection.ts';
import { OldRows, thinned, type RowPlace } from '../view/old-rows.ts';
import type { ContextShare } from '../context/context-shares.ts';
import type { SessionChoices, SessionChoiceState } from '../session/session-choices.ts';
import type { BudgetState } from '../usage/budget.ts';
import type { AgentSession, SessionContextReading } from './agent-session.ts';
import type { EngineSettings } from './turn-loop.ts';
import { cutTexts } from './cut-texts.ts';
import { SessionRecall, type ToolRecord } from './session-recall.ts';
import { CLOSED_IN_TURN, QueryEngine, type QueryEngineOptions } from './query-engine.ts';

export interface OpenAgentSessionOptions extends QueryEngineOptions {
  /** Name and version of the product, for the log. */
  readonly product: string;
  /** The session's permission mode; a change by the person goes through the session. Default: it cannot be changed. */
  readonly mode?: ModeState;
  /** What the person chooses for this conversation; `settings` knows it. Default: nothing can be chosen. */
  readonly choices?: SessionChoiceState;
  /** What ends with the session, after its last turn. */
  readonly owned?: readonly { dispose(): void | Promise<void> }[];
}

type Listener = (event: AgentEvent, patches: readonly Patch[]) => void;

export function openAgentSession(options: OpenAgentSessionOptions): AgentSession {
  return new LiveSession(options);
}

const TITLE_CHARS = 60;

class LiveSession implements AgentSession {
  readonly id: string;
  private readonly engine: QueryEngine;
  private readonly projection: Projection;
  private readonly listeners = new Set<Listener>();
  private readonly seen = new Set<string>();
  private readonly recall: SessionRecall;
  private readonly oldRows = new OldRows();
  private queue: readonly QueuedInput[] = [];
  private current: View;
  private turn: Promise<void> | undefined;
  private stopped = false;
  private cacheLost = false;
  private disposed = false;

  private readonly options: OpenAgentSessionOptions;

  constructor(options: OpenAgentSessionOptions) {
    this.options = options;
    this.projection = new Projection(() => options.settings().prices ?? {});
    this.recall = new SessionRecall(options.log);
    this.id = options.log.sessionId;
    this.current = emptyView(this.id, options.settings(), options.mode?.current ?? 'default');
    const { log } = options;
    const fresh = log.entries.length === 0;
    // The engine folds what the log held; what is noted from here on goes to both.
    this.engine = new QueryEngine({ ...options, onIdleEvent: (event) => this.publish(event) });
    for (const entry of log.entries) this.take(entry);
    if (!fresh) this.current = applyPatches(this.current, this.contextPatches());
    if (fresh)
      this.note({
        type: 'session_started',
        sessionId: this.id,
        cwd: options.cwd(),
        product: options.product,
        createdAt: options.clock.now(),
      });
    else {
      this.closeCutAgents(log);
      this.closeCutTurn(log);
    }
    log.letGo();
  }

  get running(): boolean {
    return this.turn !== undefined;
  }

  get view(): AgentSession['view'] {
    return this.current;
  }

  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  submit(input: UserInput, delivery: Delivery = 'follow_up'): 'started' | 'queued' | 'duplicate' {
    if (this.seen.has(input.id)) return 'duplicate';
    this.seen.add(input.id);
    if (!this.turn) {
      this.start(input);
      return 'started';
    }
    if (delivery === 'interrupt') this.sendNow(input);
    else this.setQueue([...this.queue, delivery === 'steer' ? { ...input, steer: true } : input]);
    return 'queued';
  }

  unqueue(id: string): UserInput | undefined {
    const found = this.queue.find((input) => input.id === id);
    if (!found) return undefined;
    this.setQueue(this.queue.filter((input) => input !== found));
    return withoutSteer(found);
  }

  deliver(id: string, delivery: Delivery): void {
    const found = this.queue.find((input) => input.id === id);
    if (!found) return;
    const input = withoutSteer(found);
    if (delivery === 'interrupt') return this.sendNow(input);
    const changed = delivery === 'steer' ? { ...input, steer: true as const } : input;
    this.setQueue(this.queue.map((other) => (other === found ? changed : other)));
  }

  /** Before all that waits, and without waiting for the end of what runs. */
  private sendNow(input: UserInput): void {
    const others = this.queue.filter(({ id }) => id !== input.id);
    if (!this.turn) {
      if (others.length < this.queue.length) this.setQueue(others);
      return this.start(input);
    }
    this.setQueue([input, ...others]);
    this.stop();
    this.stopped = false;
  }

  stop(): void {
    const { turnId } = this.engine;
    if (!turnId) return;
    this.stopped = true;
    this.publish({ type: 'stopping', turnId, at: this.options.clock.now() });
    void this.engine.stop();
  }

  retry(turnId: string): void {
    const again = (input: UserInput | undefined): void => {
      if (input && !this.disposed) this.submit({ ...input, id: this.options.newId() });
    };
    const atHand = this.recall.inputAtHand(turnId);
    if (atHand) again(atHand);
    else void this.recall.input(turnId).then(again);
  }

  rename(title: string): void {
    this.note({ type: 'session_titled', title });
  }

  setMode(mode: PermissionMode): void {
    if (!this.options.mode || this.options.mode.current === mode) return;
    this.options.mode.set(mode);
    this.note({ type: 'mode_changed', mode });
  }

  get choices(): SessionChoices {
    return this.options.choices?.current ?? {};
  }

  choose(choices: SessionChoices): void {
    for (const event of this.options.choices?.choose(choices) ?? []) this.note(event);
  }

  get context(): SessionContextReading {
    return { ...this.engine.context, isCacheLost: this.cacheLost };
  }

  contextShares(): Promise<ContextShare[]> {
    return this.engine.contextShares();
  }

  get budgets(): readonly BudgetState[] {
    return this.engine.budget.states();
  }

  allowOnce(): void {
    this.engine.budget.allowOnce();
  }

  async compact(focus?: string, signal?: AbortSignal): Promise<boolean> {
    const turnId = this.current.turns.at(-1)?.id;
    return turnId !== undefined && !this.running && this.engine.compact(turnId, focus, signal);
  }

  toolResult(toolUseId: string): Promise<ToolRecord | undefined> {
    return this.recall.result(toolUseId);
  }

  async whenIdle(): Promise<void> {
    while (this.turn) await this.turn;
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    if (this.running) this.stop();
    const disposed = this.engine.dispose();
    await this.whenIdle();
    await disposed;
    for (const part of this.options.owned ?? []) await part.dispose();
    this.listeners.clear();
  }

  private start(input: UserInput): void {
    this.stopped = false;
    if (!this.current.session.title) this.note({ type: 'session_titled', title: titleOf(input.text) });
    this.turn = this.run(input).finally(() => {
      this.turn = undefined;
      const [next, ...rest] = this.queue;
      // After a stop the queue waits for the person.
      if (!next || this.stopped || this.disposed) return;
      this.setQueue(rest);
      this.start(withoutSteer(next));
    });
  }

  private async run(input: UserInput): Promise<void> {
    for await (const event of this.engine.submit(input, () => this.takeSteering())) this.publish(event);
  }

  private takeSteering(): readonly UserInput[] {
    const taken = this.queue.filter(({ steer }) => steer);
    if (taken.length > 0) this.setQueue(this.queue.filter(({ steer }) => !steer));
    return taken.map(withoutSteer);
  }

  /** The process ended while a turn ran: say so in the log, so that every later reader agrees on how it ended. */
  private closeCutTurn(log: SessionLog): void {
    const last = log.entries.findLast((entry) => entry.type === 'turn_started' || entry.type === 'turn_completed');
    if (last?.type !== 'turn_started') return;
    for (const block of cutTexts(log.entries, last.turnId)) this.note(block);
    this.note({
      type: 'turn_completed',
      turnId: last.turnId,
      outcome: 'stopped',
      reason: CLOSED_IN_TURN,
      usage: NO_USAGE,
      model: this.options.settings().model,
      durationMs: 0,
    });
  }

  /** An agent that was at work when the process ended has ended with it. */
  private closeCutAgents(log: SessionLog): void {
    const open = new Map<string, Extract<LogEntry, { type: 'agent_event' }>>();
    for (const entry of log.entries) {
      if (entry.type !== 'agent_event') continue;
      if (entry.event.type === 'turn_completed') open.delete(entry.toolUseId);
      else if (!open.has(entry.toolUseId)) open.set(entry.toolUseId, entry);
    }
    for (const { turnId, toolUseId, event } of open.values()) {
      const ending: AgentStep = {
        type: 'turn_completed',
        turnId: event.turnId,
        outcome: 'stopped',
        reason: 'Capstan was closed while this agent worked.',
        usage: NO_USAGE,
        model: this.options.settings().model,
        durationMs: 0,
      };
      this.note({ type: 'agent_event', turnId, toolUseId, event: ending });
    }
  }

  private setQueue(queue: readonly QueuedInput[]): void {
    this.note({ type: 'queue_changed', queue });
  }

  private note(event: DurableEvent): void {
    this.publish(this.engine.note(event));
  }

  private publish(event: AgentEvent): void {
    const patches = this.take(event);
    if (FILLS.has(event.type)) {
      const fill = this.contextPatches();
      this.current = applyPatches(this.current, fill);
      patches.push(...fill);
    }
    for (const listener of this.listeners) listener(event, patches);
  }

  private contextPatches(): Patch[] {
    const { tokens: used, limit, conversation, results, told: surroundings } = this.engine.context;
    return [{ op: 'session', fields: { context: { used, limit, conversation, results, surroundings } } }];
  }

  private take(event: AgentEvent | LogEntry): Patch[] {
    this.recall.take(event);
    if (event.type === 'turn_started') this.seen.add(event.input.id);
    if (event.type === 'model_selected' || event.type === 'effort_selected') this.cacheLost = true;
    if (event.type === 'message_started') this.cacheLost = false;
    // What waits would only run into the same wall.
    if (event.type === 'turn_completed' && event.limit === 'budget') this.stopped = true;
    if (event.type === 'queue_changed') this.queue = event.queue;
    const patches = this.projection.project(event);
    this.current = applyPatches(this.current, patches);
    for (const place of this.oldRows.take(patches)) patches.push(...this.thin(place));
    return patches;
  }

  private thin({ turnId, itemId }: RowPlace): Patch[] {
    const turn = this.current.turns.find(({ id }) => id === turnId);
    const item = turn?.items.find(({ id }) => id === itemId);
    if (item?.kind !== 'tool') return [];
    const patch: Patch = { op: 'item', turnId, item: thinned(item) };
    this.projection.replace(turnId, patch.item);
    this.current = applyPatches(this.current, [patch]);
    return [patch];
  }
}

function withoutSteer({ steer: _, ...input }: QueuedInput): UserInput {
  return input;
}

/** After these the context holds more or less, or can. */
const FILLS: ReadonlySet<AgentEvent['type']> = new Set([
  'turn_started',
  'input_added',
  'context_added',
  'tool_completed',
  'message_completed',
  'compacted',
  'model_selected',
] satisfies AgentEvent['type'][]);

function titleOf(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line.length > TITLE_CHARS ? `${line.slice(0, TITLE_CHARS - 1)}…` : line || 'Conversation';
}

/** The environment is the client's to fill in. */
function emptyView(id: string, { model, parameters }: EngineSettings, mode: PermissionMode): View {
  const effort = parameters?.effort ?? '';
  return {
    session: { id, title: '', model, effort, mode, state: 'idle', queued: [], inputTokens: 0, outputTokens: 0 },
    turns: [],
    ...nothingOutside,
    environment: { key: 'missing', trusted: true, scripted: false, workspaceName: '', suggestions: [], version: '' },
  };
}

// One turn: ask the model, run the tools it calls, give it the results, until it ends. A loop, so that depth costs no memory.
import type { Failure, LimitKind, TurnOutcome, Usage, UserInput } from '../events.ts';
import { buildRequest } from '../messages/build-request.ts';
import type { History } from '../messages/history.ts';
import type { ApiMessage, ApiToolDefinition, StopReason } from '../messages/api.ts';
import type { PermissionGate } from '../permissions/access.ts';
import type { Clock, ModelClient, ModelParameters, RateLimit } from '../ports.ts';
import type { SessionContext } from '../prompt/session-context.ts';
import type { SecretPlaceholders } from '../secrets/secret-placeholders.ts';
import type { Tool } from '../tools/tool.ts';
import type { BudgetCheck, BudgetSettings } from '../usage/budget-guard.ts';
import type { RequestNotice, RequestWatch } from '../usage/request-watch.ts';
import { addUsage, NO_USAGE } from '../usage/usage.ts';
import type { CompactionKeeper } from './compaction-keeper.ts';
import type { Emit } from './emit.ts';
import type { Reminder } from './reminder.ts';
import { streamAnswer } from './stream-answer.ts';
import { ToolExecutor } from './tool-executor.ts';
import { t } from '../../shared/l10n.ts';

/** Read at each request, so that a change applies from the next one. */
export interface EngineSettings extends BudgetSettings {
  readonly model: string;
  /** Stands in when `model` stays overloaded or failing; default none. */
  readonly fallbackModel?: string;
  readonly maxTokens: number;
  /** Most requests in one turn. */
  readonly maxTurns: number;
  /** Longest that one turn may take, in milliseconds; default no limit. */
  readonly maxTurnMs?: number;
  readonly parameters?: ModelParameters;
  /** Tokens that the model's context holds; default what the price table says of it. */
  readonly contextWindow?: number;
  readonly maxRetries: number;
  /** Longest wait that an endpoint may ask for before a retry, in milliseconds. */
  readonly maxRetryWaitMs: number;
}

/** What a request was for: the model, and the conversation that it saw. */
export interface SentRequest {
  readonly model: string;
  readonly messages: readonly ApiMessage[];
}

export interface TurnOptions {
  readonly turnId: string;
  readonly input: UserInput;
  readonly budget: BudgetCheck;
  readonly history: History;
  readonly model: ModelClient;
  readonly settings: () => EngineSettings;
  /** The system prompt, and what is told of the surroundings as the session goes on. */
  readonly context: SessionContext;
  readonly tools: ReadonlyMap<string, Tool>;
  readonly definitions: () => readonly ApiToolDefinition[];
  readonly gate: PermissionGate;
  /** As `AuthorizationRequest.origin`. */
  readonly origin?: string;
  /** As in the executor. */
  readonly secrets?: SecretPlaceholders;
  /** What the model hears by itself before its requests. */
  readonly reminders?: readonly Reminder[];
  readonly clock: Clock;
  readonly newId: () => string;
  readonly random: () => number;
  readonly cwd: () => string;
  readonly compaction: CompactionKeeper;
  readonly watch: RequestWatch;
  /** The person's words that wait to be taken into this turn; each is given once. */
  readonly takeSteering: () => readonly UserInput[];
  /** Told of each request before it is sent. */
  readonly onRequest: (request: SentRequest) => void;
  /** Resolves when what was emitted so far is safely on disk. */
  readonly flush: () => Promise<void>;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Why the turn was stopped; empty when the person did. */
  readonly whyStopped: () => string;
}

interface Ending {
  readonly outcome: TurnOutcome;
  readonly limit?: LimitKind;
  readonly reason: string;
}

/** Never rejects: what goes wrong is an event. Ends with `turn_completed`, always. */
export async function runTurn(options: TurnOptions): Promise<TurnOutcome> {
  const { turnId, input, clock, emit } = options;
  const started = clock.monotonic();
  emit({ type: 'turn_started', turnId, input });
  const turn = new TurnLoop(options);
  let ending: Ending;
  try {
    ending = await turn.run();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    ending = turn.fail({ class: 'unknown', message: `Capstan itself failed: ${message}`, transient: false });
  }
  const durationMs = Math.round(clock.monotonic() - started);
  emit({
    type: 'turn_completed',
    turnId,
    ...ending,
    usage: turn.usage,
    model: turn.answeredBy,
    durationMs,
  });
  await options.flush();
  return ending.outcome;
}

/** How often an answer that broke off may be continued in one turn. */
const MAX_CUTS = 3;
/** After so many repetitions of the same calls with the same results the turn pauses. */
const MAX_REPEATS = 4;
/** Share of a rate limit below which it is said that it is near. */
const LOW_LIMIT = 0.1;
/** Failures that another model may not have. */
const STANDS_IN: ReadonlySet<Failure['class']> = new Set(['overloaded', 'api_error', 'rate_limit']);

class TurnLoop {
  usage: Usage = NO_USAGE;
  private cuts = 0;
  private overflowed = false;
  private limitSaid = false;
  /** The fallback, once it stands in. */
  private model: string | undefined;
  /** The surroundings are to be told before the next request. */
  private untold = true;
  private repeats = 0;
  private lastCalls = '';
  private readonly started: number;
  private readonly options: TurnOptions;

  constructor(options: TurnOptions) {
    this.options = options;
    this.started = options.clock.monotonic();
  }

  async run(): Promise<Ending> {
    const { signal, context } = this.options;
    for (let requests = 0; ; requests++) {
      if (signal.aborted) return this.stopped;
      await this.options.budget.refresh();
      const limit = this.limitReached(requests);
      if (limit) return limit;
      if (await this.options.compaction.beforeRequest(this.options.turnId, signal)) this.untold = true;
      // At the start, and anew after a compaction.
      if (this.untold) {
        this.tell(await context.atTurnStart());
        await this.remind([]);
      }
      this.untold = false;
      if (signal.aborted) return this.stopped;
      const ending = await this.request();
      const steered = this.steer();
      if (ending && !(steered && ending.outcome === 'done')) return ending;
    }
  }

  private limitReached(requests: number): Ending | undefined {
    const { settings, clock, budget } = this.options;
    const { maxTurns, maxTurnMs } = settings();
    if (requests >= maxTurns) {
      return limited('requests', t('This message has led to {0} requests, the limit in the settings.', maxTurns));
    }
    if (maxTurnMs !== undefined && clock.monotonic() - this.started >= maxTurnMs) {
      return limited(
        'time',
        t('This message has been worked on for {0} minutes, the limit set.', Math.round(maxTurnMs / 60_000)),
      );
    }
    for (const notice of budget.notices(this.answeredBy)) this.say(notice);
    const spent = budget.reached();
    if (spent !== undefined) return limited('budget', spent);
    if (this.repeats >= MAX_REPEATS) {
      const times = MAX_REPEATS + 1;
      return limited(
        'repetition',
        t(
          'The model made the same call {0} times with the same result. Say what to do differently, or continue.',
          times,
        ),
      );
    }
    return undefined;
  }

  /** Between an answer with its results and the next request is the place where the person's words fit in. */
  private steer(): boolean {
    if (this.options.signal.aborted) return false;
    const { turnId, emit, takeSteering } = this.options;
    const inputs = takeSteering();
    for (const input of inputs) emit({ type: 'input_added', turnId, input });
    return inputs.length > 0;
  }

  private get stopped(): Ending {
    return { outcome: 'stopped', reason: this.options.whyStopped() };
  }

  get answeredBy(): string {
    return this.model ?? this.options.settings().model;
  }

  fail(failure: Failure): Ending {
    const { turnId, emit } = this.options;
    emit({ type: 'failed', turnId, failure });
    return { outcome: 'failed', reason: failure.message };
  }

  /** One request and the tools that its answer calls. Returns how the turn ended, if it did. */
  private async request(): Promise<Ending | undefined> {
    const { options } = this;
    const settings = options.settings();
    const executor = new ToolExecutor(options);
    const parts = {
      model: this.answeredBy,
      system: await options.context.system(),
      tools: options.definitions(),
      messages: options.history.messages(),
    };
    const broken = options.watch.beforeRequest(parts, settings.parameters);
    if (broken) this.say(broken);
    options.onRequest({ model: parts.model, messages: [...parts.messages] });
    const { maxTokens, parameters } = settings;
    const answer = await streamAnswer({
      ...options,
      executor,
      retry: { maxRetries: settings.maxRetries, maxWaitMs: settings.maxRetryWaitMs },
      request: buildRequest({ ...parts, maxTokens, ...(parameters ? { parameters } : {}) }),
      onRateLimit: (limit) => this.sayRateLimit(limit),
    });
    this.usage = addUsage(this.usage, answer.usage);
    await executor.drain();
    this.tell(await options.context.afterReading(executor.readFiles));
    if (options.signal.aborted) return this.stopped;
    if (executor.count > 0) await this.remind(executor.changedFiles);
    this.countRepeat(executor.signature);
    const { ending } = answer;
    switch (ending.type) {
      case 'stopped':
        return this.stopped;
      case 'failed':
        if ((await this.relieved(ending.failure)) || this.fellBack(ending.failure)) return undefined;
        return this.fail(ending.failure);
      case 'cut':
        return this.goOnAfterCut(ending.failure, executor.count > 0);
      case 'complete':
        return this.goOn(ending.stopReason, executor.count > 0);
      default:
        return ending satisfies never;
    }
  }

  /** A conversation that is too long is shortened, once a turn, and the request made again. */
  private async relieved(failure: Failure): Promise<boolean> {
    if (failure.class !== 'context_overflow' || this.overflowed) return false;
    this.overflowed = true;
    const { compaction, turnId, signal } = this.options;
    this.untold = await compaction.afterOverflow(turnId, signal);
    return this.untold;
  }

  /** A model that cannot answer for a while is stood in for by the fallback, for the rest of the turn. */
  private fellBack(failure: Failure): boolean {
    const { model, fallbackModel } = this.options.settings();
    if (!fallbackModel || this.model !== undefined || !STANDS_IN.has(failure.class)) return false;
    this.model = fallbackModel;
    const body = `${failure.message} ${t('{0} answers for the rest of this turn in place of {1}.', fallbackModel, model)}`;
    this.say({ level: 'warning', title: t('Another model answers'), body });
    return true;
  }

  private say(notice: RequestNotice): void {
    const { emit, turnId } = this.options;
    emit({ type: 'notice', turnId, ...notice });
  }

  private sayRateLimit({ kind, share, resetsAt }: RateLimit): void {
    if (share >= LOW_LIMIT || this.limitSaid) return;
    this.limitSaid = true;
    const until =
      resetsAt === undefined
        ? ''
        : ` ${t('It fills up again in {0} s.', Math.ceil(Math.max(0, resetsAt - this.options.clock.now()) / 1000))}`;
    const body = `${t('{0} % of the limit on {1} is left.', Math.round(share * 100), kind)}${until}`;
    this.say({ level: 'info', title: t('The rate limit is near'), body });
  }

  private tell(text: string | undefined): void {
    const { emit, turnId, secrets } = this.options;
    if (text) emit({ type: 'context_added', turnId, text: secrets?.mask(text) ?? text });
  }

  private async remind(changed: readonly string[]): Promise<void> {
    const { reminders = [], signal } = this.options;
    const texts = await Promise.all(reminders.map((reminder) => reminder.take({ changed, signal })));
    for (const text of texts) this.tell(text);
  }

  private countRepeat(signature: string): void {
    this.repeats = signature !== '' && signature === this.lastCalls ? this.repeats + 1 : 0;
    this.lastCalls = signature;
  }

  private goOnAfterCut(failure: Failure, called: boolean): Ending | undefined {
    if (++this.cuts > MAX_CUTS) return this.fail(failure);
    if (!called) {
      this.tell('Your last answer broke off here. Go on from where it stopped, without repeating it.');
    }
    return undefined;
  }

  private goOn(stopReason: StopReason | null, called: boolean): Ending | undefined {
    // Whatever the reason given, a call that was made is answered.
    if (called || stopReason === 'pause_turn') return undefined;
    switch (stopReason) {
      case 'max_tokens':
        return limited('length', t('The answer reached the limit on its length. Say "continue" to go on.'));
      case 'model_context_window_exceeded':
        return limited(
          'context',
          t('The conversation no longer fits the model. Start a new one and say what matters from this one.'),
        );
      case 'refusal':
        return {
          outcome: 'failed',
          reason: t('The model declined to answer. Rephrase the request, or start a new conversation.'),
        };
      default:
        return { outcome: 'done', reason: '' };
    }
  }
}

function limited(limit: LimitKind, reason: string): Ending {
  return { outcome: 'limit', limit, reason };
}

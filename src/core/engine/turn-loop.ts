// One turn: ask the model, run the tools it calls, give it the results, until it ends. A loop, so that depth costs no memory.
import type { Failure, TurnOutcome, Usage, UserInput } from '../events.ts';
import { buildRequest } from '../messages/build-request.ts';
import type { History } from '../messages/history.ts';
import type { ApiSystemBlock, ApiToolDefinition, StopReason } from '../messages/api.ts';
import type { PermissionGate } from '../permissions/access.ts';
import type { Clock, ModelClient } from '../ports.ts';
import type { Tool } from '../tools/tool.ts';
import { addUsage, NO_USAGE } from '../usage/usage.ts';
import type { Emit } from './emit.ts';
import { streamAnswer } from './stream-answer.ts';
import { ToolExecutor } from './tool-executor.ts';

/** Read at each request, so that a change applies from the next one. */
export interface EngineSettings {
  readonly model: string;
  readonly maxTokens: number;
  /** Most requests in one turn. */
  readonly maxTurns: number;
  readonly maxRetries: number;
  /** Longest wait that an endpoint may ask for before a retry, in milliseconds. */
  readonly maxRetryWaitMs: number;
}

export interface TurnOptions {
  readonly turnId: string;
  readonly input: UserInput;
  readonly history: History;
  readonly model: ModelClient;
  readonly settings: () => EngineSettings;
  readonly system: readonly ApiSystemBlock[];
  readonly tools: ReadonlyMap<string, Tool>;
  readonly definitions: readonly ApiToolDefinition[];
  readonly gate: PermissionGate;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly random: () => number;
  readonly cwd: () => string;
  /** Resolves when what was emitted so far is safely on disk. */
  readonly flush: () => Promise<void>;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

interface Ending {
  readonly outcome: TurnOutcome;
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
  const { outcome, reason } = ending;
  const durationMs = Math.round(clock.monotonic() - started);
  emit({
    type: 'turn_completed',
    turnId,
    outcome,
    reason,
    usage: turn.usage,
    model: options.settings().model,
    durationMs,
  });
  await options.flush();
  return outcome;
}

/** How often an answer that broke off may be continued in one turn. */
const MAX_CUTS = 3;

class TurnLoop {
  usage: Usage = NO_USAGE;
  private cuts = 0;
  private readonly options: TurnOptions;

  constructor(options: TurnOptions) {
    this.options = options;
  }

  async run(): Promise<Ending> {
    const { signal } = this.options;
    for (let requests = 0; ; requests++) {
      if (signal.aborted) return STOPPED;
      const { maxTurns } = this.options.settings();
      if (requests >= maxTurns) {
        return { outcome: 'limit', reason: `This message has led to ${maxTurns} requests, the limit in the settings.` };
      }
      const ending = await this.request();
      if (ending) return ending;
    }
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
    const answer = await streamAnswer({
      ...options,
      executor,
      retry: { maxRetries: settings.maxRetries, maxWaitMs: settings.maxRetryWaitMs },
      request: buildRequest({
        model: settings.model,
        maxTokens: settings.maxTokens,
        system: options.system,
        tools: options.definitions,
        messages: options.history.messages(),
      }),
    });
    this.usage = addUsage(this.usage, answer.usage);
    await executor.drain();
    if (options.signal.aborted) return STOPPED;
    const { ending } = answer;
    switch (ending.type) {
      case 'stopped':
        return STOPPED;
      case 'failed':
        return this.fail(ending.failure);
      case 'cut':
        return this.goOnAfterCut(ending.failure, executor.count > 0);
      case 'complete':
        return this.goOn(ending.stopReason, executor.count > 0);
      default:
        return ending satisfies never;
    }
  }

  private goOnAfterCut(failure: Failure, called: boolean): Ending | undefined {
    if (++this.cuts > MAX_CUTS) return this.fail(failure);
    const { turnId, emit } = this.options;
    if (!called) {
      emit({
        type: 'context_added',
        turnId,
        text: 'Your last answer broke off here. Go on from where it stopped, without repeating it.',
      });
    }
    return undefined;
  }

  private goOn(stopReason: StopReason | null, called: boolean): Ending | undefined {
    // Whatever the reason given, a call that was made is answered.
    if (called || stopReason === 'pause_turn') return undefined;
    switch (stopReason) {
      case 'max_tokens':
        return { outcome: 'limit', reason: 'The answer reached the limit on its length. Say "continue" to go on.' };
      case 'model_context_window_exceeded':
        return {
          outcome: 'limit',
          reason: 'The conversation no longer fits the model. Start a new one and say what matters from this one.',
        };
      case 'refusal':
        return {
          outcome: 'failed',
          reason: 'The model declined to answer. Rephrase the request, or start a new conversation.',
        };
      default:
        return { outcome: 'done', reason: '' };
    }
  }
}

const STOPPED: Ending = { outcome: 'stopped', reason: '' };

// Gets one answer from the model: streams it into events and tool calls, and tries again what failed for a passing reason.
import type { Failure, Usage } from '../events.ts';
import type { StopReason } from '../messages/api.ts';
import type { Clock, ModelClient, ModelEvent, ModelRequest, RateLimit } from '../ports.ts';
import type { Tool } from '../tools/tool.ts';
import { addUsage, NO_USAGE } from '../usage/usage.ts';
import type { PermissionGate } from '../permissions/access.ts';
import { EarlyCalls } from './early-calls.ts';
import type { Emit } from './emit.ts';
import { retryDelay, type RetryLimits } from './retry-policy.ts';
import { StreamAccumulator, type AnswerPart } from './stream-accumulator.ts';
import { summarize, type ToolExecutor } from './tool-executor.ts';
import { previewInput } from './tool-input.ts';

export interface StreamAnswerOptions {
  readonly turnId: string;
  readonly model: ModelClient;
  readonly request: ModelRequest;
  readonly tools: ReadonlyMap<string, Tool>;
  readonly executor: ToolExecutor;
  /** Says which calls it would let through while they still arrive; it judges them as ever once they are whole. */
  readonly gate: Pick<PermissionGate, 'foresee'>;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly newId: () => string;
  readonly cwd: () => string;
  readonly retry: RetryLimits;
  readonly random: () => number;
  readonly onRateLimit: (limit: RateLimit) => void;
  readonly signal: AbortSignal;
}

export type AnswerEnding =
  | { readonly type: 'complete'; readonly stopReason: StopReason | null }
  /** It broke off after something whole had arrived; that was kept, and the conversation can go on from there. */
  | { readonly type: 'cut'; readonly failure: Failure }
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'stopped' };

export interface Answer {
  readonly ending: AnswerEnding;
  readonly usage: Usage;
}

/** Never rejects. Usage counts every attempt, as the bill does. */
export async function streamAnswer(options: StreamAnswerOptions): Promise<Answer> {
  let usage = NO_USAGE;
  for (let attempt = 1; ; attempt++) {
    const trial = new Attempt(options);
    const result = await trial.run();
    usage = addUsage(usage, result.usage);
    if (result.ending.type !== 'failed') return { ending: result.ending, usage };
    const { failure } = result.ending;
    const delay = retryDelay(failure, attempt, options.retry, options.random());
    if (delay === undefined) {
      trial.keepPartial();
      return { ending: result.ending, usage };
    }
    trial.discard();
    const { turnId, clock, emit, signal } = options;
    emit({ type: 'retry_scheduled', turnId, failure, attempt, until: clock.now() + delay });
    await clock.sleep(delay, signal);
    if (signal.aborted) return { ending: { type: 'stopped' }, usage };
    emit({ type: 'retry_started', turnId, attempt: attempt + 1 });
  }
}

/** How long a text that streams may stay unwritten. */
const KEEP_EVERY_MS = 1000;
const PREVIEW_EVERY_MS = 100;
const PREVIEW_CHARS = 4_000;

/** One request and its stream. */
class Attempt {
  private readonly accumulator = new StreamAccumulator();
  private readonly early: EarlyCalls;
  /** Ours, not the server's: servers repeat theirs, and a retry must not be taken for the answer that failed. */
  private readonly messageId: string;
  private readonly blockStarted = new Map<number, number>();
  private announced = false;
  private requestId: string | undefined;
  private model = '';
  private firstEventMs = 0;
  private readonly asked: number;
  private lastPreview = -Infinity;
  /** Of the text that streams: what is not written down yet. */
  private unkept = '';
  private cancelKeep: (() => void) | undefined;

  private readonly options: StreamAnswerOptions;

  constructor(options: StreamAnswerOptions) {
    this.options = options;
    this.messageId = options.newId();
    this.asked = options.clock.monotonic();
    this.early = new EarlyCalls(options);
  }

  async run(): Promise<Answer> {
    const { model, request, signal } = this.options;
    let failure: Failure | undefined;
    for await (const event of model.stream(request, signal)) {
      if (event.type === 'failed') failure = event.failure;
      else if (event.type === 'connected') this.connected(event);
      else this.take(this.accumulator.push(event.event));
      if (signal.aborted) break;
    }
    this.dropUnkept();
    this.early.close();
    const ending = this.end(failure);
    return { ending, usage: this.accumulator.usage };
  }

  private connected({ requestId, rateLimit }: Extract<ModelEvent, { type: 'connected' }>): void {
    this.requestId = requestId;
    if (rateLimit) this.options.onRateLimit(rateLimit);
  }

  private end(streamFailure: Failure | undefined): AnswerEnding {
    const { accumulator } = this;
    const whole = accumulator.stopped && !streamFailure;
    if (this.options.signal.aborted && !whole) {
      this.keepPartial();
      return { type: 'stopped' };
    }
    if (whole && accumulator.completedBlocks === 0 && accumulator.stopReason !== 'max_tokens') {
      return { type: 'failed', failure: EMPTY };
    }
    if (whole) {
      // Blocks without an end of their own: cut by the limit on tokens.
      for (const part of accumulator.cut()) this.take(part);
      this.emitCompleted(true);
      return { type: 'complete', stopReason: accumulator.stopReason };
    }
    const failure = streamFailure ?? (accumulator.started ? TRUNCATED : EMPTY);
    if (accumulator.completedBlocks === 0 || !failure.transient) return { type: 'failed', failure };
    // What is whole stays, and whatever ran is never run again.
    this.keepPartial();
    return { type: 'cut', failure };
  }

  /** Keeps text that had arrived when the answer broke off. A call that was not whole is dropped: nothing was run for it. */
  keepPartial(): void {
    for (const part of this.accumulator.cut()) {
      if (part.type === 'block_completed' && part.block.type === 'text') this.take(part);
    }
    this.discard();
  }

  /** Ends the message with what is whole of it. */
  discard(): void {
    if (this.announced) this.emitCompleted(false);
  }

  private emitCompleted(complete: boolean): void {
    const { turnId, emit } = this.options;
    const { stopReason, usage } = this.accumulator;
    const { messageId, model, requestId, firstEventMs } = this;
    emit({
      type: 'message_completed',
      turnId,
      messageId,
      stopReason,
      usage,
      complete,
      model,
      ...(requestId === undefined ? {} : { requestId }),
      firstEventMs,
      durationMs: this.sinceAsked(),
    });
  }

  private sinceAsked(): number {
    return Math.round(this.options.clock.monotonic() - this.asked);
  }

  private take(part: AnswerPart | undefined): void {
    if (!part) return;
    const { turnId, emit, clock, executor } = this.options;
    const { messageId } = this;
    switch (part.type) {
      case 'message_started':
        this.announced = true;
        this.model = part.model;
        this.firstEventMs = this.sinceAsked();
        emit({ type: 'message_started', turnId, messageId, model: part.model });
        return;
      case 'block_started': {
        this.blockStarted.set(part.index, clock.monotonic());
        const { block, index } = part;
        const call = block.type === 'tool_use' ? { toolUseId: block.id, name: block.name } : {};
        emit({ type: 'block_started', turnId, messageId, index, kind: block.type, ...call });
        if (block.type === 'tool_use') this.early.begin(index, block.name);
        return;
      }
      case 'delta':
        emit({ type: 'block_delta', turnId, messageId, index: part.index, kind: part.kind, text: part.text });
        if (part.kind === 'text') this.keep(part.index, part.text);
        return;
      case 'input':
        this.early.arrived(part.index, part.name, (chars) => this.accumulator.inputText(part.index, chars));
        this.preview(part);
        return;
      case 'block_completed': {
        this.dropUnkept();
        const { index, block, invalidInput } = part;
        const durationMs = Math.round(clock.monotonic() - (this.blockStarted.get(index) ?? clock.monotonic()));
        const raw = invalidInput === undefined ? {} : { invalidInput };
        emit({ type: 'block_completed', turnId, messageId, index, block, durationMs, ...raw });
        this.early.end(index);
        if (block.type === 'tool_use') executor.add(block, invalidInput);
        return;
      }
      case 'message_stopped':
        return;
      default:
        part satisfies never;
    }
  }

  private keep(index: number, text: string): void {
    const { turnId, emit, clock } = this.options;
    const { messageId } = this;
    this.unkept += text;
    this.cancelKeep ??= clock.after(KEEP_EVERY_MS, () => {
      emit({ type: 'text_arrived', turnId, messageId, index, text: this.unkept });
      this.dropUnkept();
    });
  }

  private dropUnkept(): void {
    this.cancelKeep?.();
    this.cancelKeep = undefined;
    this.unkept = '';
  }

  private preview(part: Extract<AnswerPart, { type: 'input' }>): void {
    const { turnId, emit, clock, tools, cwd } = this.options;
    const now = clock.monotonic();
    if (now - this.lastPreview < PREVIEW_EVERY_MS) return;
    this.lastPreview = now;
    const input = previewInput(this.accumulator.inputText(part.index, PREVIEW_CHARS));
    if (Object.keys(input).length === 0) return;
    const summary = summarize(tools.get(part.name), part.name, input, cwd());
    emit({ type: 'tool_input_preview', turnId, toolUseId: part.toolUseId, name: part.name, summary });
  }
}

const TRUNCATED: Failure = {
  class: 'stream_truncated',
  message: 'The answer broke off before its end.',
  transient: true,
};
const EMPTY: Failure = { class: 'empty_response', message: 'The model answered with nothing.', transient: true };

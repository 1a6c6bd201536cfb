// Shortens a conversation before it fills the model's context. A failure leaves everything as it was.
import type { CompactionTrigger, DurableEvent, TransientEvent, Usage } from '../events.ts';
import { StreamAccumulator } from '../engine/stream-accumulator.ts';
import { buildRequest } from '../messages/build-request.ts';
import type { ApiMessage, ApiToolDefinition } from '../messages/api.ts';
import type { History } from '../messages/history.ts';
import type { ModelClient, ModelParameters } from '../ports.ts';
import type { SessionContext } from '../prompt/session-context.ts';
import { estimateTokens } from '../prompt/estimate-tokens.ts';
import { compactedMessage, droppedList, summaryRequest } from './compaction-text.ts';
import { contextWindowOf, type PriceTable } from '../usage/prices.ts';
import { ContextMeter, type ContextReading } from './context-meter.ts';

export interface CompactorOptions {
  readonly model: ModelClient;
  readonly history: History;
  readonly context: SessionContext;
  readonly definitions: () => readonly ApiToolDefinition[];
  readonly settings: () => {
    readonly model: string;
    readonly contextWindow?: number;
    readonly prices?: PriceTable;
    readonly parameters?: ModelParameters;
  };
  /** The process is short of memory: a long conversation is shortened before it goes on. */
  readonly isMemoryTight?: () => boolean;
  readonly emit: (event: DurableEvent | TransientEvent) => void;
}

/** Share of the window from which a compaction runs before the next request, and from which one is begun beside an idle conversation. */
const FULL = 0.85;
const FILLING = 0.7;
/** Share of the window: a guess as large as this is worth a question to the endpoint. */
const WORTH_COUNTING = 0.1;
const SUMMARY_TOKENS = 8_000;
/** Answers between two compactions: one that does not help is not tried again at once. */
const PAUSE_ANSWERS = 3;
const MAX_FILES = 20;

/** A compaction that waits for a safe point. */
export type Compaction = Extract<DurableEvent, { type: 'compacted' }>;

interface Summary {
  readonly text: string;
  readonly usage: Usage;
}

/** One a session. Sees every durable event through `apply`. */
export class Compactor {
  private readonly meter = new ContextMeter();
  private lastRequest = '';
  /** Who was asked last. */
  private lastModel = '';
  private files: string[] = [];
  private answersSince = PAUSE_ANSWERS;
  private readonly options: CompactorOptions;

  constructor(options: CompactorOptions) {
    this.options = options;
  }

  get reading(): ContextReading {
    return this.meter.reading;
  }

  /** Tokens that the model's context holds. */
  get window(): number {
    const { contextWindow, model, prices } = this.options.settings();
    return contextWindow ?? contextWindowOf(model, prices);
  }

  apply(event: DurableEvent & { readonly at?: number }): void {
    this.meter.apply(event);
    if (event.type === 'turn_started' || event.type === 'input_added') this.lastRequest = event.input.text;
    if (event.type === 'message_started') this.lastModel = event.model;
    if (event.type === 'message_completed' && event.complete) this.answersSince++;
    if (event.type === 'compacted') this.answersSince = 0;
    if (event.type === 'tool_completed' && event.outcome === 'done' && event.details.path) {
      const { path } = event.details;
      this.files = [...this.files.filter((file) => file !== path), path].slice(-MAX_FILES);
    }
  }

  /** `full`: before the next request; `filling`: when there is time. Never so soon after the last one. */
  needs(level: 'full' | 'filling'): boolean {
    if (this.answersSince < PAUSE_ANSWERS) return false;
    if (this.options.isMemoryTight?.()) return true;
    return this.meter.tokens >= this.window * (level === 'full' ? FULL : FILLING);
  }

  /** Whether the next request does not fit; where much of its size is a guess, the endpoint is asked first. Never rejects. */
  async isFull(signal: AbortSignal): Promise<boolean> {
    if (!this.needs('full')) return false;
    if (this.options.isMemoryTight?.() || this.meter.estimated < this.window * WORTH_COUNTING) return true;
    const { model, context, definitions, history, settings } = this.options;
    const counted = await model.countTokens?.(
      buildRequest({
        model: settings().model,
        maxTokens: SUMMARY_TOKENS,
        system: await context.system(),
        tools: definitions(),
        messages: history.messages(),
      }),
      signal,
    );
    if (counted !== undefined) this.meter.correct(counted);
    return this.needs('full');
  }

  /**
   * Asks for the summary and resolves to what `commit` takes; undefined after a failure, which is told. Never rejects. The conversation may
   * go on meanwhile: what comes after this moment is kept word for word.
   */
  async prepare(
    turnId: string,
    trigger: CompactionTrigger,
    signal: AbortSignal,
    focus?: string,
  ): Promise<Compaction | undefined> {
    const { history, emit } = this.options;
    const messages = [...history.messages()];
    if (messages.length < 2) return undefined;
    const tokensBefore = this.meter.tokens;
    const model = this.summariser;
    emit({ type: 'compaction_started', turnId, trigger });
    const summary = await this.summarise(messages, model, signal, focus);
    if (typeof summary === 'string') {
      // Tried again later, not with the next request.
      this.answersSince = 0;
      const body = `${summary} The whole conversation is kept and goes on as it is.`;
      emit({ type: 'notice', turnId, level: 'warning', title: 'The conversation could not be shortened', body });
      return undefined;
    }
    return {
      type: 'compacted',
      turnId,
      trigger,
      text: compactedMessage({ summary: summary.text, lastRequest: this.lastRequest, files: this.files }),
      summary: summary.text,
      dropped: droppedList(messages),
      replaced: messages.length,
      tokensBefore,
      tokensAfter: await this.fixedTokens(),
      usage: summary.usage,
      model,
    };
  }

  /** Only between an answer with its results and the next request. */
  commit(compaction: Compaction): void {
    const { history, emit, context } = this.options;
    const kept = history.messages().slice(compaction.replaced);
    const tokens = estimateTokens(compaction.text) + estimateTokens(JSON.stringify(kept));
    emit({ ...compaction, tokensAfter: compaction.tokensAfter + tokens });
    context.forget();
  }

  /** A model with a smaller context was chosen: the one that could read the conversation shortens it. */
  private get summariser(): string {
    const { model } = this.options.settings();
    return this.lastModel && this.meter.tokens > this.window ? this.lastModel : model;
  }

  /** The summary, or why there is none. */
  private async summarise(
    messages: readonly ApiMessage[],
    asked: string,
    signal: AbortSignal,
    focus?: string,
  ): Promise<Summary | string> {
    const { model, context, definitions, settings } = this.options;
    const { parameters = {} } = settings();
    const { thinking, effort } = parameters;
    const request = buildRequest({
      model: asked,
      maxTokens: SUMMARY_TOKENS,
      // Thought about otherwise, the conversation would not be found in the cache.
      parameters: { ...(thinking === undefined ? {} : { thinking }), ...(effort === undefined ? {} : { effort }) },
      system: await context.system(),
      tools: definitions(),
      messages: withAsking(messages, summaryRequest(focus)),
    });
    const accumulator = new StreamAccumulator();
    let text = '';
    for await (const event of model.stream(request, signal)) {
      if (event.type === 'failed') return event.failure.message;
      if (event.type !== 'stream') continue;
      const part = accumulator.push(event.event);
      if (part?.type === 'block_completed' && part.block.type === 'text') text += part.block.text;
    }
    if (signal.aborted) return 'It was stopped.';
    if (!accumulator.stopped) return 'The answer broke off.';
    return text.trim() ? { text, usage: accumulator.usage } : 'The model wrote no summary.';
  }

  private async fixedTokens(): Promise<number> {
    const { context, definitions } = this.options;
    return estimateTokens(JSON.stringify([await context.system(), definitions()]));
  }
}

/** The conversation ends with the person's side; the asking goes in there, or stands for itself. */
function withAsking(messages: readonly ApiMessage[], text: string): ApiMessage[] {
  const asking = { type: 'text', text } as const;
  const last = messages.at(-1);
  if (last?.role !== 'user' || !Array.isArray(last.content)) return [...messages, { role: 'user', content: [asking] }];
  return [...messages.slice(0, -1), { role: 'user', content: [...last.content, asking] }];
}

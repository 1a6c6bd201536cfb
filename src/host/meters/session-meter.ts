// Keeps the composer's bar in step with the conversation that is shown: what fills its context, what it costs, how near its budgets are.
import { nextRequest, type NextRequest } from '../../core/usage/next-request.ts';
import type { PriceTable } from '../../core/usage/prices.ts';
import type { PermissionMode } from '../../core/permissions/mode.ts';
import type { Bar, Patch, SessionView } from '../../shared/view-model.ts';
import type { Conversation } from '../conversation.ts';
import { modeWords } from '../mode-words.ts';
import { meterLines } from './meter-words.ts';

export interface SessionMeterParts {
  readonly conversation: Conversation;
  /** As the settings have it, for conversations without a choice of their own. */
  readonly defaults: () => { readonly model: string; readonly effort: string };
  readonly prices: () => PriceTable;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly changed: (patches: readonly Patch[]) => void;
}

/** What is set over the conversation's own view. */
interface Shown {
  readonly model: string;
  readonly effort: string;
  readonly bar: Bar;
}

const LEVELS = { 0: 'none', 50: 'none', 80: 'hint', 95: 'strong', 100: 'over' } as const;

export class SessionMeter {
  readonly #parts: SessionMeterParts;
  readonly #stop: () => void;
  #shown: Shown | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: SessionMeterParts) {
    this.#parts = parts;
    this.#stop = parts.conversation.listen({
      changed: (patches) => {
        if (patches.some(({ op }) => op === 'session')) this.refresh();
      },
      replaced: () => this.refresh(),
    });
  }

  /** The conversation's own view, and what the bar says of it. Worked out when something has changed, not when it is asked for. */
  get view(): SessionView & Shown {
    return { ...this.#parts.conversation.view.session, ...(this.#shown ??= this.#read()) };
  }

  /** One fact a line. */
  get lines(): string {
    return this.view.bar.meter;
  }

  /** A budget is nearly or wholly used up. */
  get isBudgetLow(): boolean {
    return ['strong', 'over'].includes(this.view.bar.level);
  }

  /** Something that the bar speaks of may have changed. */
  refresh(): void {
    const before = JSON.stringify(this.#shown);
    this.#shown = this.#read();
    this.#wake(this.next(this.#shown.model)?.warmUntil);
    if (JSON.stringify(this.#shown) !== before) this.#parts.changed([{ op: 'session', fields: this.#shown }]);
  }

  /** Of the conversation that is shown, as if `model` were asked; undefined before anything was sent. */
  next(model: string): NextRequest | undefined {
    const { conversation, prices, now } = this.#parts;
    const context = conversation.session?.context;
    if (!context || context.tokens === 0) return undefined;
    const { tokens, cached, lastRequestAt, isCacheLost } = context;
    const isAnother = model !== (conversation.choices.model ?? this.#parts.defaults().model);
    const facts = { tokens, cachedTokens: cached, lastRequestAt, model, isCacheLost: isCacheLost || isAnother };
    return nextRequest(facts, now(), prices());
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#stop();
  }

  #read(): Shown {
    const { conversation, defaults } = this.#parts;
    const { choices, session } = conversation;
    const usual = defaults();
    const [model, effort] = [choices.model ?? usual.model, choices.effort ?? usual.effort];
    const view = { ...conversation.view.session, model };
    const budgets = session?.budgets ?? [];
    const bar: Bar = {
      mode: modeWords()[view.mode as PermissionMode]?.label ?? view.mode,
      effort,
      meter: meterLines({ view, next: this.next(model), budgets }).join('\n'),
      level: LEVELS[budgets[0]?.level ?? 0],
    };
    return { model, effort, bar };
  }

  /** When the cache lets go, the words change though nothing else does. */
  #wake(warmUntil: number | undefined): void {
    clearTimeout(this.#timer);
    if (warmUntil === undefined) return;
    this.#timer = setTimeout(() => this.refresh(), warmUntil - this.#parts.now() + 50);
    this.#timer.unref();
  }
}

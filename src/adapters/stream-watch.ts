// Watches a stream of answers: gives it up when nothing is heard for a while, and when the machine has slept meanwhile.
import type { Failure } from '../core/events.ts';

export interface StreamWatchOptions {
  /** The caller's; its abort ends the request too. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds; goes on while the machine sleeps, as timers do not. */
  readonly now: () => number;
}

/** A look at the clock that comes so much later than planned means that nobody was there to be late. */
const SLEPT_MS = 15_000;
const LONGEST_PERIOD_MS = 5_000;

/** One a request. `stop` must be called at its end. */
export class StreamWatch {
  /** Why the request was given up; undefined while it was not. */
  failure: Failure | undefined;
  private readonly abort = new AbortController();
  private readonly onCallerAbort = (): void => this.abort.abort();
  private timer: NodeJS.Timeout | undefined;
  private lastHeard = 0;
  private lastLook = 0;
  private readonly options: StreamWatchOptions;

  constructor(options: StreamWatchOptions) {
    this.options = options;
    options.signal.addEventListener('abort', this.onCallerAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  start(idleMs: number): void {
    this.lastHeard = this.lastLook = this.options.now();
    const period = Math.min(LONGEST_PERIOD_MS, Math.ceil(idleMs / 4));
    this.timer = setInterval(() => this.look(idleMs, period), period);
    this.timer.unref();
  }

  heard(): void {
    this.lastHeard = this.options.now();
  }

  stop(): void {
    clearInterval(this.timer);
    this.options.signal.removeEventListener('abort', this.onCallerAbort);
    this.abort.abort();
  }

  private look(idleMs: number, period: number): void {
    const now = this.options.now();
    const late = now - this.lastLook - period;
    this.lastLook = now;
    // The other side has long closed the connection, and no end of it will ever be told.
    if (late > SLEPT_MS) this.giveUp('connection', 'The machine was asleep while the answer was arriving.');
    else if (now - this.lastHeard >= idleMs) {
      this.giveUp(
        'idle_timeout',
        `The model said nothing for ${Math.round(idleMs / 1000)} seconds, so the request was given up.`,
      );
    }
  }

  private giveUp(reason: Failure['class'], message: string): void {
    this.failure ??= { class: reason, message, transient: true };
    this.abort.abort();
  }
}

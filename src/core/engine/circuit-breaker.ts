// Spares an endpoint that fails again and again: after some failures in a row it is left alone for a while, then tried once.
//
//   closed ──(failures in a row)──> open ──(rest over)──> half-open ──(an answer)──> closed
//                                     ^──────────────(a failure)───────┘
import type { Failure } from '../events.ts';
import type { Clock, ModelClient, ModelEvent, ModelRequest } from '../ports.ts';

export interface CircuitBreakerOptions {
  readonly model: ModelClient;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Default 5. */
  readonly failures?: number;
  /** Milliseconds; default 20,000. */
  readonly restMs?: number;
}

const FAILURES = 5;
const REST_MS = 20_000;

/** Failures that say something about the endpoint and not about the request. */
const COUNTED: ReadonlySet<Failure['class']> = new Set(['overloaded', 'api_error', 'connection', 'idle_timeout']);

/** A model that answers as the given one does; while the circuit is open it fails at once, saying how long to wait. */
export function withCircuitBreaker(options: CircuitBreakerOptions): ModelClient {
  return new CircuitBreaker(options);
}

class CircuitBreaker implements ModelClient {
  private failuresInARow = 0;
  private openUntil = 0;
  private last: Failure | undefined;
  private trying = false;
  private readonly options: CircuitBreakerOptions;

  constructor(options: CircuitBreakerOptions) {
    this.options = options;
  }

  async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    const resting = this.resting();
    if (resting) {
      yield { type: 'failed', failure: resting };
      return;
    }
    this.trying = this.openUntil > 0;
    try {
      for await (const event of this.options.model.stream(request, signal)) {
        if (event.type === 'failed') this.failed(event.failure);
        // An endpoint that sends events is well, whatever becomes of this answer.
        else if (event.type === 'stream') this.close();
        yield event;
      }
    } finally {
      this.trying = false;
    }
  }

  async countTokens(request: ModelRequest, signal: AbortSignal): Promise<number | undefined> {
    return this.resting() ? undefined : this.options.model.countTokens?.(request, signal);
  }

  private resting(): Failure | undefined {
    const left = this.openUntil - this.options.clock.monotonic();
    const { last } = this;
    if (!last || (left <= 0 && !this.trying)) return undefined;
    const retryAfterMs = Math.max(1_000, Math.round(left));
    const message = `${last.message} It has failed ${this.failuresInARow} times in a row, so it is left alone for a moment.`;
    return { class: last.class, message, transient: true, retryAfterMs };
  }

  private failed(failure: Failure): void {
    if (!COUNTED.has(failure.class)) return;
    this.failuresInARow++;
    this.last = failure;
    const { clock, failures = FAILURES, restMs = REST_MS } = this.options;
    if (this.failuresInARow >= failures) this.openUntil = clock.monotonic() + restMs;
    else this.last = undefined;
  }

  private close(): void {
    this.failuresInARow = 0;
    this.openUntil = 0;
    this.last = undefined;
  }
}

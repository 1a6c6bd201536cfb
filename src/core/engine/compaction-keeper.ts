// When a conversation is shortened: before a request that would not fit, beside an idle conversation that fills, or by wish.
import type { Compaction, Compactor } from '../context/compactor.ts';

/** Owns the compaction that runs beside the conversation. */
export class CompactionKeeper {
  private running: Promise<void> | undefined;
  private ready: Compaction | undefined;
  private abort = new AbortController();
  private readonly compactor: Compactor;

  constructor(compactor: Compactor) {
    this.compactor = compactor;
  }

  /** A turn has ended: there is time to shorten what fills. `isIdle` says whether the result may be put in place at once. */
  afterTurn(turnId: string, isIdle: () => boolean): void {
    if (this.running || !this.compactor.needs('filling')) return;
    this.abort = new AbortController();
    this.running = this.compactor.prepare(turnId, 'auto', this.abort.signal).then((compaction) => {
      this.running = undefined;
      this.ready = compaction;
      if (isIdle()) this.putInPlace();
    });
  }

  /** At each safe point of a turn. Waits only when the next request would not fit. Resolves to whether the conversation was shortened. */
  async beforeRequest(turnId: string, signal: AbortSignal): Promise<boolean> {
    if (this.putInPlace()) return true;
    if (!(await this.compactor.isFull(signal))) return false;
    await this.running;
    if (signal.aborted) return false;
    return this.putInPlace() || this.now(turnId, 'auto', signal);
  }

  /** The API found the request too long: resolves to whether another try makes sense. */
  async afterOverflow(turnId: string, signal: AbortSignal): Promise<boolean> {
    await this.running;
    return this.putInPlace() || this.now(turnId, 'overflow', signal);
  }

  async byWish(turnId: string, focus: string | undefined, signal?: AbortSignal): Promise<boolean> {
    await this.stop();
    const abort = (this.abort = new AbortController());
    const stop = () => abort.abort();
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    return this.now(turnId, 'manual', abort.signal, focus).finally(() => signal?.removeEventListener('abort', stop));
  }

  /** Ends what runs; what it would have led to is dropped. */
  async stop(): Promise<void> {
    this.abort.abort();
    await this.running;
    this.ready = undefined;
  }

  private async now(
    turnId: string,
    trigger: Compaction['trigger'],
    signal: AbortSignal,
    focus?: string,
  ): Promise<boolean> {
    this.ready = await this.compactor.prepare(turnId, trigger, signal, focus);
    return this.putInPlace();
  }

  private putInPlace(): boolean {
    const { ready } = this;
    this.ready = undefined;
    if (ready) this.compactor.commit(ready);
    return ready !== undefined;
  }
}

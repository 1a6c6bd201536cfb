// What can be made ready before a call is whole: the gate for the first command, and the file that an arriving call names, where the gate
// would let that call through unasked.
//
// Nothing is kept of the file: the system then has it at hand, and the call that follows is judged, and reads, as any other. A call that
// is whole at once is not held up by it.
import type { PermissionGate } from '../permissions/access.ts';
import type { Clock } from '../ports.ts';
import type { Tool } from '../tools/tool.ts';
import { leadingFields } from './tool-input.ts';

export interface EarlyCallsOptions {
  readonly tools: ReadonlyMap<string, Tool>;
  readonly gate: Pick<PermissionGate, 'foresee'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly cwd: () => string;
  readonly signal: AbortSignal;
}

/** Files that one answer may have read ahead. */
const MAX_FILES = 8;
/** What is told later in an input is not looked for. */
const HEAD_CHARS = 2_000;
/** An input that has ended by then was whole at once. */
const SETTLE_MS = 2;
/** An answer that takes longer leaves time to get ready. */
const SILENCE_MS = 25;

/** Sessions, by their tools, whose gate has been made ready. */
const rehearsed = new WeakSet<ReadonlyMap<string, Tool>>();

type Early = NonNullable<ReturnType<NonNullable<Tool['early']>>>;

/** One for each answer. Never throws; what fails is silent. */
export class EarlyCalls {
  /** Calls that are still arriving: how to stop waiting for them, once it is known what they open. */
  private readonly open = new Map<number, (() => void) | undefined>();
  private left = MAX_FILES;
  private readonly cancelRehearsal: (() => void) | undefined;
  private readonly options: EarlyCallsOptions;

  /** Its answer has just been asked for. */
  constructor(options: EarlyCallsOptions) {
    this.options = options;
    const { clock, gate, tools } = options;
    if (gate.foresee && !rehearsed.has(tools)) {
      this.cancelRehearsal = clock.after(SILENCE_MS, () => void this.rehearse());
    }
  }

  /** A call begins: its tool is known by name. */
  begin(index: number, name: string): void {
    const { gate, tools } = this.options;
    if (gate.foresee && tools.get(name)?.early) this.open.set(index, undefined);
  }

  /** More of its input has come; `head` reads at most so many characters from its start. */
  arrived(index: number, name: string, head: (chars: number) => string): void {
    if (!this.open.has(index) || this.open.get(index)) return;
    const text = head(HEAD_CHARS);
    const early = this.earlyOf(name, text);
    if (early && this.left > 0) {
      this.left -= 1;
      this.open.set(
        index,
        this.options.clock.after(SETTLE_MS, () => void this.prepare(index, early)),
      );
    } else if (early || text.length >= HEAD_CHARS) this.open.delete(index);
  }

  /** The call is whole, or will never be: it goes its own way. */
  end(index: number): void {
    this.open.get(index)?.();
    this.open.delete(index);
  }

  /** The answer has ended. */
  close(): void {
    this.cancelRehearsal?.();
    for (const index of this.open.keys()) this.end(index);
  }

  /** A shell's first command waits for what it is judged with. While the model thinks nobody waits for that. */
  private async rehearse(): Promise<void> {
    const { gate, tools, cwd } = this.options;
    rehearsed.add(tools);
    try {
      for (const tool of tools.values()) {
        const access = tool.rehearsal?.(cwd());
        if (access) await gate.foresee?.(access);
      }
    } catch {
      // The call that follows meets the same and says so.
    }
  }

  private earlyOf(name: string, text: string): Early | undefined {
    const { tools, cwd } = this.options;
    try {
      return tools.get(name)?.early?.(leadingFields(text), cwd());
    } catch {
      // A path that cannot mean anything: the call will say so.
      return undefined;
    }
  }

  private async prepare(index: number, { access, prepare }: Early): Promise<void> {
    const { gate, signal } = this.options;
    try {
      if (signal.aborted) return;
      const path = await gate.foresee?.(access);
      if (path === undefined || signal.aborted || !this.open.has(index)) return;
      await prepare(path);
    } catch {
      // The call that follows meets the same and says so.
    }
  }
}

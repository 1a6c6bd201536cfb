// While a call's input still arrives: has the file that it names read ahead, where the gate would let the call through unasked.
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

type Early = NonNullable<ReturnType<NonNullable<Tool['early']>>>;

/** One for each answer. Never throws; what fails is silent. */
export class EarlyCalls {
  /** Calls that are still arriving: how to stop waiting for them, once it is known what they open. */
  private readonly open = new Map<number, (() => void) | undefined>();
  private left = MAX_FILES;
  private readonly options: EarlyCallsOptions;

  constructor(options: EarlyCallsOptions) {
    this.options = options;
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
    for (const index of this.open.keys()) this.end(index);
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

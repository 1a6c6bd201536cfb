// Keeps the last finished command of each terminal, as far as shell integration tells; only in this window's memory.
import * as vscode from 'vscode';
import { plainOutput } from '../../core/tools/shell/plain-output.ts';

export interface FinishedCommand {
  readonly command: string;
  /** Undefined when the shell did not say. */
  readonly exitCode: number | undefined;
  /** As plain text; its middle is left out when it is long. */
  readonly output: string;
}

/** Kept of one command's output: head and tail, in UTF-16 units. */
const MAX_HEAD = 8_000;
const MAX_TAIL = 24_000;
const MAX_COMMAND = 4_000;
/** How long after a command's end its last output may come. */
const LATE_MS = 500;

interface Running {
  head: string;
  tail: string;
  dropped: number;
  readonly read: Promise<void>;
}

/** Listens from its making on; nothing is looked at in a restricted folder. Disposed by its owner. */
export class TerminalHistory implements vscode.Disposable {
  readonly #running = new Map<vscode.TerminalShellExecution, Running>();
  readonly #last = new Map<vscode.Terminal, Promise<FinishedCommand>>();
  readonly #subscriptions: vscode.Disposable[];

  constructor() {
    this.#subscriptions = [
      vscode.window.onDidStartTerminalShellExecution(({ execution }) => this.#begin(execution)),
      vscode.window.onDidEndTerminalShellExecution(({ terminal, execution, exitCode }) => {
        const running = this.#running.get(execution);
        this.#running.delete(execution);
        if (running) this.#last.set(terminal, finished(execution.commandLine.value, exitCode, running));
      }),
      vscode.window.onDidCloseTerminal((terminal) => this.#last.delete(terminal)),
    ];
  }

  /** Undefined when none has ended since this began to listen. */
  async last(terminal: vscode.Terminal): Promise<FinishedCommand | undefined> {
    return this.#last.get(terminal);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions.splice(0)) subscription.dispose();
    this.#running.clear();
    this.#last.clear();
  }

  #begin(execution: vscode.TerminalShellExecution): void {
    if (!vscode.workspace.isTrusted) return;
    const running = { head: '', tail: '', dropped: 0 };
    // Reading must begin at once: what was printed before is not told.
    const read = follow(running, execution.read());
    this.#running.set(execution, Object.assign(running, { read }));
  }
}

async function follow(running: Omit<Running, 'read'>, pieces: AsyncIterable<string>): Promise<void> {
  for await (const piece of pieces) {
    const room = MAX_HEAD - running.head.length;
    running.head += piece.slice(0, room);
    running.tail += piece.slice(Math.max(0, room));
    if (running.tail.length <= 2 * MAX_TAIL) continue;
    running.dropped += running.tail.length - MAX_TAIL;
    running.tail = running.tail.slice(-MAX_TAIL);
  }
}

async function finished(command: string, exitCode: number | undefined, running: Running): Promise<FinishedCommand> {
  // Output that cannot be read to its end counts as far as it came.
  await Promise.race([running.read.catch(() => {}), new Promise((resolve) => setTimeout(resolve, LATE_MS))]);
  const { head, tail, dropped } = running;
  const gap = dropped > 0 ? `\n[… ${dropped} characters are left out …]\n` : '';
  return { command: command.slice(0, MAX_COMMAND), exitCode, output: plainOutput(head + gap + tail).trim() };
}

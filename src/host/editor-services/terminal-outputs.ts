// Reads what commands print in the editor's terminals, as far as its shell integration tells.
import * as vscode from 'vscode';

/** Kept of one command: head and tail. */
const MAX_KEPT_CHARS = 256 * 1024;

interface Output {
  readonly terminal: vscode.Terminal;
  readonly ended: Promise<void>;
  head: string;
  tail: string;
  dropped: boolean;
}

/** Listens from its making on; disposed by its owner. */
export class TerminalOutputs {
  readonly #outputs: Output[] = [];
  readonly #wanted = new Set<vscode.Terminal>();
  readonly #listener: vscode.Disposable;
  readonly #onOutput: (text: string) => void;

  /** `onOutput` gets what terminals that are wanted print from then on. */
  constructor(onOutput: (text: string) => void) {
    this.#onOutput = onOutput;
    this.#listener = vscode.window.onDidStartTerminalShellExecution(({ terminal, execution }) => {
      // Reading must begin at once: what was printed before is not told.
      const output: Output = { terminal, head: '', tail: '', dropped: false, ended: Promise.resolve() };
      this.#outputs.push(Object.assign(output, { ended: this.#follow(output, execution.read()) }));
    });
  }

  /** The terminal in which the process runs is one whose output is wanted. */
  async want(processId: number): Promise<void> {
    for (const terminal of vscode.window.terminals) {
      if ((await terminal.processId) !== processId || this.#wanted.has(terminal)) continue;
      this.#wanted.add(terminal);
      const earlier = this.#of(terminal).map(textOf).join('');
      if (earlier !== '') this.#onOutput(earlier);
    }
  }

  /** Resolves when all that is wanted has been read. */
  async ended(): Promise<void> {
    await Promise.all([...this.#wanted].flatMap((terminal) => this.#of(terminal)).map(({ ended }) => ended));
  }

  /** Undefined where no terminal that is wanted could be read. */
  text(): string | undefined {
    const read = [...this.#wanted].flatMap((terminal) => this.#of(terminal));
    return read.length === 0 ? undefined : read.map(textOf).join('\n');
  }

  dispose(): void {
    this.#listener.dispose();
  }

  #of(terminal: vscode.Terminal): Output[] {
    return this.#outputs.filter((output) => output.terminal === terminal);
  }

  async #follow(output: Output, pieces: AsyncIterable<string>): Promise<void> {
    for await (const piece of pieces) {
      keep(output, piece);
      if (this.#wanted.has(output.terminal)) this.#onOutput(piece);
    }
  }
}

function keep(output: Output, piece: string): void {
  const room = MAX_KEPT_CHARS - output.head.length;
  output.head += piece.slice(0, room);
  output.tail += piece.slice(Math.max(0, room));
  if (output.tail.length <= 2 * MAX_KEPT_CHARS) return;
  output.tail = output.tail.slice(-MAX_KEPT_CHARS);
  output.dropped = true;
}

function textOf({ head, tail, dropped }: Output): string {
  return dropped ? `${head}\n[… more than is kept was printed here …]\n${tail}` : head + tail;
}

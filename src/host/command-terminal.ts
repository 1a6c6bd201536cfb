// A terminal to look at, not to type in: every command with its output, live. Made at the first command, never revealed by itself.
import * as vscode from 'vscode';
import type { CommandMirror, MirroredCommand } from '../core/tools/shell/command-mirror.ts';
import { plainOutput } from '../core/tools/shell/plain-output.ts';
import { createTerminalText } from '../core/tools/shell/terminal-text.ts';

/** Output is shown this often; what comes in between is bounded, so that the fastest command costs the editor little. */
const FLUSH_MS = 50;
const MAX_PENDING_CHARS = 64 * 1024;
/** Kept until the editor has opened the terminal. */
const MAX_BACKLOG_CHARS = 256 * 1024;
const HINT_EVERY_MS = 2_000;
const MAX_HEADER_CHARS = 4_000;

const BOLD = '\u001b[1m';
const DIM = '\u001b[2m';
const RESET = '\u001b[0m';

export class CommandTerminal implements CommandMirror, vscode.Disposable {
  private terminal: vscode.Terminal | undefined;
  private readonly written = new vscode.EventEmitter<string>();
  private backlog = '';
  private opened = false;
  private atLineStart = true;
  private hintedAt = -Infinity;
  /** The command whose output was shown last. */
  private shown: object | undefined;
  private readonly waiting = new Set<() => void>();
  private timer: NodeJS.Timeout | undefined;
  private disposed = false;

  begin(command: string, cwd: string): MirroredCommand {
    const lines = plainOutput(command).slice(0, MAX_HEADER_CHARS).split('\n');
    const title = lines[0] ?? '';
    const output = new PendingOutput();
    const show = (): void => {
      const text = output.take();
      if (text === '') return;
      if (this.shown !== output) this.line(`${DIM}[from: ${title}]${RESET}`);
      this.shown = output;
      this.put(text);
    };
    this.flush();
    this.line(`${BOLD}$ ${lines.join('\r\n> ')}${RESET}  ${DIM}${cwd}${RESET}`);
    this.shown = output;
    return {
      write: (text) => {
        output.add(text);
        this.later(show);
      },
      end: (ending) => {
        show();
        this.waiting.delete(show);
        const which = this.shown === output ? '' : `${title}: `;
        this.line(`${RESET}${DIM}[${which}${plainOutput(ending)}]${RESET}`);
      },
    };
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    this.waiting.clear();
    this.terminal?.dispose();
    this.written.dispose();
  }

  private later(show: () => void): void {
    this.waiting.add(show);
    this.timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const show of this.waiting) show();
    this.waiting.clear();
  }

  private line(text: string): void {
    this.put(`${this.atLineStart ? '' : '\r\n'}${text}\r\n`);
  }

  private put(text: string): void {
    if (this.disposed) return;
    if (this.terminal?.exitStatus) this.forget();
    this.terminal ??= this.create();
    this.atLineStart = text.endsWith('\n');
    if (this.opened) this.written.fire(text);
    else this.backlog = (this.backlog + text).slice(-MAX_BACKLOG_CHARS);
  }

  private create(): vscode.Terminal {
    const terminal = vscode.window.createTerminal({
      name: 'Capstan',
      iconPath: new vscode.ThemeIcon('eye'),
      isTransient: true,
      pty: {
        onDidWrite: this.written.event,
        open: () => {
          this.opened = true;
          this.written.fire(this.backlog);
          this.backlog = '';
        },
        close: () => {
          if (this.terminal === terminal) this.forget();
        },
        handleInput: (typed: string) => this.hint(typed),
      },
    });
    return terminal;
  }

  /** Closed by the person: the next command has a new one. */
  private forget(): void {
    this.terminal = undefined;
    this.opened = false;
    this.atLineStart = true;
  }

  private hint(typed: string): void {
    // A terminal answers questions by itself, in control sequences.
    if (typed.startsWith('\u001b') || performance.now() - this.hintedAt < HINT_EVERY_MS) return;
    this.hintedAt = performance.now();
    this.line(`${DIM}[This shows what Capstan runs and takes no input. Open a terminal of your own to type.]${RESET}`);
  }
}

/** The newest output of one command that is not shown yet. */
class PendingOutput {
  private clean = createTerminalText();
  private readonly pieces: string[] = [];
  private chars = 0;
  private dropped = 0;

  add(text: string): void {
    this.pieces.push(text);
    this.chars += text.length;
    while (this.pieces.length > 1 && this.chars - this.pieces[0]!.length >= MAX_PENDING_CHARS) {
      const { length } = this.pieces.shift()!;
      this.chars -= length;
      this.dropped += length;
    }
  }

  take(): string {
    const text = this.pieces.splice(0).join('');
    const { dropped } = this;
    this.chars = 0;
    this.dropped = 0;
    if (dropped === 0) return this.clean(text);
    // It went on somewhere else: half a sequence from before does not belong here.
    this.clean = createTerminalText();
    return `\r\n${RESET}[… ${dropped} characters are not shown here …]\r\n${this.clean(text)}`;
  }
}

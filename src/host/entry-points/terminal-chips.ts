// Makes chips from what stands in a terminal: the selection, or the last command with what it printed.
import * as vscode from 'vscode';
import type { Attachment } from '../../shared/view-model.ts';
import { MAX_CHIP } from '../attachments.ts';
import { copiedBy } from './copied-text.ts';
import type { TerminalHistory } from './terminal-history.ts';

/** The terminal that a menu was opened on, else the active one. */
export function chosenTerminal(args: readonly unknown[]): vscode.Terminal | undefined {
  const known = vscode.window.terminals;
  return (
    args.flat().find((arg): arg is vscode.Terminal => known.includes(arg as vscode.Terminal)) ??
    vscode.window.activeTerminal
  );
}

/** Undefined when nothing is selected. */
export async function terminalSelectionChip(terminal: vscode.Terminal): Promise<Attachment | undefined> {
  // The copying command acts on the active terminal.
  terminal.show(true);
  const text = await copiedBy('workbench.action.terminal.copySelection');
  if (text === undefined) return undefined;
  const lines = text.trim().split('\n').length;
  return terminalChip(
    lines === 1 ? vscode.l10n.t('Terminal: 1 line') : vscode.l10n.t('Terminal: {0} lines', lines),
    `From the terminal "${terminal.name}":\n${text}`,
  );
}

/** Undefined when no command has ended in it, or its shell does not tell commands apart. */
export async function lastCommandChip(
  terminal: vscode.Terminal,
  history: TerminalHistory,
): Promise<Attachment | undefined> {
  const last = await history.last(terminal);
  // The copying commands act on the active terminal.
  terminal.show(true);
  if (!last) {
    // It ended before anybody listened; the editor's own record of the terminal may have it.
    const text = await copiedBy('workbench.action.terminal.copyLastCommandAndLastCommandOutput');
    return text === undefined
      ? undefined
      : terminalChip(`$ ${shortened(text)}`, `The last command and what it printed:\n${text}`);
  }
  // What a command prints in its first moment is not always told to who listens, but it stands on the screen.
  const onScreen = await copiedBy('workbench.action.terminal.copyLastCommandOutput').catch(() => undefined);
  const printed = onScreen ?? last.output;
  const ending = last.exitCode === undefined ? 'Its exit code is not known.' : `Exit code ${last.exitCode}.`;
  const output = printed.trim() === '' ? 'It printed nothing.' : `Output:\n${printed.trim()}`;
  return terminalChip(`$ ${shortened(last.command)}`, `Command: ${last.command}\n${ending}\n${output}`);
}

function terminalChip(label: string, text: string): Attachment {
  const cut = text.length > MAX_CHIP;
  const half = MAX_CHIP / 2;
  // A failure tends to be said at the end.
  const kept = cut
    ? `${text.slice(0, half)}\n[… ${text.length - MAX_CHIP} characters are left out …]\n${text.slice(-half)}`
    : text;
  return { kind: 'selection', label, text: kept };
}

function shortened(command: string): string {
  const [line = ''] = command.trim().split('\n');
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}

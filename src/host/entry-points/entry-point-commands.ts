// What the commands do that start from somewhere in the editor: code, files, terminals, conflicts, tests, source control.
import * as vscode from 'vscode';
import { commands } from '../../shared/contributions.ts';
import type { Attachment } from '../../shared/view-model.ts';
import { codeChip, codeTasks } from './code-tasks.ts';
import type { CommitMessageWriter } from './commit-message-writer.ts';
import { conflictChips, conflictPlaces, RESOLVE_PROMPT } from './conflict-request.ts';
import { chosenFiles, fileChip, MAX_FILES } from './file-chips.ts';
import { isAllowed } from './restricted.ts';
import type { TerminalHistory } from './terminal-history.ts';
import { chosenTerminal, lastCommandChip, terminalSelectionChip } from './terminal-chips.ts';
import { FIX_TEST_PROMPT, testFailureChip } from './test-failure.ts';

export interface EntryPointParts {
  /** Puts text and chips into the composer, and sends them if that is wished. */
  readonly compose: (text: string, attachments: Attachment[], send: boolean) => Promise<void>;
  readonly terminals: TerminalHistory;
  readonly commitMessages: CommitMessageWriter;
}

type Handler = (...args: readonly unknown[]) => Promise<void>;

const noCode = () =>
  vscode.l10n.t('Select the code that is meant, or put the cursor into a function or class, then try again.');
const EXPLAIN_COMMAND =
  'Explain what this command did and printed. If it failed: why, and what to do about it. Change nothing.';

export function createEntryPointCommands({ compose, terminals, commitMessages }: EntryPointParts) {
  return {
    [commands.explain]: codeTask(compose, codeTasks.explain),
    [commands.writeTests]: codeTask(compose, codeTasks.writeTests),
    [commands.document]: codeTask(compose, codeTasks.document),
    [commands.refactor]: async (uri, range) => {
      if (!isAllowed(vscode.l10n.t('Refactoring'))) return;
      const chip = await codeChip(uri, range);
      if (!chip) return tell(noCode());
      const wish = await askForRefactoring(chip.label);
      if (wish) await compose(`Refactor this code: ${wish}\n\nKeep what it does, and its users working.`, [chip], true);
    },
    [commands.askAboutFiles]: async (...args) => {
      if (!isAllowed(vscode.l10n.t('Asking about files'))) return;
      const files = chosenFiles(args);
      const chips = (await Promise.all(files.slice(0, MAX_FILES).map(fileChip))).filter((chip) => chip !== undefined);
      if (chips.length === 0) return tell(vscode.l10n.t('Choose a file or a folder in the explorer first.'));
      if (files.length > MAX_FILES)
        tell(
          vscode.l10n.t(
            'The first {0} of {1} were taken. Choose a folder instead to ask about all.',
            MAX_FILES,
            files.length,
          ),
        );
      await compose('', chips, false);
    },
    [commands.askAboutTerminalSelection]: async (...args) => {
      if (!isAllowed(vscode.l10n.t('Asking about a terminal'))) return;
      const terminal = chosenTerminal(args);
      const chip = terminal && (await terminalSelectionChip(terminal));
      if (!chip) return tell(vscode.l10n.t('Select the text in the terminal that you want to ask about first.'));
      await compose('', [chip], false);
    },
    [commands.explainLastCommand]: async (...args) => {
      if (!isAllowed(vscode.l10n.t('Explaining a command'))) return;
      const terminal = chosenTerminal(args);
      if (!terminal) return tell(vscode.l10n.t('There is no terminal. Open one and run a command, then try again.'));
      const chip = await lastCommandChip(terminal, terminals);
      if (!chip)
        return tell(
          vscode.l10n.t(
            "No finished command of this terminal is known. It needs the editor's shell integration; or select the text and ask about that.",
          ),
        );
      await compose(EXPLAIN_COMMAND, [chip], true);
    },
    [commands.resolveConflict]: async (...args) => {
      if (!isAllowed(vscode.l10n.t('Resolving conflicts'))) return;
      const chips = (await Promise.all(conflictPlaces(args).map(conflictChips))).flat();
      if (chips.length === 0)
        return tell(
          vscode.l10n.t('There are no conflict markers here. Open a file with a merge conflict, then try again.'),
        );
      await compose(RESOLVE_PROMPT, chips, true);
    },
    [commands.fixTest]: async (report) => {
      if (!isAllowed(vscode.l10n.t('Fixing a test'))) return;
      const chip = testFailureChip(report);
      if (chip) await compose(FIX_TEST_PROMPT, [chip], true);
      else tell(vscode.l10n.t("Use this from the menu of a failed test's message."));
    },
    [commands.writeCommitMessage]: async (source) => {
      if (isAllowed(vscode.l10n.t('Writing a commit message'))) await commitMessages.write(source);
    },
  } satisfies Partial<Record<string, Handler>>;
}

function codeTask(compose: EntryPointParts['compose'], { what, prompt }: { what: string; prompt: string }): Handler {
  return async (uri, range) => {
    if (!isAllowed(what)) return;
    const chip = await codeChip(uri, range);
    if (chip) await compose(prompt, [chip], true);
    else tell(noCode());
  };
}

async function askForRefactoring(label: string): Promise<string | undefined> {
  const wish = await vscode.window.showInputBox({
    title: vscode.l10n.t('Refactor {0}', label),
    prompt: vscode.l10n.t('What should become of it? Enter sends it.'),
    placeHolder: vscode.l10n.t('Take the parsing out into a function of its own'),
    ignoreFocusOut: true,
  });
  return wish?.trim();
}

function tell(message: string): void {
  void vscode.window.showInformationMessage(message);
}

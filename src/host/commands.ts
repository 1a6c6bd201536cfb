// What each command of the extension does.
import * as vscode from 'vscode';
import { commands, type CommandId } from '../shared/contributions.ts';
import type { FileSystem } from '../core/ports.ts';
import type { Attachment } from '../shared/view-model.ts';
import { problemChip, selectionChip } from './attachments.ts';
import type { ProblemReport } from './code-actions.ts';
import type { DiffReview } from './diff-review.ts';
import { createEntryPointCommands, type EntryPointParts } from './entry-points/entry-point-commands.ts';
import { isAllowed } from './entry-points/restricted.ts';
import type { Keys } from './keys.ts';
import type { Log } from './log.ts';
import { longWork } from './long-work.ts';
import type { Mentions } from './mentions/mentions.ts';
import type { PendingReview } from './pending-edits/compose-pending.ts';
import type { ReadOnlyDocuments } from './read-only-documents.ts';
import type { SessionActions } from './sessions/session-actions.ts';
import { createShownCommands } from './sessions/shown-commands.ts';
import type { SessionList } from './sessions/session-list.ts';
import type { Surfaces } from './surfaces/surfaces.ts';
import { withTitleButtons } from './surfaces/title-buttons.ts';
import { createPanelCommands } from './surfaces/panel-commands.ts';
import { createTranscriptCommands } from './surfaces/transcript-commands.ts';

export interface CommandParts extends Pick<EntryPointParts, 'terminals' | 'commitMessages'> {
  readonly extensionId: string;
  readonly surfaces: Surfaces;
  readonly sessions: SessionList;
  readonly sessionActions: SessionActions;
  readonly keys: Keys;
  readonly review: DiffReview;
  readonly pending: Pick<PendingReview, 'commands'>;
  /** Brings whatever waits for the person to the front; false when nothing does. */
  readonly questions: { show(): boolean };
  readonly log: Log;
  readonly files: FileSystem;
  readonly documents: ReadOnlyDocuments;
  readonly mentions: () => Promise<Mentions>;
  /** Holds the logs of all sessions, absolute. */
  readonly sessionsFolder: string;
}

/** The editor passes whatever the caller gave; a handler takes nothing for granted. */
export type CommandHandlers = Readonly<Record<CommandId, (...args: readonly unknown[]) => unknown>>;

export function createCommands(parts: CommandParts): CommandHandlers {
  const { surfaces, keys, review, questions, log, extensionId } = parts;
  const compose = async (text: string, attachments: Attachment[], send: boolean) => {
    surfaces.active.send({ type: 'compose', text, attachments, send });
    await surfaces.focus();
  };
  const here = () => surfaces.active.conversation;
  const handlers: CommandHandlers = {
    [commands.open]: () => surfaces.focus(),
    [commands.newSession]: async () => {
      await here().begin();
      await surfaces.focus();
    },
    [commands.sessions]: () => parts.sessions.show(),
    [commands.openInTab]: () => surfaces.openTab(here().session?.id),
    [commands.openInWindow]: () => surfaces.openWindow(),
    [commands.toggleFocusView]: () => surfaces.active.send({ type: 'toggleFocusView' }),
    [commands.stop]: () => here().stop(),
    [commands.compact]: async (given) => {
      const asked = typeof given === 'string' ? given : undefined;
      const focus =
        asked ??
        (await vscode.window.showInputBox({
          title: vscode.l10n.t('Shorten the Conversation'),
          prompt: vscode.l10n.t(
            'What must be kept above all? Leave it empty to let the model decide; your last request is kept in any case.',
          ),
          ignoreFocusOut: true,
        }));
      if (focus === undefined) return;
      const title = vscode.l10n.t('Shortening the conversation…');
      const reason = await longWork(title, (signal) => here().compact(focus.trim() || undefined, signal));
      if (reason !== undefined) void vscode.window.showInformationMessage(reason);
    },
    [commands.chooseMode]: async () => (await import('./permission-commands.ts')).chooseMode({ conversation: here() }),
    [commands.chooseModel]: async () => (await import('./meters/session-pickers.ts')).chooseModel(surfaces.active),
    [commands.chooseEffort]: async () => (await import('./meters/session-pickers.ts')).chooseEffort(surfaces.active),
    [commands.chooseBudget]: async () => (await import('./meters/budget-pick.ts')).chooseBudget(surfaces.active),
    [commands.goOnOnce]: async () => (await import('./meters/budget-pick.ts')).goOnOnce(surfaces.active),
    [commands.showContext]: async () => (await import('./meters/context-pick.ts')).showContext(surfaces.active),
    [commands.explainPermission]: async () =>
      (await import('./permission-commands.ts')).explainHere({ ...parts, conversation: here() }),
    [commands.attach]: async () =>
      (await import('./mentions/attach-pick.ts')).attach({ surfaces, mentions: parts.mentions, log }),
    [commands.ask]: async () => {
      const text = await askForTask();
      if (text) await compose(text, [], true);
    },
    ...createTranscriptCommands(surfaces),
    ...createPanelCommands(surfaces),
    ...createShownCommands(here, parts.sessionActions),
    ...createEntryPointCommands({ compose, terminals: parts.terminals, commitMessages: parts.commitMessages }),
    [commands.askAboutSelection]: async (uri, range) => {
      if (!isAllowed(vscode.l10n.t('Asking about code'))) return;
      const chip = await chipFor(uri, range);
      if (chip) await compose('', [chip], false);
      else void vscode.window.showInformationMessage(vscode.l10n.t('Select the code you want to ask about first.'));
    },
    [commands.fixProblem]: async (report) => {
      if (!isProblemReport(report) || !isAllowed(vscode.l10n.t('Fixing problems'))) return;
      const what = report.problems.length === 1 ? 'this problem' : `these ${report.problems.length} problems`;
      await compose(`Find the cause of ${what} and fix it.`, [problemChip(report)], true);
    },
    [commands.setKey]: async () => {
      if (await keys.ask())
        void vscode.window.showInformationMessage(vscode.l10n.t('The key is set. The next request uses it.'));
    },
    [commands.removeKey]: async () => {
      await keys.remove();
      void vscode.window.showInformationMessage(vscode.l10n.t("The key was removed from the editor's secret storage."));
    },
    [commands.testConnection]: async () => (await import('./first-run/test-connection.ts')).testConnection({ keys }),
    [commands.takeTour]: async () => (await import('./first-run/take-tour.ts')).takeTour(surfaces),
    [commands.useLocalModel]: async () => (await import('./first-run/use-local-model.ts')).useLocalModel(),
    [commands.acceptEdit]: (uri) => review.accept(uriOrNone(uri)),
    [commands.rejectEdit]: (uri) => review.reject(uriOrNone(uri)),
    [commands.rejectEditWithWords]: (uri) => review.rejectWithWords(uriOrNone(uri)),
    ...parts.pending.commands,
    [commands.showQuestion]: async () => {
      if (!questions.show() && !(await review.openFirst())) await surfaces.focus();
    },
    [commands.showLog]: () => log.show(),
    [commands.openSettings]: () =>
      vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${extensionId}`),
    [commands.openWalkthrough]: () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', `${extensionId}#start`, false),
  };
  return withTitleButtons(handlers, surfaces);
}

async function askForTask(): Promise<string | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Ask Capstan'),
    prompt: vscode.l10n.t('What should be done? Enter sends it.'),
    placeHolder: vscode.l10n.t('Fix the failing test in…'),
    ignoreFocusOut: true,
  });
  return text?.trim();
}

/** The given range, or what is selected in the active editor. */
async function chipFor(uri: unknown, range: unknown): Promise<Attachment | undefined> {
  if (uri instanceof vscode.Uri && range instanceof vscode.Range) {
    return selectionChip(await vscode.workspace.openTextDocument(uri), range);
  }
  const editor = vscode.window.activeTextEditor;
  return editor && selectionChip(editor.document, editor.selection);
}

function isProblemReport(value: unknown): value is ProblemReport {
  const report = value as Partial<ProblemReport> | undefined;
  return report?.uri instanceof vscode.Uri && Array.isArray(report.problems) && report.problems.length > 0;
}

function uriOrNone(value: unknown): vscode.Uri | undefined {
  return value instanceof vscode.Uri ? value : undefined;
}

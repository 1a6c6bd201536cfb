// Puts the editor build together: which part is given what. Loaded when the person first wants something, not at activation.
import path from 'node:path';
import * as vscode from 'vscode';
import { PLAN_SCHEME } from '../shared/contributions.ts';
import { useWords } from '../shared/l10n.ts';
import type { AgentEvent } from '../core/events.ts';
import type { EditReviewer, FileSystem, PermissionPrompter } from '../core/ports.ts';
import { createDaySpendingFile } from '../adapters/day-spending-file.ts';
import { NodeFileSystem } from '../adapters/node-file-system.ts';
import { createSessionFiles } from '../adapters/session-files.ts';
import { CommandTerminal } from './command-terminal.ts';
import { createCommands, type CommandHandlers } from './commands.ts';
import { DiffReview } from './diff-review.ts';
import { editorEncoding } from './editor-encoding.ts';
import { Drafts } from './drafts.ts';
import { EditorFileSystem } from './editor-file-system.ts';
import { CommitMessageWriter } from './entry-points/commit-message-writer.ts';
import { ConflictLenses } from './entry-points/conflict-lenses.ts';
import { TerminalHistory } from './entry-points/terminal-history.ts';
import { EnvironmentWatcher } from './environment.ts';
import { createSecretStore, Keys } from './keys.ts';
import { isVirtual, toPath, workingFolder } from './locations.ts';
import { Log } from './log.ts';
import { Opener } from './open.ts';
import { PlanReview } from './plan-review.ts';
import { composePendingReview } from './pending-edits/compose-pending.ts';
import type { PendingEdits } from './pending-edits/pending-edits.ts';
import { PermissionDialogs } from './permission-dialogs.ts';
import type { ProposalFiles } from './proposal-files.ts';
import type { ReadOnlyDocuments } from './read-only-documents.ts';
import { Remedies } from './remedies.ts';
import { QuestionDialogs } from './question-dialogs.ts';
import { QuickQuestions } from './quick-question.ts';
import { readSettings } from './settings.ts';
import type { StatusBar } from './status-bar.ts';
import { composeSurfaces } from './surfaces/compose-surfaces.ts';
import type { Surfaces } from './surfaces/surfaces.ts';
import { VirtualFileSystem } from './virtual-file-system.ts';

/** What is there from activation on; stays the extension's. */
export interface HostParts {
  readonly context: vscode.ExtensionContext;
  readonly documents: ReadOnlyDocuments;
  readonly proposals: ProposalFiles;
  readonly statusBar: StatusBar;
}

export interface Host {
  readonly commands: CommandHandlers;
  readonly surfaces: Surfaces;
  readonly files: FileSystem;
  readonly reviewer: EditReviewer;
  readonly prompter: PermissionPrompter;
  readonly pending: PendingEdits;
  /** Stops what runs and waits until it is written down. */
  dispose(): Promise<void>;
}

export function composeHost({ context, documents, proposals, statusBar }: HostParts): Host {
  useWords(vscode.l10n.bundle);
  const owned: vscode.Disposable[] = [];
  const own = <T extends vscode.Disposable>(disposable: T): T => {
    owned.push(disposable);
    return disposable;
  };
  const version = String(context.extension.packageJSON.version);

  const log = own(new Log());
  const keys = own(
    new Keys({
      secrets: createSecretStore(context.secrets),
      baseUrlSetting: () => readSettings().baseUrl,
      env: process.env,
      log,
    }),
  );
  own(context.secrets.onDidChange(() => keys.recheck()));
  const files = new EditorFileSystem(baseFiles());
  const review = own(new DiffReview({ originals: documents, proposals, log }));
  const dialogs = own(new PermissionDialogs(documents, log));
  const quick = new QuickQuestions();
  const questioner = own(new QuestionDialogs({ quick, documents, log }));
  const plans = own(new PlanReview({ quick, files: proposals, scheme: PLAN_SCHEME, log }));
  const questions = { show: () => dialogs.show() || quick.show() || plans.show() };
  const mirror = own(new CommandTerminal());
  const opener = new Opener({ files, documents, log });
  const environment = own(new EnvironmentWatcher(keys, version));
  const pending = own(
    composePendingReview({ context, files, documents, log, show: (now) => environment.showPending(now) }),
  );
  const remedies = new Remedies(keys);

  const storage = context.globalStorageUri.fsPath;
  const sessionsFolder = path.join(storage, 'sessions');
  const shelf = createSessionFiles({
    folder: sessionsFolder,
    onFailure: (message) => {
      log.error(message);
      void vscode.window.showErrorMessage(message);
    },
    onWarning: (message) => log.warn(message),
  });
  const day = createDaySpendingFile({
    folder: path.join(storage, 'spending'),
    now: Date.now,
    onWarning: (message) => log.warn(message),
  });
  const terminals = own(new TerminalHistory());
  const mentions = once(async () => {
    const { createMentions } = await import('./mentions/mentions.ts');
    return createMentions({ files, terminals, log, sessionsFolder });
  });
  const { surfaces, sessions, ...conversations } = composeSurfaces({
    context,
    shelf,
    folder: sessionFolder,
    drafts: new Drafts(path.join(storage, 'drafts'), sessionFolder(), (message, error) => log.error(message, error)),
    openSession: async (id) => {
      const { openSession } = await import('./open-session.ts');
      return openSession({
        id,
        sessions: shelf,
        sessionsFolder,
        resultsFolder: path.join(storage, 'results'),
        files,
        keys,
        day,
        log,
        prompter: dialogs,
        reviewer: review,
        questioner,
        planReviewer: plans,
        pending: pending.edits,
        mirror,
        extensionId: context.extension.id,
        version,
      });
    },
    remedies,
    environment,
    statusBar,
    onEvent: (event) => noteForKeys(event, keys),
    opener,
    review,
    pending,
    plans,
    questions,
    mentions,
    images: once(async () => {
      const { KeptImages } = await import('./kept-images.ts');
      return new KeptImages(path.join(storage, 'images'));
    }),
    log,
  });
  void environment.refreshKey();
  own(vscode.languages.registerCodeLensProvider(ConflictLenses.selector, new ConflictLenses()));
  const commitMessages = commitMessageWriter(keys, remedies, log, version);

  return {
    commands: createCommands({
      extensionId: context.extension.id,
      surfaces,
      sessions: sessions.list,
      sessionActions: sessions.actions,
      sessionsFolder,
      keys,
      review,
      pending,
      questions,
      log,
      files,
      documents,
      terminals,
      commitMessages,
      mentions,
    }),
    surfaces,
    files,
    reviewer: review,
    prompter: dialogs,
    pending: pending.edits,
    async dispose() {
      await conversations.dispose();
      await day.flush();
      for (const disposable of owned.toReversed()) disposable.dispose();
    },
  };
}

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => (loading ??= load());
}

function commitMessageWriter(keys: Keys, remedies: Remedies, log: Log, version: string): CommitMessageWriter {
  return new CommitMessageWriter({
    model: once(async () => (await import('./entry-points/side-model.ts')).createHostSideModel(keys, version)),
    obstacle: () => remedies.obstacle(),
    offerRemedy: (reason) => void remedies.offer(reason),
    log,
  });
}

function baseFiles(): FileSystem {
  const folder = workingFolder();
  return folder && isVirtual(folder) ? new VirtualFileSystem() : new NodeFileSystem({ encodingOf: editorEncoding });
}

/** Which sessions belong to this window. */
function sessionFolder(): string {
  const folder = workingFolder();
  return folder ? toPath(folder.uri) : '';
}

/** What a run tells about the key. */
function noteForKeys(event: AgentEvent, keys: Keys): void {
  if (event.type === 'failed' && event.failure.class === 'authentication') void keys.markRefused();
  if (event.type === 'message_completed' && event.complete) keys.markAccepted();
}

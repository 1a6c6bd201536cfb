// Puts the editor build together: which part is given what. Loaded when the person first wants something, not at activation.
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { contextKeys, PLAN_SCHEME } from '../shared/contributions.ts';
import type { SideModel } from '../core/engine/side-model.ts';
import type { AgentEvent } from '../core/events.ts';
import type { EditReviewer, FileSystem, PermissionPrompter } from '../core/ports.ts';
import { NodeFileSystem } from '../adapters/node-file-system.ts';
import { createSessionFiles } from '../adapters/session-files.ts';
import { CommandTerminal } from './command-terminal.ts';
import { createCommands, type CommandHandlers } from './commands.ts';
import { Conversation } from './conversation.ts';
import { DiffReview } from './diff-review.ts';
import { editorEncoding } from './editor-encoding.ts';
import { EditorFileSystem } from './editor-file-system.ts';
import { CommitMessageWriter } from './entry-points/commit-message-writer.ts';
import { ConflictLenses } from './entry-points/conflict-lenses.ts';
import { TerminalHistory } from './entry-points/terminal-history.ts';
import { EnvironmentWatcher } from './environment.ts';
import { handleIntent } from './intents.ts';
import { createSecretStore, Keys } from './keys.ts';
import { isVirtual, toPath, workingFolder } from './locations.ts';
import { Log } from './log.ts';
import { Opener } from './open.ts';
import { PanelProvider } from './panel-provider.ts';
import { PlanReview } from './plan-review.ts';
import { composePendingReview } from './pending-edits/compose-pending.ts';
import type { PendingEdits } from './pending-edits/pending-edits.ts';
import { PermissionDialogs } from './permission-dialogs.ts';
import type { ProposalFiles } from './proposal-files.ts';
import type { ReadOnlyDocuments } from './read-only-documents.ts';
import { Remedies } from './remedies.ts';
import { QuestionDialogs } from './question-dialogs.ts';
import { QuickQuestions } from './quick-question.ts';
import { composeSessions } from './sessions/compose-sessions.ts';
import { openNamed } from './sessions/named-session.ts';
import { usedWords } from './sessions/session-rows.ts';
import { readSettings } from './settings.ts';
import type { StatusBar } from './status-bar.ts';
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
  readonly panel: vscode.WebviewViewProvider;
  readonly files: FileSystem;
  readonly reviewer: EditReviewer;
  readonly prompter: PermissionPrompter;
  readonly pending: PendingEdits;
  /** Stops what runs and waits until it is written down. */
  dispose(): Promise<void>;
}

const SESSION_MEMORY = 'capstan.session';
const RESTORE_PATIENCE_MS = 1000;

export function composeHost({ context, documents, proposals, statusBar }: HostParts): Host {
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
  const sessions = createSessionFiles({
    folder: sessionsFolder,
    onFailure: (message) => {
      log.error(message);
      void vscode.window.showErrorMessage(message);
    },
    onWarning: (message) => log.warn(message),
  });
  const conversation = new Conversation({
    openSession: async (id) => {
      const { openSession } = await import('./open-session.ts');
      const resultsFolder = path.join(storage, 'results');
      const parts = {
        id,
        sessionsFolder,
        resultsFolder,
        files,
        keys,
        log,
        prompter: dialogs,
        reviewer: review,
        questioner,
        planReviewer: plans,
        pending: pending.edits,
        mirror,
        extensionId: context.extension.id,
        version,
      };
      return openNamed(sessions, (store) => openSession({ ...parts, sessions: store }));
    },
    listSessions: async () => sessions.list(sessionFolder()),
    memory: {
      get: () => context.workspaceState.get<string>(SESSION_MEMORY),
      set: (id) => void context.workspaceState.update(SESSION_MEMORY, id),
    },
    obstacle: () => remedies.obstacle(),
    model: () => readSettings().model,
    warn: (message, error) => log.error(message, error),
    locked: (id) => void around.locked(id),
  });

  const restored = () =>
    conversation.restore().catch((error: unknown) => log.error('The conversation could not be restored.', error));
  const panel = own(
    new PanelProvider({
      extension: context.extensionUri,
      view: () => ({ ...conversation.view, environment: environment.current }),
      warn: (message) => log.warn(message),
      // The first picture is the conversation as it was, unless that takes long.
      prepared: () => Promise.race([restored(), sleep(RESTORE_PATIENCE_MS)]),
      onIntent: (intent) => {
        const parts = {
          conversation,
          opener,
          review,
          pending,
          questions,
          panel,
          log,
          offerRemedy: (why: string) => void remedies.offer(why),
        };
        handleIntent(intent, parts).catch((error: unknown) => log.error(`The panel's ${intent.type} failed.`, error));
      },
    }),
  );
  own(environment.onDidChange((now) => panel.changed([{ op: 'environment', environment: now }])));
  const around = composeSessions({
    conversation,
    shelf: sessions,
    folder: sessionFolder,
    focus: () => panel.focus(),
    openReview: () => review.openFirst(),
    offerRemedy: (reason) => void remedies.offer(reason),
    log,
  });
  const showStatus = statusDisplay(conversation, statusBar, panel);
  conversation.listen({
    changed: (patches) => panel.changed(patches),
    replaced: () => {
      panel.reset();
      showStatus();
    },
    event: (event) => noteForKeys(event, keys),
    activity: showStatus,
  });
  void environment.refreshKey();
  const terminals = own(new TerminalHistory());
  own(vscode.languages.registerCodeLensProvider(ConflictLenses.selector, new ConflictLenses()));
  const commitMessages = commitMessageWriter(keys, remedies, log, version);

  return {
    commands: createCommands({
      extensionId: context.extension.id,
      conversation,
      sessions: around.list,
      sessionsFolder,
      panel,
      keys,
      review,
      pending,
      questions,
      log,
      files,
      documents,
      terminals,
      commitMessages,
    }),
    panel,
    files,
    reviewer: review,
    prompter: dialogs,
    pending: pending.edits,
    async dispose() {
      await conversation.dispose();
      await around.dispose();
      for (const disposable of owned.toReversed()) disposable.dispose();
    },
  };
}

function commitMessageWriter(keys: Keys, remedies: Remedies, log: Log, version: string): CommitMessageWriter {
  let model: Promise<SideModel> | undefined;
  const load = async () => (await import('./entry-points/side-model.ts')).createHostSideModel(keys, version);
  return new CommitMessageWriter({
    model: () => (model ??= load()),
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

/** Shows what goes on in the status bar, on the view's icon and to key bindings; says nothing twice. */
function statusDisplay(conversation: Conversation, statusBar: StatusBar, panel: PanelProvider): () => void {
  let shown = '';
  return () => {
    const { activity, sessions, view } = conversation;
    const behind = sessions.filter(({ id, state }) => id !== view.session.id && state !== 'idle').length;
    const status = { activity, behind, used: usedWords(view.session) };
    const now = JSON.stringify(status);
    if (now === shown) return;
    shown = now;
    statusBar.show(status);
    panel.badge(activity === 'waiting');
    void vscode.commands.executeCommand('setContext', contextKeys.running, activity !== 'idle');
  };
}

// Puts the editor build together: which part is given what. Loaded when the person first wants something, not at activation.
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { contextKeys, PLAN_SCHEME } from '../shared/contributions.ts';
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
import { EnvironmentWatcher } from './environment.ts';
import { handleIntent } from './intents.ts';
import { createSecretStore, Keys } from './keys.ts';
import { isVirtual, toPath, workingFolder } from './locations.ts';
import { Log } from './log.ts';
import { Opener } from './open.ts';
import { PanelProvider } from './panel-provider.ts';
import { PlanReview } from './plan-review.ts';
import { PermissionDialogs } from './permission-dialogs.ts';
import type { ProposalFiles } from './proposal-files.ts';
import type { ReadOnlyDocuments } from './read-only-documents.ts';
import { Remedies } from './remedies.ts';
import { QuestionDialogs } from './question-dialogs.ts';
import { QuickQuestions } from './quick-question.ts';
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
  const remedies = new Remedies(keys);

  const storage = context.globalStorageUri.fsPath;
  const sessions = createSessionFiles({
    folder: path.join(storage, 'sessions'),
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
      return openSession({
        id,
        sessions,
        resultsFolder,
        files,
        keys,
        log,
        prompter: dialogs,
        reviewer: review,
        questioner,
        planReviewer: plans,
        mirror,
        extensionId: context.extension.id,
        version,
      });
    },
    listSessions: async () => sessions.list(sessionFolder()),
    memory: {
      get: () => context.workspaceState.get<string>(SESSION_MEMORY),
      set: (id) => void context.workspaceState.update(SESSION_MEMORY, id),
    },
    obstacle: () => remedies.obstacle(),
    model: () => readSettings().model,
    warn: (message, error) => log.error(message, error),
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
          questions,
          panel,
          offerRemedy: (why: string) => void remedies.offer(why),
        };
        handleIntent(intent, parts).catch((error: unknown) => log.error(`The panel's ${intent.type} failed.`, error));
      },
    }),
  );
  own(environment.onDidChange((now) => panel.changed([{ op: 'environment', environment: now }])));
  const showActivity = activityDisplay(statusBar, panel);
  conversation.listen({
    changed: (patches) => panel.changed(patches),
    replaced: () => panel.reset(),
    event: (event) => noteForKeys(event, keys),
    activity: () => showActivity(conversation.activity),
  });
  void environment.refreshKey();

  return {
    commands: createCommands({ extensionId: context.extension.id, conversation, panel, keys, review, questions, log }),
    panel,
    files,
    reviewer: review,
    prompter: dialogs,
    async dispose() {
      await conversation.dispose();
      for (const disposable of owned.toReversed()) disposable.dispose();
    },
  };
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

/** Shows changes of what goes on in the status bar, on the view's icon and to key bindings; says nothing twice. */
function activityDisplay(statusBar: StatusBar, panel: PanelProvider): (activity: Conversation['activity']) => void {
  let shown: Conversation['activity'] = 'idle';
  return (activity) => {
    if (activity === shown) return;
    shown = activity;
    statusBar.show(activity);
    panel.badge(activity === 'waiting');
    void vscode.commands.executeCommand('setContext', contextKeys.running, activity !== 'idle');
  };
}

// Puts one session together: engine, tools, gate, model and log, over the editor's own ports. Loaded with the first session.
import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { directoryTreeSource } from '../adapters/directory-tree.ts';
import { createGit } from '../adapters/git.ts';
import { shellLanguage } from '../adapters/host-platform.ts';
import { createLazySearch } from '../adapters/lazy-search.ts';
import { isMemoryTight } from '../adapters/memory-pressure.ts';
import { createPdfPages } from '../adapters/pdf-pages.ts';
import { openResultFiles } from '../adapters/result-files.ts';
import { createCommandSandbox } from '../adapters/sandbox/create-command-sandbox.ts';
import { ShellRunner } from '../adapters/shell-runner.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { createWebAccess } from '../adapters/web-access.ts';
import type { EngineSettings } from '../core/engine/turn-loop.ts';
import { efforts, thinkingModes, type EditReviewer, type FileSystem, type PermissionPrompter } from '../core/ports.ts';
import { dateSource, gitSource } from '../core/prompt/context-sources.ts';
import { loadInstructions, managedInstructionsPath } from '../core/prompt/instruction-files.ts';
import { createSessionContext, saidOf, type SessionContext } from '../core/prompt/session-context.ts';
import type { SessionStore } from '../core/sessions/session-log.ts';
import { composeSession } from '../core/session/compose-session.ts';
import type { PlanReviewer, Questioner } from '../core/tools/planning/person-ports.ts';
import type { DaySpending } from '../core/usage/day-spending.ts';
import type { CommandMirror } from '../core/tools/shell/command-mirror.ts';
import { createEditorTaskRunner } from './editor-services/editor-task-runner.ts';
import { EditorLanguageServices } from './editor-services/editor-language-services.ts';
import { createExtensionToolHost } from './editor-services/extension-tool-host.ts';
import type { Keys } from './keys.ts';
import { isVirtual, toPath, workingFolder } from './locations.ts';
import type { Log } from './log.ts';
import { createModelClient } from './model-client.ts';
import { createOpenNotebooks } from './notebooks.ts';
import type { PendingEdits } from './pending-edits/pending-edits.ts';
import { permissionParts, sandboxPolicy } from './permission-parts.ts';
import type { OpenedSession } from './sessions/session-pool.ts';
import { readPriceSetting, readSettings, startingMode } from './settings.ts';

export interface SessionParts {
  readonly id: string;
  readonly sessions: SessionStore;
  /** Holds the logs of all sessions, absolute. */
  readonly sessionsFolder: string;
  /** Holds the results that are too long for a request, absolute. */
  readonly resultsFolder: string;
  readonly files: FileSystem;
  readonly prompter: PermissionPrompter;
  readonly reviewer: EditReviewer;
  readonly questioner: Questioner;
  readonly planReviewer: PlanReviewer;
  /** Edits that land without a review. */
  readonly pending: Pick<PendingEdits, 'journal' | 'reminder'>;
  /** Shows commands and their output as they come. */
  readonly mirror: CommandMirror;
  /** Our own: its tools are not offered to ourselves. */
  readonly extensionId: string;
  readonly keys: Keys;
  /** What all windows have spent today. */
  readonly day: DaySpending;
  readonly log: Log;
  /** Of the product. */
  readonly version: string;
}

/** Longest wait that an endpoint may ask for before a retry. */
const MAX_RETRY_WAIT_MS = 60_000;

/** Reads the session's log and starts nothing: no process, no request, no file of the workspace is looked at. */
export async function openSession(parts: SessionParts): Promise<OpenedSession> {
  const { id, sessions, files, version, prompter, reviewer } = parts;
  const workspace = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => toPath(uri));
  const [cwd = homedir(), ...otherFolders] = workspace;
  const log = await sessions.open(id);
  const results = openResultFiles({ root: parts.resultsFolder, log });
  const language = new EditorLanguageServices(files);
  const folder = workingFolder();
  const onDisk = !(folder && isVirtual(folder));
  const sandbox = await sandboxPolicy(parts.log, workspace, path.dirname(parts.resultsFolder));
  const processes = onDisk ? new ShellRunner(sandbox ? { sandbox: createCommandSandbox(sandbox) } : {}) : undefined;
  const { session } = composeSession({
    cwd,
    workspace,
    files,
    pdf: createPdfPages(),
    notebooks: createOpenNotebooks(files),
    editor: { language, tasks: createEditorTaskRunner(), extensions: createExtensionToolHost(parts.extensionId) },
    // Without a disk there is nothing that a program could look at.
    ...(processes
      ? {
          search: createLazySearch({ appRoot: vscode.env.appRoot, workspace }),
          commands: { processes, language: shellLanguage(), mirror: parts.mirror, ...(sandbox ? { sandbox } : {}) },
        }
      : {}),
    web: createWebAccess({ version }),
    maskSecrets: readSettings().maskSecrets,
    questioner: parts.questioner,
    planReviewer: parts.planReviewer,
    edits: parts.pending.journal(id),
    reminders: [parts.pending.reminder(id, cwd)],
    mode: startingMode(),
    model: createModelClient(parts.keys, version),
    settings: engineSettings,
    context: sessionContext(parts, cwd, otherFolders, saidOf(log)),
    permissions: {
      ...permissionParts(parts.log, { workspace, readOnly: results.folders, sessions: parts.sessionsFolder }),
      prompter,
      reviewer,
    },
    log,
    results: results.store,
    day: parts.day,
    isMemoryTight,
    clock: systemClock,
    newId: randomUUID,
    random: Math.random,
    product: `capstan ${version}`,
  });
  return {
    session,
    async close() {
      await session.dispose();
      processes?.dispose();
      language.dispose();
    },
  };
}

/** Read at the first turn: opening an old conversation looks at nothing. */
function sessionContext(
  { files, log }: SessionParts,
  cwd: string,
  otherFolders: readonly string[],
  said: readonly string[],
): SessionContext {
  const { platform } = process;
  const folder = workingFolder();
  const onDisk = folder !== undefined && !isVirtual(folder);
  const git = createGit({
    workspace: [cwd, ...otherFolders],
    environment: process.env,
    clock: systemClock,
    isTrusted: isWorkspaceTrusted,
  });
  return createSessionContext({
    facts: { cwd, otherFolders, platform, shell: shellName() },
    model: readSettings().model,
    said,
    context: [dateSource(systemClock), ...(onDisk ? [gitSource(git, cwd), directoryTreeSource(cwd)] : [])],
    async instructions() {
      const found = await loadInstructions({
        files,
        cwd,
        home: homedir(),
        managed: managedInstructionsPath(platform),
        trusted: isWorkspaceTrusted(),
        // What a project's file names outside the project is not read: nobody has said that it may.
        approveImport: () => false,
      });
      for (const problem of found.problems) log.warn(problem);
      return found;
    },
  });
}

function isWorkspaceTrusted(): boolean {
  return vscode.workspace.isTrusted;
}

function engineSettings(): EngineSettings {
  const { model, fallbackModel, effort: named, thinking: mode, ...read } = readSettings();
  const { maxTokens, maxTurns, maxRetries, turnBudget, sessionBudget, dayBudget } = read;
  const effort = efforts.find((one) => one === named);
  const thinking = thinkingModes.find((one) => one === mode);
  return {
    model,
    ...(fallbackModel === '' ? {} : { fallbackModel }),
    parameters: { ...(effort ? { effort } : {}), ...(thinking ? { thinking } : {}) },
    ...(turnBudget > 0 ? { turnBudgetUsd: turnBudget } : {}),
    ...(sessionBudget > 0 ? { maxBudgetUsd: sessionBudget } : {}),
    ...(dayBudget > 0 ? { dayBudgetUsd: dayBudget } : {}),
    prices: readPriceSetting(),
    maxTokens,
    maxTurns,
    maxRetries,
    maxRetryWaitMs: MAX_RETRY_WAIT_MS,
  };
}

function shellName(): string {
  return process.platform === 'win32' ? 'PowerShell' : 'bash';
}

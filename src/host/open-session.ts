// Puts one session together: engine, tools, gate, model and log, over the editor's own ports. Loaded with the first session.
import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { createAnthropicClient, type Connection } from '../adapters/anthropic-client.ts';
import { directoryTreeSource } from '../adapters/directory-tree.ts';
import { createGit } from '../adapters/git.ts';
import { createLazySearch } from '../adapters/lazy-search.ts';
import { isMemoryTight } from '../adapters/memory-pressure.ts';
import { createPermissionSettings } from '../adapters/permission-settings.ts';
import { openResultFiles } from '../adapters/result-files.ts';
import { ShellRunner } from '../adapters/shell-runner.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { withCircuitBreaker } from '../core/engine/circuit-breaker.ts';
import { openAgentSession } from '../core/engine/open-agent-session.ts';
import { createPermissionGate } from '../core/permissions/gate.ts';
import type { EditReviewer, FileSystem, PermissionPrompter } from '../core/ports.ts';
import { dateSource, gitSource } from '../core/prompt/context-sources.ts';
import { loadInstructions, managedInstructionsPath } from '../core/prompt/instruction-files.ts';
import { createSessionContext, saidOf, type SessionContext } from '../core/prompt/session-context.ts';
import type { SessionStore } from '../core/sessions/session-log.ts';
import { createTools } from '../core/tools/create-tools.ts';
import { createShellState } from '../core/tools/shell/shell-state.ts';
import type { OpenedSession } from './conversation.ts';
import type { Keys } from './keys.ts';
import { isVirtual, toPath, workingFolder } from './locations.ts';
import type { Log } from './log.ts';
import { readPriceSetting, readSettings } from './settings.ts';

export interface SessionParts {
  readonly id: string;
  readonly sessions: SessionStore;
  /** Holds the results that are too long for a request, absolute. */
  readonly resultsFolder: string;
  readonly files: FileSystem;
  readonly prompter: PermissionPrompter;
  readonly reviewer: EditReviewer;
  readonly keys: Keys;
  readonly log: Log;
  /** Of the product. */
  readonly version: string;
}

/** Longest wait that an endpoint may ask for before a retry. */
const MAX_RETRY_WAIT_MS = 60_000;
/** The tools that work without a disk. */
const VIRTUAL_TOOLS = ['Read', 'Edit', 'Write'];

/** Reads the session's log and starts nothing: no process, no request, no file of the workspace is looked at. */
export async function openSession(parts: SessionParts): Promise<OpenedSession> {
  const { id, sessions, files, version } = parts;
  const workspace = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => toPath(uri));
  const [cwd = homedir(), ...otherFolders] = workspace;
  const folder = workingFolder();
  const processes = new ShellRunner();
  const shell = createShellState(cwd);
  const log = await sessions.open(id);
  const results = openResultFiles({ root: parts.resultsFolder, log });
  const search = createLazySearch({ appRoot: vscode.env.appRoot, workspace });
  const tools = createTools({ files, search, processes, shell, workspace, results: results.store });
  const session = openAgentSession({
    model: withCircuitBreaker({
      model: createAnthropicClient({
        connection: () => currentConnection(parts.keys),
        userAgent: `capstan/${version}`,
      }),
      clock: systemClock,
    }),
    settings: engineSettings,
    context: sessionContext(parts, cwd, otherFolders, saidOf(log)),
    tools: folder && isVirtual(folder) ? tools.filter(({ name }) => VIRTUAL_TOOLS.includes(name)) : tools,
    gate: createGate(parts, workspace, results.folders),
    log,
    isMemoryTight,
    clock: systemClock,
    newId: randomUUID,
    random: Math.random,
    cwd: () => shell.cwd,
    product: `capstan ${version}`,
    owned: [results.store],
  });
  return {
    session,
    async close() {
      await session.dispose();
      processes.dispose();
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

function createGate(
  { files, prompter, reviewer, log }: SessionParts,
  workspace: readonly string[],
  readOnly: readonly string[],
) {
  const settings = createPermissionSettings({ home: homedir(), workspace, isTrusted: isWorkspaceTrusted });
  return createPermissionGate({
    files,
    workspace,
    readOnly,
    home: homedir(),
    platform: process.platform === 'win32' || process.platform === 'darwin' ? process.platform : 'linux',
    rules: () => settings.rules(),
    onProblem: ({ file, line, message }) => log.warn(`${file}${line === undefined ? '' : `:${line}`}: ${message}`),
    prompter,
    reviewer,
    newId: randomUUID,
  });
}

function isWorkspaceTrusted(): boolean {
  return vscode.workspace.isTrusted;
}

/** Asked for at each request, so that a new key, address or model counts from the next one on. */
async function currentConnection(keys: Keys): Promise<Connection> {
  const connection = await keys.connection();
  if (!connection.usable) throw new Error(connection.reason);
  const { baseUrl, credential } = connection;
  return { baseUrl, idleMs: readSettings().idleSeconds * 1000, [credential.kind]: credential.value };
}

function engineSettings() {
  const { model, fallbackModel, maxTokens, maxTurns, maxRetries } = readSettings();
  const fallback = fallbackModel === '' ? {} : { fallbackModel };
  return {
    model,
    ...fallback,
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

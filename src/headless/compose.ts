// Puts the headless build together: which part is given what. The command line and the library's `createAgent` are this one composition.
import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { createAnthropicClient, type Connection } from '../adapters/anthropic-client.ts';
import { directoryTreeSource } from '../adapters/directory-tree.ts';
import { createGit } from '../adapters/git.ts';
import { NodeFileSystem } from '../adapters/node-file-system.ts';
import { createPermissionSettings } from '../adapters/permission-settings.ts';
import { ShellRunner } from '../adapters/shell-runner.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { withCircuitBreaker } from '../core/engine/circuit-breaker.ts';
import { openAgentSession } from '../core/engine/open-agent-session.ts';
import type { AgentSession } from '../core/engine/agent-session.ts';
import { createPermissionGate } from '../core/permissions/gate.ts';
import type { Rule } from '../core/permissions/rules.ts';
import type { EditReviewer, FileSystem, ModelClient, PermissionPrompter, Search } from '../core/ports.ts';
import { dateSource, gitSource } from '../core/prompt/context-sources.ts';
import { loadInstructions, managedInstructionsPath } from '../core/prompt/instruction-files.ts';
import { createSessionContext, saidOf, type SessionContext } from '../core/prompt/session-context.ts';
import type { SessionLog } from '../core/sessions/session-log.ts';
import { createShellState } from '../core/tools/shell-state.ts';
import { createTools } from '../core/tools/create-tools.ts';
import type { Tool } from '../core/tools/tool.ts';
import { settings as defaults } from '../shared/contributions.ts';
import { version } from './version.ts';

export interface Composition {
  readonly session: AgentSession;
  /** In the order in which the model is told about them. */
  readonly tools: readonly Tool[];
  /** Ends every process that tools have started, at once. */
  endProcesses(): void;
  /** Milliseconds spent waiting for the model so far. */
  apiDurationMs(): number;
}

export interface CompositionOptions {
  /** Absolute. */
  readonly cwd: string;
  /** Other folders that count as the workspace, absolute. */
  readonly additionalFolders: readonly string[];
  readonly connection: Connection;
  readonly model: string;
  readonly maxTokens?: number | undefined;
  /** Most requests for one message. */
  readonly maxTurns?: number | undefined;
  readonly maxRetries?: number | undefined;
  /** For the whole session, in US dollars. */
  readonly maxBudgetUsd?: number | undefined;
  readonly appendSystemPrompt?: string | undefined;
  /** Beside those of the settings files. */
  readonly rules: readonly Rule[];
  /** Only then may files of the workspace allow anything. */
  readonly trusted: boolean;
  readonly prompter: PermissionPrompter;
  readonly reviewer: EditReviewer;
  /** Owned by the session from here on. */
  readonly log: SessionLog;
  /** Told, in words, of what a person should know beside the conversation. */
  readonly onWarning: (message: string) => void;
}

/** Longest wait that an endpoint may ask for before a retry. */
const MAX_RETRY_WAIT_MS = 60_000;

export function compose(options: CompositionOptions): Composition {
  const { cwd, additionalFolders, log, onWarning } = options;
  const workspace = [cwd, ...additionalFolders];
  const product = version();
  const files = new NodeFileSystem();
  const processes = new ShellRunner();
  const shell = createShellState(cwd);
  const tools = createTools({ files, search: createSearch(workspace), processes, shell, workspace });
  const model = createTimedModel(
    withCircuitBreaker({
      model: createAnthropicClient({ connection: async () => options.connection, userAgent: `capstan/${product}` }),
      clock: systemClock,
    }),
  );
  const fileRules = createPermissionSettings({ home: homedir(), workspace, isTrusted: () => options.trusted });
  const gate = createPermissionGate({
    files,
    workspace: [cwd],
    additional: additionalFolders,
    home: homedir(),
    platform: platformOf(process.platform),
    rules: async () => {
      const set = await fileRules.rules();
      return { ...set, rules: [...options.rules, ...set.rules] };
    },
    onProblem: ({ file, line, message }) => onWarning(`${file}${line === undefined ? '' : `:${line}`}: ${message}`),
    prompter: options.prompter,
    reviewer: options.reviewer,
    newId: randomUUID,
  });
  const session = openAgentSession({
    model,
    settings: () => ({
      model: options.model,
      maxTokens: options.maxTokens ?? defaults.maxTokens.default,
      maxTurns: options.maxTurns ?? defaults.maxTurns.default,
      maxRetries: options.maxRetries ?? defaults.maxRetries.default,
      maxRetryWaitMs: MAX_RETRY_WAIT_MS,
      ...(options.maxBudgetUsd === undefined ? {} : { maxBudgetUsd: options.maxBudgetUsd }),
    }),
    context: contextOf(options, files, log),
    tools,
    gate,
    log,
    clock: systemClock,
    newId: randomUUID,
    random: Math.random,
    cwd: () => shell.cwd,
    product: `capstan ${product}`,
  });
  return { session, tools, endProcesses: () => processes.dispose(), apiDurationMs: () => model.elapsedMs };
}

/** The SDK is loaded at the first request; begun early, it is there by then. */
export function warmUp(): void {
  void import('@anthropic-ai/sdk/client');
  void import('@anthropic-ai/sdk/resources/beta/messages/messages');
}

/** What the model is told of the person, the project and the surroundings. */
function contextOf(options: CompositionOptions, files: FileSystem, log: SessionLog): SessionContext {
  const { cwd, additionalFolders, appendSystemPrompt, model, trusted } = options;
  const { platform } = process;
  const git = createGit({
    workspace: [cwd, ...additionalFolders],
    environment: process.env,
    clock: systemClock,
    isTrusted: () => trusted,
  });
  return createSessionContext({
    facts: { cwd, otherFolders: additionalFolders, platform, shell: platform === 'win32' ? 'PowerShell' : 'bash' },
    model,
    ...(appendSystemPrompt === undefined ? {} : { callerText: appendSystemPrompt }),
    said: saidOf(log),
    context: [dateSource(systemClock), gitSource(git, cwd), directoryTreeSource(cwd)],
    async instructions() {
      const found = await loadInstructions({
        files,
        cwd,
        home: homedir(),
        managed: managedInstructionsPath(platform),
        trusted,
        // Nobody is there to approve one.
        approveImport: () => false,
      });
      for (const problem of found.problems) options.onWarning(problem);
      return found;
    },
  });
}

/** Found and loaded at the first search. */
function createSearch(workspace: readonly string[]): Search {
  let loading: Promise<Search> | undefined;
  const load = async (): Promise<Search> => {
    const [{ findRipgrep }, { RipgrepSearch }, { WalkSearch }] = await Promise.all([
      import('../adapters/find-ripgrep.ts'),
      import('../adapters/ripgrep-search.ts'),
      import('../adapters/walk-search.ts'),
    ]);
    return new RipgrepSearch(await findRipgrep({ workspace }), new WalkSearch());
  };
  const search = (): Promise<Search> => (loading ??= load());
  return {
    glob: async (...query) => (await search()).glob(...query),
    grep: async (...query) => (await search()).grep(...query),
  };
}

/** The model, with a clock on how long its answers took to come. */
function createTimedModel(model: ModelClient): ModelClient & { readonly elapsedMs: number } {
  let elapsedMs = 0;
  return {
    get elapsedMs() {
      return elapsedMs;
    },
    async *stream(request, signal) {
      const started = performance.now();
      try {
        yield* model.stream(request, signal);
      } finally {
        elapsedMs += performance.now() - started;
      }
    },
  };
}

function platformOf(platform: NodeJS.Platform): 'linux' | 'darwin' | 'win32' {
  return platform === 'win32' || platform === 'darwin' ? platform : 'linux';
}

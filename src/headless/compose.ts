// Puts the headless build together: which part is given what. The command line and the library's `createAgent` are this one composition.
import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { createAnthropicClient, type Connection } from '../adapters/anthropic-client.ts';
import { hostPlatform, shellLanguage } from '../adapters/host-platform.ts';
import { httpFetch } from '../adapters/http-fetch.ts';
import { isMemoryTight } from '../adapters/memory-pressure.ts';
import { openResultFiles } from '../adapters/result-files.ts';
import { createCommandSandbox } from '../adapters/sandbox/create-command-sandbox.ts';
import { createShellGrammar } from '../adapters/shell-grammar.ts';
import { ShellRunner } from '../adapters/shell-runner.ts';
import { systemClock } from '../adapters/system-clock.ts';
import type { AgentSession } from '../core/engine/agent-session.ts';
import type { ApprovalStrategy } from '../core/permissions/approval-strategy.ts';
import type { ModeState, PermissionMode } from '../core/permissions/mode.ts';
import type { Rule, RuleSet } from '../core/permissions/rules.ts';
import type { SandboxMode, SandboxPolicy } from '../core/permissions/sandbox-policy.ts';
import type { Effort, EditReviewer, Git, ModelClient, PermissionPrompter, ThinkingMode } from '../core/ports.ts';
import { saidOf } from '../core/prompt/session-context.ts';
import { composeSession } from '../core/session/compose-session.ts';
import type { SessionLog } from '../core/sessions/session-log.ts';
import type { Tool } from '../core/tools/tool.ts';
import { settings as defaults } from '../shared/contributions.ts';
import { resultsFolder } from './home-folder.ts';
import { absentPlanReviewer, absentQuestioner } from './nobody-plans.ts';
import { createRunContext } from './run-context.ts';
import { createRunPorts } from './run-ports.ts';
import { version } from './version.ts';

export interface Composition {
  readonly session: AgentSession;
  /** In the order in which the model is told about them. */
  readonly tools: readonly Tool[];
  readonly mode: ModeState;
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
  readonly fallbackModel?: string | undefined;
  readonly effort?: Effort | undefined;
  readonly thinking?: ThinkingMode | undefined;
  readonly maxTokens?: number | undefined;
  /** Most requests for one message. */
  readonly maxTurns?: number | undefined;
  readonly maxRetries?: number | undefined;
  /** For the whole session, in US dollars. */
  readonly maxBudgetUsd?: number | undefined;
  readonly appendSystemPrompt?: string | undefined;
  /** Those of the settings files. */
  readonly fileRules: { rules(): Promise<RuleSet> };
  /** Beside those. */
  readonly rules: readonly Rule[];
  /** Of commands, the machine's policy included. */
  readonly sandbox: SandboxMode;
  readonly sandboxHosts?: readonly string[] | undefined;
  /** That the session begins in. */
  readonly mode: PermissionMode;
  /** Only then may files of the workspace allow anything. */
  readonly trusted: boolean;
  readonly prompter: PermissionPrompter;
  readonly reviewer: EditReviewer;
  /** As `PermissionGateOptions.approve`. */
  readonly approve?: ApprovalStrategy;
  /** Owned by the session from here on. */
  readonly log: SessionLog;
  /** Where the command line keeps what it keeps, absolute. */
  readonly home: string;
  /** Leave nothing on disk. */
  readonly ephemeral: boolean;
  /** As `RunContextOptions.git`. */
  readonly git?: Git | undefined;
  /** Told, in words, of what a person should know beside the conversation. */
  readonly onWarning: (message: string) => void;
}

/** Longest wait that an endpoint may ask for before a retry. */
const MAX_RETRY_WAIT_MS = 60_000;

export function compose(options: CompositionOptions): Composition {
  const { cwd, additionalFolders, log, onWarning, prompter, reviewer, approve } = options;
  const product = version();
  const results = openResultFiles({ root: resultsFolder(options.home), log, ephemeral: options.ephemeral });
  const sandbox = sandboxPolicy(options);
  const processes = new ShellRunner(sandbox ? { sandbox: createCommandSandbox(sandbox) } : {});
  const model = createTimedModel(
    createAnthropicClient({
      connection: async () => options.connection,
      userAgent: `capstan/${product}`,
      fetch: httpFetch,
    }),
  );
  const { session, tools, mode } = composeSession({
    ...createRunPorts({ cwd, additionalFolders }),
    model,
    settings: () => ({
      model: options.model,
      maxTokens: options.maxTokens ?? defaults.maxTokens.default,
      maxTurns: options.maxTurns ?? defaults.maxTurns.default,
      maxRetries: options.maxRetries ?? defaults.maxRetries.default,
      maxRetryWaitMs: MAX_RETRY_WAIT_MS,
      ...modelParameters(options),
      ...(options.fallbackModel === undefined ? {} : { fallbackModel: options.fallbackModel }),
      ...(options.maxBudgetUsd === undefined ? {} : { maxBudgetUsd: options.maxBudgetUsd }),
    }),
    context: createRunContext({ ...options, said: saidOf(log) }),
    permissions: {
      workspace: [cwd],
      additional: additionalFolders,
      readOnly: results.folders,
      home: homedir(),
      platform: hostPlatform(),
      grammar: createShellGrammar(),
      rules: async () => {
        const set = await options.fileRules.rules();
        return { ...set, rules: [...options.rules, ...set.rules] };
      },
      onProblem: ({ file, line, message }) => onWarning(`${file}${line === undefined ? '' : `:${line}`}: ${message}`),
      prompter,
      reviewer,
      ...(approve ? { approve } : {}),
    },
    mode: options.mode,
    commands: { processes, language: shellLanguage(), ...(sandbox ? { sandbox } : {}) },
    maskSecrets: true,
    questioner: absentQuestioner,
    planReviewer: absentPlanReviewer,
    log,
    results: results.store,
    isMemoryTight,
    clock: systemClock,
    newId: randomUUID,
    random: Math.random,
    product: `capstan ${product}`,
  });
  return { session, tools, mode, endProcesses: () => processes.dispose(), apiDurationMs: () => model.elapsedMs };
}

function modelParameters({ effort, thinking }: Pick<CompositionOptions, 'effort' | 'thinking'>) {
  if (effort === undefined && thinking === undefined) return {};
  return {
    parameters: { ...(effort === undefined ? {} : { effort }), ...(thinking === undefined ? {} : { thinking }) },
  };
}

function sandboxPolicy(options: CompositionOptions): SandboxPolicy | undefined {
  const { sandbox: mode, sandboxHosts: hosts = [], cwd, additionalFolders, home } = options;
  if (mode === 'off') return undefined;
  return { mode, workspace: [cwd, ...additionalFolders], home: homedir(), hosts, denyRead: [home] };
}

/** The model, with a clock on how long its answers took to come. */
function createTimedModel(model: ModelClient): ModelClient & { readonly elapsedMs: number } {
  let elapsedMs = 0;
  return {
    get elapsedMs() {
      return elapsedMs;
    },
    async *stream(request, signal) {
      const started = systemClock.monotonic();
      try {
        yield* model.stream(request, signal);
      } finally {
        elapsedMs += systemClock.monotonic() - started;
      }
    },
  };
}

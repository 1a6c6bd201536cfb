// An agent to talk to from a program: give it a message, read typed events until the turn ends.
import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import path from 'node:path';
import { readManagedSandbox } from '../adapters/managed-policy.ts';
import { createPermissionSettings, managedSettingsPath } from '../adapters/permission-settings.ts';
import type { AgentSession } from '../core/engine/agent-session.ts';
import { EventQueue } from '../core/engine/event-queue.ts';
import type { AgentEvent, LogEntry, UserInput } from '../core/events.ts';
import { effectiveSandboxMode, hostProblem, type SandboxMode } from '../core/permissions/sandbox-policy.ts';
import type { Effort, EditReviewer, Git, PermissionPrompter, ThinkingMode } from '../core/ports.ts';
import { settings as defaults } from '../shared/contributions.ts';
import { ArgumentsError } from './arguments-error.ts';
import { commandLineRules } from './command-line-rules.ts';
import { compose, type Composition } from './compose.ts';
import { NO_KEY, readConnection } from './connection.ts';
import { homeFolder } from './home-folder.ts';
import { denyingPrompter, rejectingReviewer } from './nobody-asks.ts';
import type { ApprovalStrategy } from '../core/permissions/approval-strategy.ts';
import type { PermissionMode } from '../core/permissions/mode.ts';
import type { SessionOrigin } from './print-arguments.ts';
import { openRunLog } from './run-log.ts';
import { Spending } from './spending.ts';

export interface AgentPermissions {
  /** Default: as the settings files say, else `default`: reads in the workspace run, the rest is asked. Planning may change it while the agent works. */
  readonly mode?: PermissionMode | undefined;
  /** Rules as in settings files: `Edit(src/**)`, `Bash(npm test:*)`. */
  readonly allow?: readonly string[];
  readonly ask?: readonly string[];
  readonly deny?: readonly string[];
  /** Answers before the prompter, where no rule asks; switch it by passing a function that does. Default: none. */
  readonly approve?: ApprovalStrategy;
  /** Answers the questions. Default: all are denied. */
  readonly prompter?: PermissionPrompter;
  /** Judges the edits that no rule allows. Default: all are rejected. */
  readonly reviewer?: EditReviewer;
}

export interface AgentOptions {
  /** The folder to work in. */
  readonly cwd: string;
  /** Other folders that count as the workspace. */
  readonly additionalFolders?: readonly string[];
  /** Default: `ANTHROPIC_API_KEY`. */
  readonly apiKey?: string | undefined;
  /** Sent as `Authorization: Bearer`. Default: `ANTHROPIC_AUTH_TOKEN`, where no key is given. */
  readonly authToken?: string | undefined;
  /** Default: `ANTHROPIC_BASE_URL`, else Anthropic's own. */
  readonly baseUrl?: string | undefined;
  /** Milliseconds of silence after which a request is given up. Default 90,000, or `CAPSTAN_STREAM_IDLE_MS`. */
  readonly idleMs?: number | undefined;
  /** Default: the one that a resumed session used last, else the product's default. */
  readonly model?: string | undefined;
  /** Answers for the rest of a turn in which the model stays overloaded or failing. Default none. */
  readonly fallbackModel?: string | undefined;
  /** How much work an answer may take. Default: left to the API, or what a resumed session had. */
  readonly effort?: Effort | undefined;
  /** Default: left to the API. */
  readonly thinking?: ThinkingMode | undefined;
  readonly maxTokens?: number | undefined;
  /** Most requests for one message. Default 100. */
  readonly maxTurns?: number | undefined;
  /** Most retries of a failing request. Default 4. */
  readonly maxRetries?: number | undefined;
  /** Most US dollars that the session may cost: once they are spent no further request is made. Default no limit. */
  readonly maxBudgetUsd?: number | undefined;
  readonly appendSystemPrompt?: string | undefined;
  readonly permissions?: AgentPermissions;
  /** Commands run in the system's sandbox. Default `off`; the machine's policy is above it. */
  readonly sandbox?: SandboxMode | undefined;
  /** Hosts that sandboxed commands may reach. Default none. */
  readonly sandboxHosts?: readonly string[] | undefined;
  /** The folder's own files may allow things. Default false. */
  readonly trusted?: boolean;
  /** Where sessions are kept. Default: `CAPSTAN_HOME`, else `~/.capstan`. */
  readonly home?: string;
  /** Default: a new one. */
  readonly origin?: SessionOrigin;
  /** Goes on in a copy of `origin`. Default false. */
  readonly fork?: boolean;
  /** Of a new session or a copy. Default: random. */
  readonly sessionId?: string | undefined;
  /** Keep nothing on disk. Default false. */
  readonly ephemeral?: boolean;
  /** Told, in words, of what a person should know beside the conversation. Default: nobody. */
  readonly onWarning?: (message: string) => void;
}

/** Owned, and disposed of, by the one who made it. */
export interface Agent {
  readonly sessionId: string;
  readonly model: string;
  readonly permissionMode: PermissionMode;
  readonly tools: readonly string[];
  readonly spending: Spending;
  /** Milliseconds spent waiting for the model so far. */
  readonly apiDurationMs: number;
  /**
   * Sends a message and yields what happens until its turn has ended, failures included; it never throws. A message that is sent
   * while a turn runs waits for its end. The turn goes on even if nobody reads. An id that was seen before yields
   * nothing, and so does a disposed agent.
   */
  run(input: string | UserInput): AsyncIterable<AgentEvent>;
  /** Ends the running turn: what had arrived is kept. */
  stop(): void;
  /** Ends every process that tools have started, at once and without waiting. */
  endProcesses(): void;
  /** Stops, writes the session out and closes it. */
  dispose(): Promise<void>;
}

/**
 * Throws `ArgumentsError` where the options make no sense, `SessionLockedError` where another process writes the session.
 * `git`: default one of its own.
 */
export async function createAgent(options: AgentOptions, git?: Git): Promise<Agent> {
  const cwd = path.resolve(options.cwd);
  const additionalFolders = (options.additionalFolders ?? []).map((folder) => path.resolve(cwd, folder));
  const { allow = [], ask = [], deny = [], prompter, reviewer, approve } = options.permissions ?? {};
  const rules = commandLineRules({ allow, ask, deny, here: cwd });
  const connection = connectionOf(options);
  const { origin = { kind: 'new' }, fork = false, ephemeral = false, onWarning = () => {} } = options;
  const home = options.home ?? homeFolder(process.env);
  const { trusted = false } = options;
  const fileRules = createPermissionSettings({
    home: homedir(),
    managed: managedSettingsPath(process.platform),
    workspace: [cwd, ...additionalFolders],
    isTrusted: () => trusted,
  });
  const wrongHost = options.sandboxHosts?.map(hostProblem).find((problem) => problem !== undefined);
  if (wrongHost) throw new ArgumentsError(wrongHost);
  const [log, managed, mode = 'default'] = await Promise.all([
    openRunLog({ home, cwd, origin, fork, sessionId: options.sessionId, ephemeral, onWarning }),
    readManagedSandbox(),
    options.permissions?.mode ?? fileRules.rules().then(({ defaultMode }) => defaultMode),
  ]);
  const model = options.model ?? lastModel(log.entries) ?? defaults.model.default;
  const composition = compose({
    ...options,
    git,
    cwd,
    additionalFolders,
    connection,
    model,
    rules,
    mode,
    fileRules,
    sandbox: effectiveSandboxMode(options.sandbox ?? 'off', managed),
    trusted,
    prompter: prompter ?? denyingPrompter,
    reviewer: reviewer ?? rejectingReviewer,
    ...(approve ? { approve } : {}),
    log,
    home,
    ephemeral,
    onWarning,
  });
  overrule(composition.session, options);
  return new ComposedAgent(composition, model, new Spending(model));
}

/** What is asked for now counts over what was chosen for the session before. */
function overrule(session: AgentSession, { model, effort, maxBudgetUsd }: AgentOptions): void {
  const { choices } = session;
  session.choose({
    ...(model !== undefined && choices.model !== undefined ? { model } : {}),
    ...(effort !== undefined && choices.effort !== undefined ? { effort } : {}),
    ...(maxBudgetUsd !== undefined && choices.budgets?.session !== undefined
      ? { budgets: { session: maxBudgetUsd } }
      : {}),
  });
}

function connectionOf(options: AgentOptions) {
  const { apiKey, authToken, baseUrl, idleMs } = options;
  const given = {
    ...(apiKey === undefined && authToken === undefined
      ? {}
      : { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_AUTH_TOKEN: authToken }),
    ...(baseUrl === undefined ? {} : { ANTHROPIC_BASE_URL: baseUrl }),
    ...(idleMs === undefined ? {} : { CAPSTAN_STREAM_IDLE_MS: String(idleMs) }),
  };
  const connection = readConnection({ ...process.env, ...given });
  if (!connection) throw new ArgumentsError(NO_KEY);
  return connection;
}

function lastModel(entries: readonly LogEntry[]): string | undefined {
  const last = entries.findLast((entry) => entry.type === 'turn_completed' || entry.type === 'model_selected');
  return last?.model;
}

class ComposedAgent implements Agent {
  readonly sessionId: string;
  readonly tools: readonly string[];
  readonly model: string;
  readonly spending: Spending;
  private readonly composition: Composition;
  /** The message under way, with those behind it. */
  private running: Promise<void> | undefined;
  private disposed = false;

  constructor(composition: Composition, model: string, spending: Spending) {
    this.composition = composition;
    this.model = model;
    this.spending = spending;
    this.sessionId = composition.session.id;
    this.tools = composition.tools.filter((tool) => !tool.deferred).map((tool) => tool.name);
    // What waited when the session was last left was said to somebody who is not here: it is not sent unasked.
    for (const waiting of composition.session.view.session.queued) composition.session.unqueue(waiting.id);
    composition.session.subscribe((event) => spending.take(event));
  }

  get permissionMode(): PermissionMode {
    return this.composition.mode.current;
  }

  get apiDurationMs(): number {
    return this.composition.apiDurationMs();
  }

  run(input: string | UserInput): AsyncIterable<AgentEvent> {
    const message = typeof input === 'string' ? { id: randomUUID(), text: input, attachments: [] } : input;
    const events = new EventQueue();
    const start = (): Promise<void> => this.runNow(message, events);
    const done = this.running ? this.running.then(start) : start();
    this.running = done;
    void done.then(() => {
      if (this.running === done) this.running = undefined;
    });
    return events;
  }

  /** Resolves at the end of the turn; never rejects. */
  private runNow(message: UserInput, events: EventQueue): Promise<void> {
    const { session } = this.composition;
    return new Promise((resolve) => {
      let turnId: string | undefined;
      const end = (): void => {
        unsubscribe();
        events.close();
        resolve();
      };
      const unsubscribe = session.subscribe((event) => {
        if (event.type === 'turn_started' && event.input.id === message.id) turnId = event.turnId;
        if (turnId === undefined || !('turnId' in event) || event.turnId !== turnId) return;
        events.push(event);
        // The session lets the turn go only after its log is flushed; the next message must not come before.
        if (event.type === 'turn_completed') void session.whenIdle().then(end);
      });
      if (this.disposed || session.submit(message) === 'duplicate') end();
    });
  }

  stop(): void {
    this.composition.session.stop();
  }

  endProcesses(): void {
    this.composition.endProcesses();
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    await this.composition.session.dispose();
    this.endProcesses();
  }
}

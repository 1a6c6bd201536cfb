// Runs the tool calls of one answer: each from the moment its block is whole, safe ones side by side, unsafe ones alone and in order.
//
//   queued ──> executing ──> completed          a call is queued when its block is whole
//      └───────────┴───────> completed (interrupted): the turn was stopped, or a shell command beside it failed
//
// Exactly one `tool_completed` is emitted for each call, whatever happens.
import type { CallSummary, ToolDetails, ToolOutcome } from '../events.ts';
import { INTERRUPTED } from '../messages/history.ts';
import type { ApiToolResultContent, ApiToolUse } from '../messages/api.ts';
import type { Access, Authorization, AuthorizationRequest, Grant, PermissionGate } from '../permissions/access.ts';
import type { Clock } from '../ports.ts';
import type { SecretPlaceholders } from '../secrets/secret-placeholders.ts';
import { ToolError, type Tool } from '../tools/tool.ts';
import type { Emit } from './emit.ts';
import { parseToolInput } from './tool-input.ts';

export interface ToolExecutorOptions {
  readonly turnId: string;
  readonly tools: ReadonlyMap<string, Tool>;
  readonly gate: PermissionGate;
  /** As `AuthorizationRequest.origin`. */
  readonly origin?: string;
  /** Keeps secrets out of results, and puts them back into the input of tools that keep them here. Default: nothing is masked. */
  readonly secrets?: SecretPlaceholders;
  readonly clock: Clock;
  readonly emit: Emit;
  /** The folder that relative paths and commands start from; asked for at each call, as a command may have moved it. */
  readonly cwd: () => string;
  /** The turn's. */
  readonly signal: AbortSignal;
}

interface Call {
  readonly use: ApiToolUse;
  readonly invalidInput: string | undefined;
  readonly tool: Tool | undefined;
  readonly safe: boolean;
  state: 'queued' | 'executing' | 'completed';
  result?: ApiToolResultContent;
  readFile?: string;
}

interface Ending {
  readonly outcome: ToolOutcome;
  readonly content: ApiToolResultContent;
  readonly details: ToolDetails;
}

/** How long a tool that was told to stop may take to clean up before its call is answered without it. */
const STOP_GRACE_MS = 3_000;

export class ToolExecutor {
  private readonly calls: Call[] = [];
  private readonly changes = new Set<string>();
  private readonly siblings = new AbortController();
  private readonly signal: AbortSignal;
  private idle: (() => void) | undefined;

  private readonly options: ToolExecutorOptions;

  constructor(options: ToolExecutorOptions) {
    this.options = options;
    this.signal = AbortSignal.any([options.signal, this.siblings.signal]);
  }

  get count(): number {
    return this.calls.length;
  }

  /** Equal for two answers that made the same calls and got the same results. Empty without calls. */
  get signature(): string {
    return this.calls.map(({ use, result }) => JSON.stringify([use.name, use.input, result])).join('\n');
  }

  /** Absolute paths of the files that calls have changed. */
  get changedFiles(): string[] {
    return [...this.changes];
  }

  /** Absolute paths of the files that calls have read. */
  get readFiles(): string[] {
    return this.calls.flatMap(({ readFile }) => readFile ?? []);
  }

  /** Takes a call whose block is whole. Starts it now if it may run beside what runs already. */
  add(made: ApiToolUse, invalidInput?: string): void {
    const use = this.standIn(made);
    const tool = this.options.tools.get(use.name);
    const safe = invalidInput !== undefined || !tool || (tool.isConcurrencySafe?.(use.input) ?? false);
    this.calls.push({ use, invalidInput, tool, safe, state: 'queued' });
    const { turnId, emit } = this.options;
    emit({ type: 'tool_queued', turnId, toolUseId: use.id, name: use.name, summary: this.summary(tool, use) });
    this.advance();
  }

  /** The call that the model meant, where it made it through another tool. */
  private standIn(made: ApiToolUse): ApiToolUse {
    const { input } = made;
    if (typeof input !== 'object' || input === null) return made;
    const meant = this.options.tools.get(made.name)?.standsFor?.(input);
    return meant ? { ...made, ...meant } : made;
  }

  /** Resolves when every call is completed. */
  async drain(): Promise<void> {
    while (this.calls.some((call) => call.state !== 'completed')) {
      await new Promise<void>((resolve) => (this.idle = resolve));
    }
  }

  /** Starts every queued call that may run now; one that may not holds back those behind it. */
  private advance(): void {
    for (const call of this.calls) {
      if (call.state === 'completed') continue;
      if (call.state === 'executing') {
        if (!call.safe) return;
        continue;
      }
      const running = this.calls.filter((other) => other.state === 'executing');
      if (!call.safe && running.length > 0) return;
      call.state = 'executing';
      void this.execute(call);
      if (!call.safe) return;
    }
  }

  private async execute(call: Call): Promise<void> {
    const { turnId, emit, clock } = this.options;
    const started = clock.monotonic();
    const ending = this.masked(await this.endingOf(call));
    if (ending.outcome === 'failed' && call.tool?.cancelsSiblings) this.siblings.abort();
    call.state = 'completed';
    call.result = ending.content;
    if (ending.outcome === 'done' && call.use.name === 'Read' && ending.details.path)
      call.readFile = ending.details.path;
    emit({
      type: 'tool_completed',
      turnId,
      toolUseId: call.use.id,
      name: call.use.name,
      ...ending,
      durationMs: Math.round(clock.monotonic() - started),
    });
    this.advance();
    this.idle?.();
  }

  /** Never rejects: this is the one place where what a tool throws becomes a result. */
  private async endingOf(call: Call): Promise<Ending> {
    if (this.signal.aborted) return this.interruptedEnding();
    let stop!: () => void;
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    this.signal.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([this.perform(call), stopped.then(() => this.abandoned())]);
    } catch (error) {
      if (this.signal.aborted) return this.interruptedEnding();
      if (error instanceof ToolError) return { outcome: 'failed', content: error.message, details: {} };
      const message = error instanceof Error ? error.message : String(error);
      return {
        outcome: 'failed',
        content: `The tool ${call.use.name} failed inside Capstan: ${message}. Try another way, or tell the person.`,
        details: { note: message },
      };
    } finally {
      // A combined signal is never collected while somebody listens, nor is the conversation that the listener knows.
      this.signal.removeEventListener('abort', stop);
    }
  }

  /** What the model, and with it the log, gets to see. */
  private masked({ outcome, content, details }: Ending): Ending {
    const { secrets } = this.options;
    if (!secrets) return { outcome, content, details };
    const { diff, note } = details;
    return {
      outcome,
      content: maskContent(content, (text) => secrets.mask(text)),
      details: {
        ...details,
        ...(diff === undefined ? {} : { diff: secrets.mask(diff) }),
        ...(note === undefined ? {} : { note: secrets.mask(note) }),
      },
    };
  }

  private async perform(call: Call): Promise<Ending> {
    const { use, tool } = call;
    const { turnId, emit, secrets } = this.options;
    if (!tool) {
      const names = [...this.options.tools.keys()].join(', ');
      return invalid(`There is no tool called ${use.name}. The tools are: ${names}.`);
    }
    const parsed = parseToolInput(tool, use.input, call.invalidInput);
    if (!parsed.ok) return invalid(parsed.message);

    const cwd = this.options.cwd();
    // The summary, which is logged, keeps the placeholders.
    const input = tool.isLocal && secrets ? secrets.restore(parsed.input) : parsed.input;
    const action = tool.prepare(input, { cwd });
    const toolUseId = use.id;
    const authorization = await this.authorize(use.id, action.access, action.propose);
    if (this.signal.aborted) return this.interruptedEnding();
    if (authorization.decision === 'deny') {
      return { outcome: 'denied', content: authorization.reason, details: { note: authorization.note } };
    }
    emit({
      type: 'tool_started',
      turnId,
      toolUseId,
      name: use.name,
      summary: tool.summarize(parsed.input as object, cwd),
    });
    const result = await action.run(authorization.grant, {
      cwd,
      signal: this.signal,
      report: (text) => emit({ type: 'tool_progress', turnId, toolUseId, text }),
      turnId,
      toolUseId,
      authorize: (access, propose) => this.grantOnTheWay(toolUseId, access, propose),
      waiting: (words, answer) => this.waitFor(toolUseId, words, answer),
      record: (event) => emit({ ...event, turnId, toolUseId }),
    });
    if (!result.isError) this.noteChanges(action.access, result.details);
    // A command that was ended by the stop says so in its own words; the outcome is the stop all the same.
    const outcome = this.signal.aborted && result.isError ? 'interrupted' : result.isError ? 'failed' : 'done';
    return { outcome, content: result.content, details: result.details };
  }

  private async authorize(
    toolUseId: string,
    access: Access,
    propose: AuthorizationRequest['propose'],
  ): Promise<Authorization> {
    const { turnId, emit, gate, origin } = this.options;
    const authorization = await gate.authorize({
      access,
      ...(propose ? { propose } : {}),
      ...(origin === undefined ? {} : { origin }),
      signal: this.signal,
      onWaiting: (waiting) => emit({ type: 'tool_waiting', turnId, toolUseId, ...waiting }),
      onAnswered: () => emit({ type: 'tool_resumed', turnId, toolUseId }),
    });
    const { decision, by, reason } = authorization;
    if (!this.signal.aborted && (by !== 'default' || decision === 'deny')) {
      emit({ type: 'permission_decided', turnId, toolUseId, decision, by, reason });
    }
    return authorization;
  }

  private async grantOnTheWay(
    toolUseId: string,
    access: Access,
    propose: AuthorizationRequest['propose'],
  ): Promise<Grant> {
    const authorization = await this.authorize(toolUseId, access, propose);
    if (authorization.decision === 'allow') return authorization.grant;
    throw new ToolError(authorization.reason);
  }

  private async waitFor<Answer>(toolUseId: string, words: string, answer: () => Promise<Answer>): Promise<Answer> {
    const { turnId, emit } = this.options;
    emit({ type: 'tool_waiting', turnId, toolUseId, requestId: toolUseId, words, review: false });
    try {
      return await answer();
    } finally {
      emit({ type: 'tool_resumed', turnId, toolUseId, running: true });
    }
  }

  private noteChanges(access: Access, { path, changed }: ToolDetails): void {
    for (const file of changed ?? (access.kind === 'edit' && path !== undefined ? [path] : [])) this.changes.add(file);
  }

  /** Answers for a tool that does not heed the stop. */
  private async abandoned(): Promise<Ending> {
    await this.options.clock.sleep(STOP_GRACE_MS);
    return this.interruptedEnding();
  }

  private interruptedEnding(): Ending {
    const bySibling = this.siblings.signal.aborted && !this.options.signal.aborted;
    return {
      outcome: 'interrupted',
      content: bySibling
        ? 'Not run to the end: a shell command called beside it failed. Look at that first.'
        : INTERRUPTED,
      details: bySibling ? { note: 'A command beside it failed' } : {},
    };
  }

  private summary(tool: Tool | undefined, use: ApiToolUse): CallSummary {
    return summarize(tool, use.name, use.input, this.options.cwd());
  }
}

/** A summary of any input, whole or not: a tool's words must not break the turn. */
export function summarize(tool: Tool | undefined, name: string, input: unknown, cwd: string): CallSummary {
  const fallback = { verb: name, activeVerb: name, object: '', quiet: false };
  if (!tool || typeof input !== 'object' || input === null) return fallback;
  try {
    return tool.summarize(input, cwd);
  } catch {
    return fallback;
  }
}

function invalid(message: string): Ending {
  return { outcome: 'invalid', content: message, details: { note: message } };
}

function maskContent(content: ApiToolResultContent, mask: (text: string) => string): ApiToolResultContent {
  if (typeof content === 'string') return mask(content);
  return content.map((block) => (block.type === 'text' ? { ...block, text: mask(block.text) } : block));
}

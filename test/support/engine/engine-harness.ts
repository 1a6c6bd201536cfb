// An engine on the real client and the scripted server, with tools of the test's own and every call allowed.
import * as z from 'zod/mini';
import { createAnthropicClient } from '../../../src/adapters/anthropic-client.ts';
import type { Agents } from '../../../src/core/agents/agents.ts';
import { openAgentSession } from '../../../src/core/engine/open-agent-session.ts';
import type { AgentSession } from '../../../src/core/engine/agent-session.ts';
import type { AgentEvent, UserInput } from '../../../src/core/events.ts';
import type { Grant, PermissionGate } from '../../../src/core/permissions/access.ts';
import type { EngineSettings } from '../../../src/core/engine/turn-loop.ts';
import { createSessionChoices, withChoices } from '../../../src/core/session/session-choices.ts';
import type { DaySpending } from '../../../src/core/usage/day-spending.ts';
import { fixedContext } from '../../../src/core/prompt/session-context.ts';
import type { Clock, ModelParameters } from '../../../src/core/ports.ts';
import type { Tool, ToolContext, ToolResult } from '../../../src/core/tools/tool.ts';
import { type ModelServer, type Script, startModelServer } from '../model/model-server.ts';
import { MemoryLog } from './memory-log.ts';

/** Waits of the engine take no time; the clock of the machine is read. */
export const instantClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: () => new Promise((resolve) => setImmediate(resolve)),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

export const allowAll: PermissionGate = {
  authorize: async ({ access }) => ({
    decision: 'allow',
    grant: { path: 'path' in access ? access.path : '', access } as Grant,
    by: 'default',
    reason: 'test',
  }),
};

/** A tool that does what the test says. */
export function testTool(
  name: string,
  run: (input: { value?: string | undefined }, context: ToolContext) => Promise<ToolResult | string>,
  options: { safe?: boolean; cancelsSiblings?: boolean } = {},
): Tool {
  const schema = z.object({ value: z.optional(z.string()) });
  return {
    name,
    description: `Test tool ${name}`,
    schema: () => schema,
    isConcurrencySafe: () => options.safe ?? false,
    cancelsSiblings: options.cancelsSiblings ?? false,
    summarize: (input) => ({
      verb: name,
      activeVerb: name,
      object: (input as { value?: string }).value ?? '',
      quiet: false,
    }),
    prepare: (input) => ({
      access: { kind: 'read', tool: name, path: '/' },
      async run(_grant, context) {
        const result = await run(input as { value?: string }, context);
        return typeof result === 'string' ? { content: result, details: {} } : result;
      },
    }),
  };
}

export interface EngineHarness extends AsyncDisposable {
  readonly server: ModelServer;
  readonly session: AgentSession;
  readonly log: MemoryLog;
  readonly events: AgentEvent[];
  /** Sends and waits for the turn's end. */
  ask(text: string): Promise<void>;
}

export interface HarnessOptions {
  readonly tools?: readonly Tool[];
  /** Their tools come after `tools`. */
  readonly agents?: Agents;
  readonly log?: MemoryLog;
  readonly maxRetries?: number;
  readonly maxTurns?: number;
  readonly idleMs?: number;
  readonly apiKey?: string;
  readonly clock?: Clock;
  /** Instead of the scripted server's. */
  readonly baseUrl?: string;
  readonly gate?: PermissionGate;
  readonly contextWindow?: number;
  readonly fallbackModel?: string;
  readonly model?: string;
  readonly parameters?: ModelParameters;
  readonly isMemoryTight?: () => boolean;
  readonly maxBudgetUsd?: number;
  readonly turnBudgetUsd?: number;
  readonly dayBudgetUsd?: number;
  readonly day?: DaySpending;
}

export async function startEngine(script: Script, options: HarnessOptions = {}): Promise<EngineHarness> {
  const server = await startModelServer(script);
  const log = options.log ?? new MemoryLog();
  let ids = 0;
  const choices = createSessionChoices(log.entries);
  const usual = (): EngineSettings => ({
    model: options.model ?? 'test-model',
    ...(options.parameters ? { parameters: options.parameters } : {}),
    maxTokens: 4_096,
    maxTurns: options.maxTurns ?? 50,
    maxRetries: options.maxRetries ?? 2,
    maxRetryWaitMs: 60_000,
    ...(options.maxBudgetUsd === undefined ? {} : { maxBudgetUsd: options.maxBudgetUsd }),
    ...(options.turnBudgetUsd === undefined ? {} : { turnBudgetUsd: options.turnBudgetUsd }),
    ...(options.dayBudgetUsd === undefined ? {} : { dayBudgetUsd: options.dayBudgetUsd }),
    ...(options.fallbackModel === undefined ? {} : { fallbackModel: options.fallbackModel }),
    ...(options.contextWindow === undefined ? {} : { contextWindow: options.contextWindow }),
  });
  const session = openAgentSession({
    model: createAnthropicClient({
      connection: async () => ({
        apiKey: options.apiKey ?? 'test-key',
        baseUrl: options.baseUrl ?? server.url,
        idleMs: options.idleMs ?? 10_000,
      }),
      userAgent: 'capstan-test',
    }),
    settings: () => withChoices(usual(), choices.current),
    choices,
    ...(options.day ? { day: options.day } : {}),
    context: fixedContext('You are a test.'),
    tools: [...(options.tools ?? []), ...(options.agents?.tools ?? [])],
    ...(options.agents ? { agents: options.agents } : {}),
    gate: options.gate ?? allowAll,
    log,
    ...(options.isMemoryTight ? { isMemoryTight: options.isMemoryTight } : {}),
    clock: options.clock ?? instantClock,
    newId: () => `id-${log.all.length}-${++ids}`,
    random: () => 0.5,
    cwd: () => '/workspace',
    product: 'capstan-test',
  });
  const events: AgentEvent[] = [];
  session.subscribe((event) => events.push(event));
  let asked = 0;
  return {
    server,
    session,
    log,
    events,
    async ask(text) {
      session.submit(inputOf(text, `ask-${log.all.length}-${++asked}`));
      await session.whenIdle();
    },
    async [Symbol.asyncDispose]() {
      await session.dispose();
      await server.close();
    },
  };
}

export function inputOf(text: string, id = text): UserInput {
  return { id, text, attachments: [] };
}

export function eventsOf<T extends AgentEvent['type']>(
  events: readonly AgentEvent[],
  type: T,
): Extract<AgentEvent, { type: T }>[] {
  return events.filter((event): event is Extract<AgentEvent, { type: T }> => event.type === type);
}

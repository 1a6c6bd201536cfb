// Runs one subagent to its end: an engine of its own behind the same prefix, whose steps become part of the parent's session.
import { QueryEngine, type QueryEngineOptions } from '../engine/query-engine.ts';
import type { Reminder } from '../engine/reminder.ts';
import type { SentRequest } from '../engine/turn-loop.ts';
import type { AgentStep, DurableEvent, TransientEvent } from '../events.ts';
import type { ApiToolDefinition } from '../messages/api.ts';
import type { BudgetCheck } from '../usage/budget-guard.ts';
import { visibleText } from '../permissions/visible-text.ts';
import type { Tool } from '../tools/tool.ts';
import { agentContext } from './agent-context.ts';
import { agentLog } from './agent-log.ts';
import { AgentReport } from './agent-report.ts';
import type { AgentType } from './agent-types.ts';
import { InheritingHistory } from './inheriting-history.ts';

/** What an engine lends to the agents that its conversation starts. */
export interface AgentParent extends Pick<
  QueryEngineOptions,
  'model' | 'settings' | 'context' | 'gate' | 'clock' | 'newId' | 'random' | 'isMemoryTight' | 'secrets'
> {
  readonly definitions: () => readonly ApiToolDefinition[];
  /** The newest request of the running turn. */
  readonly sent: () => SentRequest | undefined;
  /** The budgets of the whole session. */
  readonly budget: BudgetCheck;
  /** Shows something of the moment. */
  readonly emit: (event: DurableEvent | TransientEvent) => void;
}

export interface AgentOrder {
  readonly type: AgentType;
  /** A few words. */
  readonly description: string;
  readonly prompt: string;
  /** Default: the parent's. */
  readonly model?: string | undefined;
}

export interface AgentRun {
  readonly parent: AgentParent;
  readonly order: AgentOrder;
  /** The request whose answer made the call. */
  readonly sent: SentRequest | undefined;
  readonly tools: readonly Tool[];
  readonly cwd: () => string;
  readonly reminders?: readonly Reminder[] | undefined;
  /** The call that started the agent. */
  readonly turnId: string;
  readonly toolUseId: string;
  readonly onStep: (step: AgentStep) => void;
  readonly signal: AbortSignal;
}

const MAX_REQUESTS = 50;
const SHOWN_CHARS = 80;

/** Never rejects. When it resolves, nothing of the agent goes on. */
export async function runAgent(run: AgentRun): Promise<AgentReport> {
  const { parent, order, sent, signal, turnId, toolUseId } = run;
  const { type, description, prompt } = order;
  const report = new AgentReport();
  const model = order.model ?? sent?.model;
  const engine = new QueryEngine({
    ...parent,
    definitions: parent.definitions(),
    ...(run.reminders ? { reminders: run.reminders } : {}),
    settings: () => {
      const settings = parent.settings();
      return { ...settings, model: model ?? settings.model, maxTurns: type.maxRequests ?? MAX_REQUESTS };
    },
    context: agentContext(parent.context, type.inherits ?? false),
    ...(type.inherits && sent ? { history: new InheritingHistory(sent.messages) } : {}),
    tools: run.tools,
    origin: `the agent “${visibleText(description.slice(0, SHOWN_CHARS))}”`,
    log: agentLog(toolUseId, (step) => {
      report.take(step);
      run.onStep(step);
    }),
    cwd: run.cwd,
    once: true,
  });
  const stop = (): void => void engine.stop();
  const text = `${type.instruction}\n\n${prompt}`;
  const events = engine.submit({ id: parent.newId(), text, attachments: [] });
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  for await (const event of events) {
    // The question is the person's: it stands at the card of the call that they see.
    if (event.type === 'tool_waiting') {
      const { requestId, words, review } = event;
      parent.emit({ type: 'tool_waiting', turnId, toolUseId, requestId, words, review });
    }
    if (event.type === 'tool_resumed') parent.emit({ type: 'tool_resumed', turnId, toolUseId });
  }
  signal.removeEventListener('abort', stop);
  await engine.dispose();
  return report;
}

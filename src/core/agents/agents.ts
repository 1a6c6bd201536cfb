// The subagents of one session: how many run, what they are given, and that none outlives it.
import type { Reminder } from '../engine/reminder.ts';
import type { AgentStep } from '../events.ts';
import type { ResultStore } from '../ports.ts';
import { createAgentTool } from '../tools/agents/agent-tool.ts';
import type { BackgroundTasks } from '../tools/background-tasks.ts';
import { withBoundedResults } from '../tools/large-results.ts';
import { ToolError, type Tool, type ToolContext, type ToolResult } from '../tools/tool.ts';
import { agentTools } from './agent-tools.ts';
import { builtInAgentTypes, type AgentType } from './agent-types.ts';
import { runAgent, type AgentOrder, type AgentParent } from './run-agent.ts';
import { createSlots } from './slots.ts';

/** The tools of one agent, over state of its own. */
export interface AgentToolset {
  /** The same as the parent's, in any order, without those that start agents. */
  readonly tools: readonly Tool[];
  /** Where the agent's shell stands. */
  readonly cwd: () => string;
  /** What the agent hears by itself before its requests. Default nothing. */
  readonly reminders?: readonly Reminder[];
}

export interface AgentsOptions {
  /**
   * Makes the tools of one agent: files, gate and processes are the session's, what was read and where the shell stands are its own.
   * `inherits`: it knows what the conversation has read so far.
   */
  readonly toolset: (agent: { readonly inherits: boolean }) => AgentToolset;
  /** Default: those that are built in. */
  readonly types?: readonly AgentType[];
  /** Default: no agent runs in the background. */
  readonly tasks?: BackgroundTasks;
  /** As in `createTools`. */
  readonly results?: ResultStore;
}

/** Made before the session, for its tools; the engine attaches itself and disposes of them. */
export interface Agents {
  /** The tool that starts one, and the same under its older name, which is in no request. */
  readonly tools: readonly Tool[];
  attach(parent: AgentParent): void;
  /** Ends all that run; resolves when they have ended. */
  dispose(): Promise<void>;
}

/** More of them wait in line. */
const MAX_AT_ONCE = 8;
const MAX_A_TURN = 40;

export function createAgents(options: AgentsOptions): Agents {
  return new SessionAgents(options);
}

class SessionAgents implements Agents {
  readonly tools: readonly Tool[];
  private readonly slots = createSlots(MAX_AT_ONCE);
  private readonly ended = new AbortController();
  private readonly running = new Set<Promise<unknown>>();
  private parent: AgentParent | undefined;
  private turnId = '';
  private started = 0;
  private readonly options: AgentsOptions;

  constructor(options: AgentsOptions) {
    this.options = options;
    const tool = createAgentTool({
      types: options.types ?? builtInAgentTypes,
      offersBackground: options.tasks !== undefined,
      run: (order, context) => this.runHere(order, context),
      runInBackground: (order, context) => this.runInBackground(order, context),
    });
    const older: Tool = { ...tool, name: 'Task', deferred: true, standsFor: (input) => ({ name: tool.name, input }) };
    this.tools = [withBoundedResults(tool, options.results), older];
  }

  attach(parent: AgentParent): void {
    this.parent = parent;
  }

  async dispose(): Promise<void> {
    this.ended.abort();
    await Promise.allSettled(this.running);
  }

  private async runHere(order: AgentOrder, context: ToolContext): Promise<ToolResult> {
    const report = await this.begin(order, context, context.signal);
    return { content: report.words, details: {}, ...(report.isDone ? {} : { isError: true }) };
  }

  private async runInBackground(order: AgentOrder, context: ToolContext): Promise<ToolResult> {
    const { tasks } = this.options;
    if (!tasks) throw new ToolError('Agents cannot run in the background here. Call again without run_in_background.');
    this.countStart(context.turnId);
    const start = this.prepared(order, context);
    const id = tasks.start({
      kind: 'agent',
      title: order.description,
      run: async (work) => {
        let written = Promise.resolve<unknown>(undefined);
        const report = await start(work.signal, (step) => {
          if (step.type !== 'tool_started') return;
          const line = `${step.summary.activeVerb} ${step.summary.object}\n`;
          written = written.then(() => work.write(line));
        });
        await written;
        await work.write(`\n${report.words}\n`);
        return { ok: report.isDone, ending: report.ending };
      },
    });
    const content = `The agent works in the background as task ${id}. You will hear when it ends; TaskOutput then gives its report. Go on with other work meanwhile.`;
    return { content, details: { note: 'In the background' } };
  }

  private begin(order: AgentOrder, context: ToolContext, signal: AbortSignal) {
    this.countStart(context.turnId);
    return this.prepared(order, context)(signal);
  }

  /** Takes what the call's moment tells, now; the agent may begin later. */
  private prepared(order: AgentOrder, context: ToolContext) {
    const { parent } = this;
    if (!parent) throw new ToolError('No conversation is open that could start an agent. Do the task yourself.');
    const sent = parent.sent();
    const { turnId, toolUseId, record } = context;
    return (signal: AbortSignal, onStep: (step: AgentStep) => void = () => {}) => {
      const either = AbortSignal.any([signal, this.ended.signal]);
      const run = this.inLine(either, () => {
        const { tools, cwd, reminders } = this.options.toolset({ inherits: order.type.inherits ?? false });
        return runAgent({
          parent,
          order,
          sent,
          tools: agentTools(order.type, tools, this.tools),
          cwd,
          reminders,
          turnId,
          toolUseId,
          onStep: (step) => {
            record({ type: 'agent_event', event: step });
            onStep(step);
          },
          signal: either,
        });
      });
      this.running.add(run);
      const settled = (): void => void this.running.delete(run);
      run.then(settled, settled);
      return run;
    };
  }

  private async inLine<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const giveBack = await this.slots.take(signal);
    if (!giveBack) throw new ToolError('The agent was stopped before it began: nothing was done.');
    try {
      return await work();
    } finally {
      giveBack();
    }
  }

  private countStart(turnId: string): void {
    if (turnId !== this.turnId) this.started = 0;
    this.turnId = turnId;
    if (this.started >= MAX_A_TURN) {
      throw new ToolError(
        `${MAX_A_TURN} agents were started for this message, the most there may be. Do the rest yourself, or end and say what is left.`,
      );
    }
    this.started++;
  }
}

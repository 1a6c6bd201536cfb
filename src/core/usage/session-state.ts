// What a session has used and done, read from its log: tokens and cost by model, turn and tool, time, lines, commits.
import type { AgentStep, LogEntry, Usage } from '../events.ts';
import { contentText } from '../view/tool-view.ts';
import { estimateTokens } from '../prompt/estimate-tokens.ts';
import { costOf, priceOf, type PriceTable } from './prices.ts';
import { spentBy } from './spent-by.ts';
import { addUsage, NO_USAGE } from './usage.ts';

export interface Spent {
  readonly usage: Usage;
  /** US dollars; undefined when a model's price is not known. */
  readonly costUsd: number | undefined;
}

export interface SessionState {
  readonly id: string;
  readonly cwd: string;
  readonly title: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly total: Spent;
  readonly byModel: ReadonlyMap<string, Spent>;
  readonly byTurn: readonly ({ readonly turnId: string; readonly text: string } & Spent)[];
  /**
   * Calls, agents' ones included, the tokens (an estimate) that their results added to a conversation, and what calls used by requests
   * of their own: the whole work of an agent, the reading of a page. The last is part of `total`.
   */
  readonly byTool: ReadonlyMap<
    string,
    { readonly calls: number; readonly resultTokens: number; readonly durationMs: number } & Spent
  >;
  /** Milliseconds in which answers were awaited. */
  readonly apiMs: number;
  readonly linesAdded: number;
  readonly linesRemoved: number;
  readonly commits: number;
  readonly pullRequests: number;
}

interface Sum {
  usage: Usage;
  costUsd: number | undefined;
}

interface TurnSum extends Sum {
  readonly turnId: string;
  readonly text: string;
}

interface ToolSum extends Sum {
  calls: number;
  resultTokens: number;
  durationMs: number;
}

/** A fold: the same log gives the same state, wherever and whenever it is read. */
export function sessionState(entries: readonly LogEntry[], prices: PriceTable = {}): SessionState {
  const fold = new StateFold(prices);
  for (const entry of entries) fold.take(entry);
  return fold.state();
}

class StateFold {
  private id = '';
  private cwd = '';
  private title = '';
  private createdAt = 0;
  private lastUsedAt = 0;
  private apiMs = 0;
  private linesAdded = 0;
  private linesRemoved = 0;
  private commits = 0;
  private pullRequests = 0;
  private model = '';
  private readonly byModel = new Map<string, Usage>();
  private readonly turns: TurnSum[] = [];
  private readonly byTool = new Map<string, ToolSum>();
  /** Names of the tools that calls are of. */
  private readonly names = new Map<string, string>();
  private readonly commands = new Map<string, string>();
  private readonly prices: PriceTable;

  constructor(prices: PriceTable) {
    this.prices = prices;
  }

  take(entry: LogEntry): void {
    this.lastUsedAt = entry.at;
    this.spend(entry);
    switch (entry.type) {
      case 'session_started':
        ({ sessionId: this.id, cwd: this.cwd, createdAt: this.createdAt } = entry);
        return;
      case 'session_titled':
        this.title = entry.title;
        return;
      case 'turn_started':
        this.turns.push({ turnId: entry.turnId, text: entry.input.text, usage: NO_USAGE, costUsd: 0 });
        return;
      case 'message_started':
        this.model = entry.model;
        return;
      case 'agent_event':
        return this.takeWork(entry.event);
      default:
        return this.takeWork(entry);
    }
  }

  /** What was done, by the conversation's own agent or by one that it started. */
  private takeWork(entry: LogEntry | AgentStep): void {
    switch (entry.type) {
      case 'message_completed':
      case 'side_request':
        this.apiMs += entry.durationMs ?? 0;
        return;
      case 'block_completed':
        return this.noteCall(entry.block);
      case 'tool_completed':
        return this.takeTool(entry);
      default:
        return;
    }
  }

  state(): SessionState {
    const byModel = new Map(
      [...this.byModel].map(([model, usage]) => [model, { usage, costUsd: this.cost(model, usage) }]),
    );
    const costs = [...byModel.values()].map((spent) => spent.costUsd);
    const usage = [...this.byModel.values()].reduce(addUsage, NO_USAGE);
    return {
      id: this.id,
      cwd: this.cwd,
      title: this.title,
      createdAt: this.createdAt,
      lastUsedAt: this.lastUsedAt,
      total: { usage, costUsd: costs.reduce(addCost, 0) },
      byModel,
      byTurn: this.turns,
      byTool: this.byTool,
      apiMs: this.apiMs,
      linesAdded: this.linesAdded,
      linesRemoved: this.linesRemoved,
      commits: this.commits,
      pullRequests: this.pullRequests,
    };
  }

  private spend(entry: LogEntry): void {
    const spent = spentBy(entry);
    if (!spent) return;
    const { usage, model = this.model } = spent;
    this.byModel.set(model, addUsage(this.byModel.get(model) ?? NO_USAGE, usage));
    const cost = this.cost(model, usage);
    const turnId = 'turnId' in entry ? entry.turnId : undefined;
    // An agent in the background may go on after its turn: what it takes is that turn's.
    const turn = this.turns.findLast((known) => known.turnId === turnId) ?? this.turns.at(-1);
    if (turn) addTo(turn, usage, cost);
    const tool = this.spender(entry);
    if (tool !== undefined) addTo(this.toolSum(tool), usage, cost);
  }

  /** The tool whose call made the request; undefined for those of the conversation itself. */
  private spender(entry: LogEntry): string | undefined {
    if (entry.type === 'agent_event') return this.names.get(entry.toolUseId) ?? 'Agent';
    if (entry.type !== 'side_request') return undefined;
    return (entry.toolUseId === undefined ? undefined : this.names.get(entry.toolUseId)) ?? entry.purpose;
  }

  private toolSum(name: string): ToolSum {
    const known = this.byTool.get(name);
    if (known) return known;
    const sum: ToolSum = { calls: 0, resultTokens: 0, durationMs: 0, usage: NO_USAGE, costUsd: 0 };
    this.byTool.set(name, sum);
    return sum;
  }

  private cost(model: string, usage: Usage): number | undefined {
    const price = priceOf(model, this.prices);
    return price && costOf(usage, price);
  }

  private noteCall(block: { type: string; id?: string; name?: string; input?: unknown }): void {
    if (block.type !== 'tool_use' || !block.id) return;
    // An older name of the same tool is counted as that.
    if (block.name) this.names.set(block.id, block.name === 'Task' ? 'Agent' : block.name);
    const input = block.input as { command?: unknown } | undefined;
    if (typeof input?.command === 'string') this.commands.set(block.id, input.command);
  }

  private takeTool(entry: Extract<AgentStep, { type: 'tool_completed' }>): void {
    const sum = this.toolSum(entry.name);
    sum.calls++;
    sum.resultTokens += estimateTokens(contentText(entry.content));
    sum.durationMs += entry.durationMs;
    if (entry.outcome !== 'done') return;
    this.linesAdded += entry.details.added ?? 0;
    this.linesRemoved += entry.details.removed ?? 0;
    const command = this.commands.get(entry.toolUseId) ?? '';
    if (/\bgit\s+(?:-\S+\s+\S+\s+)*commit\b/.test(command)) this.commits++;
    if (/\bgh\s+pr\s+create\b/.test(command)) this.pullRequests++;
  }
}

function addTo(sum: Sum, usage: Usage, costUsd: number | undefined): void {
  sum.usage = addUsage(sum.usage, usage);
  sum.costUsd = addCost(sum.costUsd, costUsd);
}

function addCost(sum: number | undefined, cost: number | undefined): number | undefined {
  return sum === undefined || cost === undefined ? undefined : sum + cost;
}

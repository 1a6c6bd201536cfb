// What a session has used and done, read from its log: tokens and cost by model, turn and tool, time, lines, commits.
import type { LogEntry, Usage } from '../events.ts';
import { contentText } from '../view/tool-view.ts';
import { estimateTokens } from '../prompt/estimate-tokens.ts';
import { costOf, priceOf, type PriceTable } from './prices.ts';
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
  /** Calls, and the tokens (an estimate) that their results added to the conversation. */
  readonly byTool: ReadonlyMap<
    string,
    { readonly calls: number; readonly resultTokens: number; readonly durationMs: number }
  >;
  /** Milliseconds in which answers were awaited. */
  readonly apiMs: number;
  readonly linesAdded: number;
  readonly linesRemoved: number;
  readonly commits: number;
  readonly pullRequests: number;
}

interface TurnSum {
  readonly turnId: string;
  readonly text: string;
  usage: Usage;
  costUsd: number | undefined;
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
  private readonly byTool = new Map<string, { calls: number; resultTokens: number; durationMs: number }>();
  private readonly commands = new Map<string, string>();
  private readonly prices: PriceTable;

  constructor(prices: PriceTable) {
    this.prices = prices;
  }

  take(entry: LogEntry): void {
    this.lastUsedAt = entry.at;
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
      case 'message_completed':
        this.apiMs += entry.durationMs ?? 0;
        return this.spend(entry.model ?? this.model, entry.usage);
      case 'compacted':
        return this.spend(entry.model, entry.usage);
      case 'block_completed':
        return this.noteCommand(entry.block);
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

  private spend(model: string, usage: Usage): void {
    this.byModel.set(model, addUsage(this.byModel.get(model) ?? NO_USAGE, usage));
    const turn = this.turns.at(-1);
    if (!turn) return;
    turn.usage = addUsage(turn.usage, usage);
    turn.costUsd = addCost(turn.costUsd, this.cost(model, usage));
  }

  private cost(model: string, usage: Usage): number | undefined {
    const price = priceOf(model, this.prices);
    return price && costOf(usage, price);
  }

  private noteCommand(block: { type: string; id?: string; input?: unknown }): void {
    const input = block.input as { command?: unknown } | undefined;
    if (block.type === 'tool_use' && block.id && typeof input?.command === 'string')
      this.commands.set(block.id, input.command);
  }

  private takeTool(entry: Extract<LogEntry, { type: 'tool_completed' }>): void {
    const { calls, resultTokens, durationMs } = this.byTool.get(entry.name) ?? {
      calls: 0,
      resultTokens: 0,
      durationMs: 0,
    };
    this.byTool.set(entry.name, {
      calls: calls + 1,
      resultTokens: resultTokens + estimateTokens(contentText(entry.content)),
      durationMs: durationMs + entry.durationMs,
    });
    if (entry.outcome !== 'done') return;
    this.linesAdded += entry.details.added ?? 0;
    this.linesRemoved += entry.details.removed ?? 0;
    const command = this.commands.get(entry.toolUseId) ?? '';
    if (/\bgit\s+(?:-\S+\s+\S+\s+)*commit\b/.test(command)) this.commits++;
    if (/\bgh\s+pr\s+create\b/.test(command)) this.pullRequests++;
  }
}

function addCost(sum: number | undefined, cost: number | undefined): number | undefined {
  return sum === undefined || cost === undefined ? undefined : sum + cost;
}

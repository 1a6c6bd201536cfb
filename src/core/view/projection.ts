// Projects events to patches of the view: the same function for a live turn, a restored session, an export and a test.
import type { AgentEvent, AgentStep, CallSummary, LogEntry } from '../events.ts';
import type { ApiBlock } from '../messages/api.ts';
import type { PriceTable } from '../usage/prices.ts';
import { spentBy, type Spent } from '../usage/spent-by.ts';
import type { Attachment, Item, Patch, ToolItem, TurnHead } from '../../shared/view-model.ts';
import { AgentCard, agentTypeOf } from './agent-card.ts';
import { Bill } from './bill.ts';
import { compactedCard, compactingCard } from './compaction-card.ts';
import { endingCard, type TurnEnding } from './ending-card.ts';
import { failureCard, retryCard } from './failure-card.ts';
import { newToolItem, withEnding, withInput, withSummary } from './tool-view.ts';

/** A turn as far as it has come. */
interface ShownTurn {
  head: TurnHead;
  readonly items: Map<string, Item>;
  readonly bill: Bill;
}

/** Holds what is needed to read the next event: the running turn, and of earlier ones those in which an agent still works. */
export class Projection {
  private turn: ShownTurn | undefined;
  private readonly summaries = new Map<string, CallSummary>();
  /** Agents at work, by their call. */
  private readonly agents = new Map<string, { readonly card: AgentCard; readonly turn: ShownTurn }>();
  private readonly agentTypes = new Map<string, string>();
  private waiting = 0;
  private inputTokens = 0;
  private outputTokens = 0;
  private costUsd: number | undefined;
  private readonly prices: () => PriceTable;

  constructor(prices: () => PriceTable = () => ({})) {
    this.prices = prices;
  }

  project(event: AgentEvent | LogEntry): Patch[] {
    switch (event.type) {
      case 'session_started':
        return [{ op: 'session', fields: { id: event.sessionId } }];
      case 'session_titled':
        return [{ op: 'session', fields: { title: event.title } }];
      case 'model_selected':
        return [{ op: 'session', fields: { model: event.model } }];
      case 'effort_selected':
        return [{ op: 'session', fields: { effort: event.effort } }];
      case 'queue_changed':
        return [
          {
            op: 'session',
            fields: {
              queued: event.queue.map(({ id, text, attachments, steer }) => ({
                id,
                text,
                attachments: shownAttachments(attachments),
                ...(steer ? { steer } : {}),
              })),
            },
          },
        ];
      case 'turn_started':
        return this.startTurn(event);
      case 'turn_completed':
        return this.endTurn(event);
      case 'stopping':
        return [{ op: 'session', fields: { state: 'stopping' } }];
      case 'input_added': {
        const { id, text, attachments } = event.input;
        return this.put({ id, kind: 'person', text, attachments: shownAttachments(attachments) });
      }
      case 'compaction_started':
        return this.put(compactingCard(this.cardId('compacting'), event.trigger));
      case 'compacted':
        return this.compacted(event);
      case 'todos_changed': {
        const todos = event.todos.map(({ content, activeForm, status }) => ({ content, activeForm, status }));
        return [{ op: 'session', fields: { todos } }];
      }
      case 'mode_changed':
        return [{ op: 'session', fields: { mode: event.mode } }];
      case 'side_request':
        return this.spend(spentBy(event), this.turn);
      case 'agent_event':
        return this.agentStep(event.toolUseId, event.event);
      case 'context_added':
      case 'budget_selected':
      case 'permission_decided':
      case 'message_started':
      case 'text_arrived':
        return [];
      case 'message_completed':
        return [...(event.complete ? [] : this.breakOff(event.messageId)), ...this.spend(spentBy(event), this.turn)];
      case 'block_started':
        return this.startBlock(event);
      case 'block_delta':
        return this.appendDelta(event);
      case 'block_completed':
        return this.endBlock(event);
      case 'tool_input_preview':
      case 'tool_queued':
        return this.change(event.toolUseId, event.name, (item) => {
          const state = event.type === 'tool_queued' ? 'queued' : 'arriving';
          return { ...withSummary(item, this.remember(event), true), state };
        });
      case 'tool_started':
        return this.change(event.toolUseId, event.name, (item) => ({
          ...withSummary(item, this.remember(event), true),
          state: 'running',
        }));
      case 'tool_waiting': {
        const waiting = { requestId: event.requestId, words: event.words, review: event.review };
        return [
          ...this.countWaiting(1),
          ...this.change(event.toolUseId, '', (item) => ({ ...item, state: 'waiting', waiting })),
        ];
      }
      case 'tool_resumed':
        return [
          ...this.countWaiting(-1),
          ...this.change(event.toolUseId, '', ({ waiting: _, ...item }) => ({
            ...item,
            state: event.running ? 'running' : stateAfter(item),
          })),
        ];
      case 'tool_progress':
        return this.appendOutput(event.toolUseId, event.text);
      case 'tool_completed': {
        const verb = this.summaries.get(event.toolUseId)?.verb ?? event.name;
        return this.change(event.toolUseId, event.name, (item) => withEnding(item, event, verb));
      }
      case 'failed':
        return this.put(failureCard(this.cardId('failed'), event.failure));
      case 'notice': {
        const { level, title, body } = event;
        const id = this.cardId(`notice-${event.at}`);
        return [
          ...this.remove(this.cardId('compacting')),
          ...this.put({ id, kind: 'notice', level, title, body, actions: [] }),
        ];
      }
      case 'retry_scheduled':
        return this.put(retryCard(this.cardId('retry'), event.failure, event.attempt, event.until));
      case 'retry_started':
        return this.remove(this.cardId('retry'));
      default:
        event satisfies never;
        // A log of a later version: what is not known is not shown.
        return [];
    }
  }

  /** The row as it is held from now on, if the turn is one that is still held here. */
  replace(turnId: string, item: Item): void {
    const turns = [this.turn, ...[...this.agents.values()].map((agent) => agent.turn)];
    for (const turn of turns) if (turn?.head.id === turnId && turn.items.has(item.id)) turn.items.set(item.id, item);
  }

  private compacted(event: Extract<AgentEvent, { type: 'compacted' }>): Patch[] {
    return [
      ...this.remove(this.cardId('compacting')),
      ...this.put(compactedCard(this.cardId(`compacted-${event.at}`), event)),
      ...this.spend(spentBy(event), this.turn),
    ];
  }

  private startTurn(event: Extract<AgentEvent, { type: 'turn_started' }>): Patch[] {
    const left = this.leaveEnding();
    this.summaries.clear();
    this.waiting = 0;
    const { text, attachments } = event.input;
    const head: TurnHead = {
      id: event.turnId,
      text,
      attachments: shownAttachments(attachments),
      startedAt: event.at,
      state: 'running',
    };
    this.turn = { head, items: new Map(), bill: new Bill() };
    return [...left, { op: 'turn', turn: head }, { op: 'session', fields: { state: 'running' } }];
  }

  private endTurn(event: Extract<AgentEvent, { type: 'turn_completed' }>): Patch[] {
    const { turn } = this;
    if (!turn) return [];
    const { model, durationMs } = event;
    const settled = turn.bill.settle(model, this.prices());
    if (settled !== undefined) this.costUsd = (this.costUsd ?? 0) + settled;
    turn.head = { ...turn.head, state: event.outcome, footer: footerOf(turn.bill, model, durationMs) };
    return [
      ...this.settle(),
      ...this.endingCard(event),
      { op: 'turn', turn: turn.head },
      { op: 'session', fields: { state: 'idle', ...this.totals() } },
    ];
  }

  /** Counts what was used, in the session and in its turn. */
  private spend(spent: Spent | undefined, turn: ShownTurn | undefined): Patch[] {
    if (!spent) return [];
    const prices = this.prices();
    turn?.bill.add(spent, prices);
    const alone = new Bill();
    alone.add(spent, prices);
    const { inputTokens, outputTokens, costUsd } = alone.figures;
    this.inputTokens += inputTokens;
    this.outputTokens += outputTokens;
    if (costUsd !== undefined) this.costUsd = (this.costUsd ?? 0) + costUsd;
    const totals: Patch = { op: 'session', fields: this.totals() };
    const footer = turn?.head.footer;
    if (!turn || !footer) return [totals];
    // An agent went on after its turn.
    turn.head = { ...turn.head, footer: footerOf(turn.bill, footer.model, footer.durationMs) };
    return [{ op: 'turn', turn: turn.head }, totals];
  }

  private totals() {
    const { inputTokens, outputTokens, costUsd } = this;
    return { inputTokens, outputTokens, ...(costUsd === undefined ? {} : { costUsd }) };
  }

  private agentStep(toolUseId: string, event: AgentStep): Patch[] {
    const agent = this.agents.get(toolUseId) ?? this.beginAgent(toolUseId);
    const patches = this.spend(spentBy(event), agent?.turn ?? this.turn);
    if (!agent) return patches;
    const { card, turn } = agent;
    if (event.type === 'turn_completed') this.agents.delete(toolUseId);
    const item = turn.items.get(toolUseId);
    if (!card.take(event, this.prices()) || item?.kind !== 'tool') return patches;
    return [...patches, ...this.put({ ...item, agent: card.view }, turn)];
  }

  private beginAgent(toolUseId: string) {
    const { turn } = this;
    if (!turn) return undefined;
    const agent = { card: new AgentCard(this.agentTypes.get(toolUseId) ?? agentTypeOf(undefined)), turn };
    this.agentTypes.delete(toolUseId);
    this.agents.set(toolUseId, agent);
    return agent;
  }

  /** The ways on from a limit are behind the person once they have taken one. */
  private leaveEnding(): Patch[] {
    const card = this.turn?.items.get(this.cardId('ending'));
    return card?.kind === 'notice' && this.turn?.head.state === 'limit' ? this.put({ ...card, actions: [] }) : [];
  }

  private endingCard(event: TurnEnding): Patch[] {
    const card = endingCard(this.cardId('ending'), event, this.turn?.items.has(this.cardId('failed')) ?? false);
    return card ? this.put(card) : [];
  }

  /** Nothing stays in motion in a turn that has ended. */
  private settle(): Patch[] {
    return this.items.flatMap((item): Patch[] => {
      if (item.kind === 'person') return [];
      if (item.kind === 'notice') return item.until === undefined ? [] : this.remove(item.id);
      if (item.kind === 'tool') {
        // Answered, and its agent goes on in the background.
        if (item.durationMs !== undefined) return [];
        const open = ['arriving', 'queued', 'waiting', 'running'].includes(item.state);
        const { waiting: _, ...rest } = item;
        return open ? this.put({ ...rest, state: 'interrupted' }) : [];
      }
      return item.state === 'streaming' ? this.put({ ...item, state: 'stopped' }) : [];
    });
  }

  private startBlock(event: Extract<AgentEvent, { type: 'block_started' }>): Patch[] {
    const id = blockId(event);
    if (event.kind === 'text') return this.put({ id, kind: 'text', text: '', state: 'streaming' });
    if (event.kind === 'thinking') return this.put({ id, kind: 'thinking', text: '', state: 'streaming' });
    if (event.toolUseId) return this.put(newToolItem(event.toolUseId, event.name ?? '', 'arriving'));
    return [];
  }

  private appendDelta(event: Extract<AgentEvent, { type: 'block_delta' }>): Patch[] {
    const { turn } = this;
    const item = turn?.items.get(blockId(event));
    if (!turn || (item?.kind !== 'text' && item?.kind !== 'thinking')) return [];
    turn.items.set(item.id, { ...item, text: item.text + event.text });
    return [{ op: 'append', turnId: turn.head.id, itemId: item.id, text: event.text }];
  }

  private endBlock(event: Extract<AgentEvent, { type: 'block_completed' }>): Patch[] {
    const { block, durationMs } = event;
    const id = blockId(event);
    if (block.type === 'text')
      return block.text.trim() ? this.put({ id, kind: 'text', text: block.text, state: 'done' }) : this.remove(id);
    if (block.type === 'thinking')
      return this.put({ id, kind: 'thinking', text: block.thinking, state: 'done', durationMs });
    if (block.type === 'redacted_thinking')
      return this.put({ id, kind: 'thinking', text: '', state: 'done', durationMs });
    if (block.type === 'tool_use') {
      if (AGENT_TOOLS.includes(block.name)) this.agentTypes.set(block.id, agentTypeOf(block.input));
      return this.change(block.id, block.name, (item) => withInput(item, shownInput(block, event.invalidInput)));
    }
    return [];
  }

  /** An answer ended early: what is whole of it stays, the last text marked; the rest will come again or not at all. */
  private breakOff(messageId: string): Patch[] {
    const own = this.items.filter((item) => item.id.startsWith(`${messageId}:`));
    const last = own.findLast((item) => item.kind === 'text' && item.state === 'done');
    return [
      ...own.flatMap((item) =>
        (item.kind === 'text' || item.kind === 'thinking') && item.state === 'streaming' ? this.remove(item.id) : [],
      ),
      ...(last?.kind === 'text' ? this.put({ ...last, state: 'stopped' }) : []),
      ...this.items.flatMap((item) => (item.kind === 'tool' && item.state === 'arriving' ? this.remove(item.id) : [])),
    ];
  }

  private appendOutput(id: string, text: string): Patch[] {
    const { turn } = this;
    const item = turn?.items.get(id);
    if (!turn || item?.kind !== 'tool') return [];
    // A running command shows its newest lines; the whole comes with its end.
    const output = (item.output + text).slice(-LIVE_OUTPUT_CHARS);
    const grown = { ...item, output };
    if (output.length < item.output.length + text.length) return this.put(grown);
    turn.items.set(id, grown);
    return [{ op: 'append', turnId: turn.head.id, itemId: id, text }];
  }

  private remember(event: { toolUseId: string; summary: CallSummary }): CallSummary {
    this.summaries.set(event.toolUseId, event.summary);
    return event.summary;
  }

  private countWaiting(by: 1 | -1): Patch[] {
    this.waiting = Math.max(0, this.waiting + by);
    // Between turns it is an agent in the background that waits: its row says so.
    if (this.turn?.head.state !== 'running') return [];
    return [{ op: 'session', fields: { state: this.waiting > 0 ? 'waiting' : 'running' } }];
  }

  private get items(): Item[] {
    return [...(this.turn?.items.values() ?? [])];
  }

  private change(id: string, name: string, change: (item: ToolItem) => ToolItem): Patch[] {
    const turn = this.agents.get(id)?.turn ?? this.turn;
    const item = turn?.items.get(id);
    return this.put(change(item?.kind === 'tool' ? item : newToolItem(id, name, 'queued')), turn);
  }

  private put(item: Item, turn = this.turn): Patch[] {
    if (!turn) return [];
    turn.items.set(item.id, item);
    return [{ op: 'item', turnId: turn.head.id, item }];
  }

  private remove(id: string): Patch[] {
    if (!this.turn?.items.delete(id)) return [];
    return [{ op: 'removeItem', turnId: this.turn.head.id, itemId: id }];
  }

  private cardId(what: string): string {
    return `${this.turn?.head.id}:${what}`;
  }
}

/** The tool that starts agents, under both its names. */
const AGENT_TOOLS = ['Agent', 'Task'];
const LIVE_OUTPUT_CHARS = 4_000;

/** After an answered question: an agent goes on, in the background of an answered call or within it; a call gets its turn. */
function stateAfter({ durationMs, agent }: Pick<ToolItem, 'durationMs' | 'agent'>): ToolItem['state'] {
  if (durationMs !== undefined) return 'done';
  return agent ? 'running' : 'queued';
}

function footerOf(bill: Bill, model: string, durationMs: number): NonNullable<TurnHead['footer']> {
  return { model, ...bill.figures, cachedTokens: bill.usage.cacheReadTokens, durationMs };
}

/** Chips: what the model reads of them is not shown. */
function shownAttachments(attachments: readonly Attachment[]): Attachment[] {
  return attachments.map((one) => (one.text === '' ? one : { ...one, text: '' }));
}

function blockId(event: { messageId: string; index: number }): string {
  return `${event.messageId}:${event.index}`;
}

function shownInput(block: Extract<ApiBlock, { type: 'tool_use' }>, invalidInput: string | undefined): unknown {
  return invalidInput === undefined ? block.input : invalidInput;
}

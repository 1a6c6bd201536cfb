// A subagent as its call's row shows it: its newest steps, and what it has taken.
import type { AgentStep } from '../events.ts';
import type { PriceTable } from '../usage/prices.ts';
import { spentBy } from '../usage/spent-by.ts';
import type { ToolItem, ToolState } from '../../shared/view-model.ts';
import { ownText } from '../own-text.ts';
import { Bill } from './bill.ts';
import { t } from '../../shared/l10n.ts';

type AgentView = NonNullable<ToolItem['agent']>;

interface Step {
  /** Of the call, where it is one. */
  readonly id: string;
  readonly verb: string;
  readonly object: string;
  readonly state: ToolState;
}

/** What a row holds of them; the log has all. */
const SHOWN_STEPS = 50;
const OBJECT_CHARS = 200;

/** Takes the events of one agent in order. */
export class AgentCard {
  private steps: Step[] = [];
  private earlier = 0;
  private readonly verbs = new Map<string, string>();
  private readonly bill = new Bill();
  private readonly type: string;

  constructor(type: string) {
    this.type = type;
  }

  /** Says whether there is anything new to show. */
  take(event: AgentStep, prices: PriceTable): boolean {
    const spent = spentBy(event);
    if (spent) this.bill.add(spent, prices);
    switch (event.type) {
      case 'tool_started': {
        const { activeVerb, verb, object } = event.summary;
        this.verbs.set(event.toolUseId, verb);
        return this.put({ id: event.toolUseId, verb: activeVerb, object, state: 'running' });
      }
      case 'tool_completed': {
        const { toolUseId: id, name, outcome } = event;
        const started = this.steps.find((step) => step.id === id);
        const verb = this.verbs.get(id) ?? name;
        this.verbs.delete(id);
        return this.put({
          id,
          verb,
          object: started?.object ?? '',
          state: outcome === 'invalid' ? 'failed' : outcome,
        });
      }
      case 'failed':
        return this.put({ id: '', verb: t('Failed'), object: event.failure.message, state: 'failed' });
      case 'compacted':
        return this.put({ id: '', verb: t('Shortened'), object: t('its conversation'), state: 'done' });
      case 'turn_completed':
        this.bill.settle(event.model, prices);
        this.settle();
        return true;
      default:
        return event.type === 'turn_started' || spent !== undefined;
    }
  }

  /** Nothing stays in motion in an agent that has ended. */
  private settle(): void {
    this.steps = this.steps.map((step) => (step.state === 'running' ? { ...step, state: 'interrupted' } : step));
  }

  get view(): AgentView {
    return {
      type: this.type,
      steps: this.steps.map(({ verb, object, state }) => ({ verb, object, state })),
      earlierSteps: this.earlier,
      ...this.bill.figures,
    };
  }

  private put(step: Step): true {
    const shown = { ...step, object: ownText(step.object.slice(0, OBJECT_CHARS)) };
    const at = step.id === '' ? -1 : this.steps.findLastIndex(({ id }) => id === step.id);
    if (at >= 0) this.steps = this.steps.with(at, shown);
    else this.steps = [...this.steps, shown];
    if (this.steps.length > SHOWN_STEPS) this.earlier += this.steps.length - SHOWN_STEPS;
    this.steps = this.steps.slice(-SHOWN_STEPS);
    return true;
  }
}

/** The kind of agent that a call's input asks for. */
export function agentTypeOf(input: unknown): string {
  const type =
    typeof input === 'object' && input !== null && 'subagent_type' in input ? input.subagent_type : undefined;
  return typeof type === 'string' && type !== '' ? type : 'general';
}

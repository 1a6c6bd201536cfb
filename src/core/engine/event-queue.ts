// A queue between many producers of events and one reader. A slow reader makes text deltas grow together, nothing else waits or is lost.
import type { AgentEvent } from '../events.ts';

/** One reader. `close` ends the reading after what is queued. */
export class EventQueue implements AsyncIterable<AgentEvent> {
  private readonly events: AgentEvent[] = [];
  private closed = false;
  private wake: (() => void) | undefined;

  push(event: AgentEvent): void {
    if (this.closed) return;
    const last = this.events.at(-1);
    const merged = last && mergeDeltas(last, event);
    if (merged) this.events[this.events.length - 1] = merged;
    else this.events.push(event);
    this.wake?.();
  }

  close(): void {
    this.closed = true;
    this.wake?.();
  }

  get length(): number {
    return this.events.length;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<AgentEvent, void> {
    for (;;) {
      const batch = this.events.splice(0);
      yield* batch;
      if (this.events.length > 0) continue;
      if (this.closed) return;
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = undefined;
    }
  }
}

function mergeDeltas(a: AgentEvent, b: AgentEvent): AgentEvent | undefined {
  if (a.type === 'block_delta' && b.type === 'block_delta') {
    return a.messageId === b.messageId && a.index === b.index ? { ...a, text: a.text + b.text } : undefined;
  }
  if (a.type === 'tool_progress' && b.type === 'tool_progress') {
    return a.toolUseId === b.toolUseId ? { ...a, text: a.text + b.text } : undefined;
  }
  return undefined;
}

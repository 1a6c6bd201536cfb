// One line on a terminal that says what the run is doing, rewritten in place and gone at the end.
import type { AgentEvent } from '../core/events.ts';
import { visibleText } from '../core/permissions/visible-text.ts';

export interface ProgressLine {
  take(event: AgentEvent): void;
  /** Takes the line away. */
  clear(): void;
}

/** `write` goes to the terminal, `width` tells its columns at the moment. */
export function createProgressLine(write: (text: string) => void, width: () => number): ProgressLine {
  let shown = '';
  const show = (text: string): void => {
    // What a tool works on is a model's words: nothing in them may steer the terminal.
    const line = visibleText(text.replaceAll(/\s+/g, ' ')).slice(0, Math.max(10, width() - 1));
    if (line === shown) return;
    shown = line;
    write(`\r\u001B[K${line}`);
  };
  return {
    take(event) {
      const words = wordsFor(event);
      if (words !== undefined) show(words);
    },
    clear() {
      if (shown !== '') write('\r\u001B[K');
      shown = '';
    },
  };
}

function wordsFor(event: AgentEvent): string | undefined {
  switch (event.type) {
    case 'turn_started':
    case 'tool_completed':
      return 'Waiting for the model…';
    case 'block_started':
      if (event.kind === 'thinking') return 'Thinking…';
      return event.kind === 'text' ? 'Answering…' : undefined;
    case 'tool_input_preview':
    case 'tool_queued':
    case 'tool_started':
      return `${event.summary.activeVerb} ${event.summary.object}…`;
    case 'retry_scheduled': {
      const seconds = Math.max(1, Math.round((event.until - event.at) / 1000));
      return `${event.failure.message} Trying again in ${seconds} s…`;
    }
    case 'stopping':
      return 'Stopping…';
    default:
      return undefined;
  }
}

// What a run prints on standard output: the answer as text, one JSON object, or a JSON line for each step.
import { randomUUID } from 'node:crypto';
import type { AgentEvent } from '../core/events.ts';
import type { OutputFormat } from './print-arguments.ts';
import { exitStatus, resultError, resultLine, type ResultError } from './result-line.ts';
import { TurnTotals } from './run-totals.ts';
import type { Spending } from './spending.ts';
import { StreamLines, type RunFacts } from './stream-lines.ts';

export interface OutputOptions extends RunFacts {
  readonly format: OutputFormat;
  readonly partialMessages: boolean;
  readonly spending: Spending;
  readonly write: (text: string) => void;
}

/** What became of a turn. */
export interface TurnEnd {
  readonly status: number;
  readonly error: ResultError | undefined;
  readonly totals: TurnTotals;
}

export interface Output {
  /** Before the first turn. */
  start(): void;
  take(event: AgentEvent): void;
  /** Ends a turn and prints its result. `apiDurationMs`: how long the turn waited for the model. */
  endTurn(apiDurationMs: number): TurnEnd;
}

export function createOutput(options: OutputOptions): Output {
  const { format, sessionId, spending, write } = options;
  const line = (value: object): void => write(`${JSON.stringify(value)}\n`);
  const steps = format === 'stream-json' ? new StreamLines({ ...options, line }) : undefined;
  let totals = new TurnTotals();
  return {
    start() {
      steps?.start();
    },
    take(event) {
      totals.take(event);
      steps?.take(event);
    },
    endTurn(apiDurationMs) {
      const ended = totals;
      totals = new TurnTotals();
      const error = resultError(ended);
      if (format === 'text') {
        if (ended.text !== '') write(ended.text.endsWith('\n') ? ended.text : `${ended.text}\n`);
      } else {
        line({ ...resultLine({ sessionId, totals: ended, spending, apiDurationMs }), uuid: randomUUID() });
      }
      return { status: exitStatus(error), error, totals: ended };
    },
  };
}

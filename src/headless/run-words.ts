// What a person is told on standard error about a run: what went on beside the answer, and why there is none.
import type { AgentEvent } from '../core/events.ts';
import { visibleText } from '../core/permissions/visible-text.ts';
import type { ResultError, ResultReason } from './result-line.ts';
import type { TurnTotals } from './run-totals.ts';

const NEXT: Partial<Record<ResultReason, string>> = {
  authentication: 'Set ANTHROPIC_API_KEY to a valid key, then run it again.',
  permission: 'Choose a model that the key may use with --model, or use another key.',
  connection: 'Check the network, and ANTHROPIC_BASE_URL if it is set.',
  invalid_request: 'Check the model name (--model).',
  protocol: 'Check ANTHROPIC_BASE_URL: what answers there does not speak the Messages API as expected.',
  idle_timeout: 'Run it again, or raise CAPSTAN_STREAM_IDLE_MS.',
  max_turns: 'Go on with --continue, or raise --max-turns.',
  max_tokens: 'Go on with --continue.',
};

/** A line for an event that is worth one, without its line break. */
export function eventWords(event: AgentEvent): string | undefined {
  if (event.type === 'notice') return visibleText(`${event.title}. ${event.body}`);
  if (event.type !== 'retry_scheduled') return undefined;
  const seconds = ((event.until - event.at) / 1000).toFixed(1);
  return visibleText(`${event.failure.message} Trying again in ${seconds} s.`);
}

export function failureWords({ reason, message, retryable }: ResultError): string {
  const next = NEXT[reason] ?? (retryable && reason !== 'interrupted' ? 'Run it again.' : undefined);
  return visibleText([message, ...(next ? [next] : [])].join(' '));
}

const SHOWN_INPUT = 120;

/** One line for each call that was denied, so that a person can allow it the next time. */
export function denialWords({ denials }: TurnTotals): string[] {
  return denials.map(({ tool_name, tool_input }) => {
    const input = JSON.stringify(tool_input) ?? '';
    const shown = input.length > SHOWN_INPUT ? `${input.slice(0, SHOWN_INPUT - 1)}…` : input;
    return visibleText(
      `Denied, as nobody could be asked: ${tool_name} ${shown}. Allow such calls with --allowed-tools.`,
    );
  });
}

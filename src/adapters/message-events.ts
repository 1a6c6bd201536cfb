// The events of an answer, read from its body: what a chunk holds is worked off at once, without a promise for each event.
//
// The SDK's own reader takes about four times the processor time for the many small pieces of a long tool input (docs/benchmarks.md).
import type { BetaRawMessageStreamEvent } from '@anthropic-ai/sdk/resources/beta/messages';
import { EventStreamDecoder } from './event-stream.ts';

/** An error that the stream itself told, as `modelFailure` reads it. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  readonly type: string | null;
  readonly apiMessage: string | null;

  constructor(data: string) {
    super('The stream told of an error.');
    const { error } = (parsed(data) ?? {}) as { error?: { type?: unknown; message?: unknown } };
    this.type = typeof error?.type === 'string' ? error.type : null;
    this.apiMessage = typeof error?.message === 'string' ? error.message : null;
  }
}

/**
 * One batch of events for each chunk that came. Throws `StreamError` for an error that the stream tells, `SyntaxError` for a line that is
 * no JSON, and what the connection throws; what came before is given first.
 */
export async function* readMessageEvents(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly BetaRawMessageStreamEvent[]> {
  const decoder = new EventStreamDecoder();
  for await (const chunk of body) {
    const events: BetaRawMessageStreamEvent[] = [];
    let failure: unknown;
    for (const { name, data } of decoder.push(chunk)) {
      if (name === 'ping') continue;
      try {
        if (name === 'error') throw new StreamError(data);
        const event = JSON.parse(data) as BetaRawMessageStreamEvent;
        if (!joinInput(events.at(-1), event)) events.push(event);
      } catch (error) {
        failure = error;
        break;
      }
    }
    if (events.length > 0) yield events;
    if (failure !== undefined) throw failure;
  }
}

/** Pieces of a tool's input that came together go on as one: nobody looks at them one by one, and there may be thousands. */
function joinInput(last: BetaRawMessageStreamEvent | undefined, event: BetaRawMessageStreamEvent): boolean {
  if (last?.type !== 'content_block_delta' || event.type !== 'content_block_delta') return false;
  if (last.index !== event.index || last.delta?.type !== 'input_json_delta') return false;
  if (event.delta?.type !== 'input_json_delta') return false;
  last.delta.partial_json += event.delta.partial_json;
  return true;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

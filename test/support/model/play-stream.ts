/** Streams a composed answer as server-sent events, with its pace, its wire form and its fault. */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, WireShape } from './answer.ts';
import { type BodyWriter, createBodyWriter } from './body-writer.ts';
import type { Step } from './compose-answer.ts';
import type { EventPlace, Fault } from './fault.ts';
import type { Gates } from './gates.ts';
import type { WireBlock } from './wire-body.ts';

export interface StreamContext {
  response: ServerResponse;
  gates: Gates;
  /** Aborts when the client hangs up or the server closes. */
  signal: AbortSignal;
  requestId: string;
}

type StreamFault = Extract<Fault, { kind: 'error-event' | 'drop' | 'stall' | 'truncate' | 'malformed-data' }>;

/** Resolves to true when the client got the body to its proper end, false when the script cut it. */
export async function playStream(answer: Answer, steps: Step[], context: StreamContext): Promise<boolean> {
  const { response, gates, signal } = context;
  const fault = answer.fault && isStreamFault(answer.fault) ? answer.fault : undefined;
  const shape = answer.wire ?? {};
  const dropAtByte = fault?.kind === 'drop' && 'atByte' in fault ? fault.atByte : undefined;
  const writer = createBodyWriter(response, { splitBytes: shape.splitBytes, dropAtByte });
  const strikesBefore = fault === undefined ? undefined : faultPosition(fault, steps);
  let eventNumber = 0;
  for (const step of steps) {
    if (step.kind === 'event') {
      if (fault && eventNumber === strikesBefore && (await strike(fault, writer, shape, context))) {
        return false;
      }
      writer.write(decorated(step.event, eventNumber, shape));
      eventNumber++;
    } else if (!(await writer.flush())) {
      return false;
    } else if (step.kind === 'gate') {
      await gates.pass(step.name, signal);
    } else {
      await sleep(step.ms, undefined, { signal });
    }
  }
  if (!(await writer.flush())) {
    return false;
  }
  response.end();
  return true;
}

/** Does what the fault says; true when the answer is over with it. */
async function strike(
  fault: StreamFault,
  writer: BodyWriter,
  shape: WireShape,
  context: StreamContext,
): Promise<boolean> {
  const { response, signal, requestId } = context;
  if (fault.kind === 'malformed-data') {
    writer.write('event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"del\n\n');
    return false;
  }
  if (fault.kind === 'error-event') {
    const error = { type: fault.type, message: fault.message };
    writer.write(encodeEvent({ type: 'error', error, request_id: requestId }, shape));
  }
  if (!(await writer.flush())) {
    return true;
  }
  if (fault.kind === 'drop') {
    writer.drop();
  } else if (fault.kind === 'stall') {
    await stall(fault.pingEveryMs, writer, shape, signal);
  } else {
    response.end();
  }
  return true;
}

/** Ends only by the signal's rejection. */
async function stall(
  pingEveryMs: number | undefined,
  writer: BodyWriter,
  shape: WireShape,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await sleep(pingEveryMs ?? 60_000, undefined, { signal });
    if (pingEveryMs !== undefined) {
      writer.write(encodeEvent({ type: 'ping' }, shape));
      await writer.flush();
    }
  }
}

function isStreamFault(fault: Fault): fault is StreamFault {
  return ['error-event', 'drop', 'stall', 'truncate', 'malformed-data'].includes(fault.kind);
}

function faultPosition(fault: StreamFault, steps: Step[]): number | undefined {
  if (fault.kind === 'drop' && 'atByte' in fault) {
    return undefined;
  }
  const place: EventPlace = fault.at ?? 'message_delta';
  if (typeof place === 'number') {
    return place;
  }
  const events = steps.filter((step) => step.kind === 'event');
  const position = events.findIndex((step) => {
    if (typeof place === 'string') {
      return step.event.type === place;
    }
    return 'insideBlock' in place
      ? step.block === place.insideBlock && step.delta === true
      : step.block === place.afterBlock && step.event.type === 'content_block_stop';
  });
  if (position === -1) {
    throw new Error(`The answer has no place ${JSON.stringify(place)}: name an event or a block that it sends.`);
  }
  return typeof place === 'string' ? position : position + 1;
}

function decorated(event: WireBlock, number: number, shape: WireShape): string {
  const before = shape.comments ? `: comment ${number}${shape.crlf ? '\r\n\r\n' : '\n\n'}` : '';
  const ping = shape.pingEvery && (number + 1) % shape.pingEvery === 0;
  const unknown = { type: 'weather_report', forecast: { sky: 'clear' } };
  return [
    before,
    encodeEvent(event, shape),
    ping ? encodeEvent({ type: 'ping' }, shape) : '',
    shape.unknownEvents ? encodeEvent(unknown, shape) : '',
  ].join('');
}

function encodeEvent(event: WireBlock, shape: WireShape): string {
  const end = shape.crlf ? '\r\n' : '\n';
  const json = JSON.stringify(event, null, shape.multilineData ? 1 : undefined);
  const data = json.split('\n').map((line) => `data: ${line}${end}`);
  return `event: ${event.type}${end}${data.join('')}${end}`;
}

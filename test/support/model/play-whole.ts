/** Sends a composed answer in one piece, for requests without `stream`, and does to it what its fault says. */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './answer.ts';
import type { ComposedAnswer } from './compose-answer.ts';
import type { StreamContext } from './play-stream.ts';

export async function playWhole(answer: Answer, composed: ComposedAnswer, context: StreamContext): Promise<boolean> {
  const { response, gates, signal, requestId } = context;
  for (const step of composed.steps) {
    if (step.kind === 'gate') {
      await gates.pass(step.name, signal);
    } else if (step.kind === 'wait') {
      await sleep(step.ms, undefined, { signal });
    }
  }
  const { fault } = answer;
  if (fault?.kind === 'error-event') {
    const { type, message } = fault;
    sendJson(response, 500, { type: 'error', error: { type, message }, request_id: requestId });
    return true;
  }
  if (!fault || !['drop', 'stall', 'truncate', 'malformed-data'].includes(fault.kind)) {
    sendJson(response, 200, composed.message);
    return true;
  }
  const json = JSON.stringify(composed.message);
  response.writeHead(200, { 'content-type': 'application/json' });
  await new Promise((resolve) => {
    response.write(json.slice(0, json.length / 2), resolve);
  });
  if (fault.kind === 'stall') {
    await sleep(2 ** 30, undefined, { signal });
  } else if (fault.kind === 'drop') {
    response.destroy();
  } else {
    response.end();
  }
  return false;
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** What the scripted server keeps of each request, without its secrets. */
import type { IncomingHttpHeaders } from 'node:http';

/**
 * `complete`: the whole answer was sent. `cut`: the script ended it early. `client_closed`: the client hung up first, or the
 * server was closed.
 */
export type Outcome = 'complete' | 'cut' | 'client_closed';

export interface RecordedRequest {
  /** Counts all requests to the server, from 0. */
  index: number;
  method: string;
  path: string;
  /** Keys are replaced by `[redacted]`. */
  headers: Record<string, string>;
  auth: { kind: 'bearer' | 'x-api-key' | 'none'; accepted: boolean };
  /** The parsed body; undefined when there is none or it is not JSON. */
  body: unknown;
  /** Milliseconds of `performance.now()` at arrival. */
  at: number;
  /** Side requests (titles and the like) are not main. */
  isMain: boolean;
  /** The HTTP status answered, once headers went out. */
  status: number | undefined;
  settled: Promise<Outcome>;
}

const secretHeaders = ['authorization', 'x-api-key', 'proxy-authorization', 'cookie'];

export function redactHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, secretHeaders.includes(name) ? '[redacted]' : String(value)]),
  );
}

/** The key of a request and how it came; a bearer token wins over a key, as at the API. */
export function readAuth(headers: IncomingHttpHeaders): { kind: 'bearer' | 'x-api-key' | 'none'; key: string } {
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) {
    return { kind: 'bearer', key: bearer };
  }
  const key = headers['x-api-key'];
  return typeof key === 'string' && key !== '' ? { kind: 'x-api-key', key } : { kind: 'none', key: '' };
}

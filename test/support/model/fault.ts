/** Everything that can go wrong between a model and its client, as data a script can name. */

/**
 * Where in the stream a fault strikes: the number of answer events sent before it (`message_start` is the first; pings and
 * other decoration do not count), or a place by name. `insideBlock` is after the block's first delta.
 */
export type EventPlace = number | 'message_delta' | 'message_stop' | { insideBlock: number } | { afterBlock: number };

export type Fault =
  /** An HTTP error answer. `body` replaces the error object, sent as it stands. */
  | { kind: 'http'; status: number; type: string; message: string; headers: Record<string, string>; body?: string }
  /** An `error` event inside a 200 stream, which then ends. */
  | { kind: 'error-event'; at: EventPlace; type: string; message: string }
  /** The connection is cut, at an event or after exactly so many bytes of the body. */
  | { kind: 'drop'; at: EventPlace }
  | { kind: 'drop'; atByte: number }
  /** Nothing more is sent and the connection stays open; with `pingEveryMs` only pings come. */
  | { kind: 'stall'; at: EventPlace; pingEveryMs?: number }
  /** The body ends in good order without the rest. Default place: before `message_delta`. */
  | { kind: 'truncate'; at?: EventPlace }
  /** One event whose data is not JSON, before the event at that place. */
  | { kind: 'malformed-data'; at: EventPlace }
  | { kind: 'empty-body' }
  /** A 200 that is no event stream, as a captive portal or a wrong gateway address answers. */
  | { kind: 'wrong-content-type'; contentType?: string; body?: string }
  | { kind: 'slow-headers'; delayMs: number };

const statusErrors: Record<number, [type: string, message: string]> = {
  400: ['invalid_request_error', 'Invalid request'],
  401: ['authentication_error', 'invalid x-api-key'],
  402: ['billing_error', 'Your credit balance is too low to access the API'],
  403: ['permission_error', 'Your API key does not have permission to use the specified resource'],
  404: ['not_found_error', 'Not found'],
  413: ['request_too_large', 'Request exceeds the maximum size'],
  429: ['rate_limit_error', 'This request would exceed your rate limit'],
  500: ['api_error', 'Internal server error'],
  504: ['timeout_error', 'The request timed out'],
  529: ['overloaded_error', 'Overloaded'],
};

interface HttpErrorOptions {
  type?: string;
  message?: string;
  /** For instance `retry-after` or `anthropic-ratelimit-requests-remaining`. */
  headers?: Record<string, string>;
  body?: string;
}

/** An HTTP error with the type and message the API uses for that status. */
export function httpError(status: number, options: HttpErrorOptions = {}): Fault {
  const [type, message] = statusErrors[status] ?? ['api_error', `Error ${status}`];
  return { kind: 'http', status, type, message, headers: {}, ...options };
}

/** A 429 with `retry-after` and the headers the API sends with it. */
export function rateLimited(retryAfterSeconds: number): Fault {
  return httpError(429, {
    headers: {
      'retry-after': String(retryAfterSeconds),
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': '2030-01-01T00:00:00Z',
    },
  });
}

export function errorEvent(at: EventPlace, type = 'overloaded_error', message = 'Overloaded'): Fault {
  return { kind: 'error-event', at, type, message };
}

// Sorts what a request for an answer may throw into the failure classes, without letting a secret into the words.
import type { Failure, FailureClass } from '../core/events.ts';

/** The parts of the SDK's errors that are read here; its classes are not imported, so that this file stays light. */
interface SdkError {
  status?: number;
  headers?: { get(name: string): string | null };
  requestID?: string | null;
  type?: string | null;
  apiMessage?: string | null;
  message?: string;
  cause?: unknown;
}

interface Kind {
  readonly class: FailureClass;
  readonly transient: boolean;
}

const BY_TYPE: Record<string, Kind> = {
  overloaded_error: { class: 'overloaded', transient: true },
  rate_limit_error: { class: 'rate_limit', transient: true },
  api_error: { class: 'api_error', transient: true },
  timeout_error: { class: 'api_error', transient: true },
  invalid_request_error: { class: 'invalid_request', transient: false },
  not_found_error: { class: 'invalid_request', transient: false },
  request_too_large: { class: 'request_too_large', transient: false },
  authentication_error: { class: 'authentication', transient: false },
  permission_error: { class: 'permission', transient: false },
  billing_error: { class: 'permission', transient: false },
};

const BY_STATUS: Record<number, Kind> = {
  400: { class: 'invalid_request', transient: false },
  401: { class: 'authentication', transient: false },
  402: { class: 'permission', transient: false },
  403: { class: 'permission', transient: false },
  404: { class: 'invalid_request', transient: false },
  408: { class: 'api_error', transient: true },
  409: { class: 'api_error', transient: true },
  413: { class: 'request_too_large', transient: false },
  429: { class: 'rate_limit', transient: true },
  529: { class: 'overloaded', transient: true },
};

const OVERFLOW = /prompt is too long|context (window|length)|exceeds? .*context/i;
const SPEND_LIMIT = /spend|billing|credit|usage limit/i;

/** Codes of the system for a socket that could not be made or broke. */
const SOCKET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** `streaming`: an answer had begun to arrive. `secrets`: never appear in the words. */
export function modelFailure(error: unknown, streaming: boolean, secrets: readonly string[]): Failure {
  const sdk = (typeof error === 'object' && error !== null ? error : {}) as SdkError;
  const kind = kindOf(sdk, error, streaming);
  const retryAfterMs = retryAfter(sdk.headers);
  return {
    ...kind,
    message: mask(wordsOf(sdk, kind, error), secrets),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(sdk.status === undefined ? {} : { status: sdk.status }),
    ...(sdk.requestID ? { requestId: sdk.requestID } : {}),
  };
}

function kindOf(sdk: SdkError, error: unknown, streaming: boolean): Kind {
  const words = sdk.apiMessage ?? sdk.message ?? '';
  const kind = (sdk.type ? BY_TYPE[sdk.type] : undefined) ?? (sdk.status ? BY_STATUS[sdk.status] : undefined);
  if (kind?.class === 'invalid_request' && OVERFLOW.test(words)) return { class: 'context_overflow', transient: false };
  // A limit on spending does not pass by waiting.
  if (kind?.class === 'rate_limit' && SPEND_LIMIT.test(words) && !sdk.headers?.get('retry-after'))
    return { ...kind, transient: false };
  if (kind) return kind;
  if (sdk.status !== undefined && sdk.status >= 500) return { class: 'api_error', transient: true };
  if (sdk.status !== undefined) return { class: 'unknown', transient: false };
  if (error instanceof SyntaxError) return { class: 'protocol', transient: true };
  if (socketCode(error)) return { class: streaming ? 'stream_truncated' : 'connection', transient: true };
  return { class: streaming ? 'stream_truncated' : 'connection', transient: true };
}

function wordsOf(sdk: SdkError, kind: Kind, error: unknown): string {
  if (kind.class === 'protocol') return 'A line of the answer is not valid JSON.';
  if (kind.class === 'stream_truncated') return 'The connection broke while the answer was arriving.';
  if (kind.class === 'connection') {
    const code = socketCode(error);
    return code ? `The connection failed (${code}).` : 'The connection failed.';
  }
  const status = sdk.status === undefined ? '' : ` (HTTP ${sdk.status})`;
  return `${sentence(sdk.apiMessage ?? 'The API gave no reason')}${status}.`
    .replace(/\.\.$/, '.')
    .replace(/\.( \(HTTP)/, '$1');
}

function sentence(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

function socketCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const { code } = at as NodeJS.ErrnoException;
    if (code && SOCKET.has(code)) return code;
  }
  return undefined;
}

/** Seconds, or a date; milliseconds where the server gives them. */
function retryAfter(headers: SdkError['headers']): number | undefined {
  const ms = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (ms >= 0) return ms;
  const value = headers?.get('retry-after');
  if (!value) return undefined;
  const seconds = Number(value);
  if (seconds >= 0) return seconds * 1000;
  const until = Date.parse(value);
  return Number.isNaN(until) ? undefined : Math.max(0, until - Date.now());
}

function mask(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) if (secret.length >= 4) masked = masked.replaceAll(secret, '[key]');
  return masked.replaceAll(/sk-[A-Za-z0-9_-]{8,}/g, '[key]');
}

// One small request to the model, as the conversation would make it, and the name of the hop at which it failed.

/** In the order of the way: whoever names a later one has passed the earlier ones. */
export type Hop =
  | 'name'
  | 'refused'
  | 'unreachable'
  | 'tls'
  | 'not_tls'
  | 'proxy'
  | 'silent'
  | 'broken'
  | 'not_api'
  | 'key'
  | 'forbidden'
  | 'billing'
  | 'model'
  | 'request'
  | 'busy'
  | 'server';

export type ProbeReport =
  | { readonly reached: true; readonly milliseconds: number; readonly model: string }
  | {
      readonly reached: false;
      readonly hop: Hop;
      /** What the other side or the system said: a code, a status, the API's own words. One line without the key. */
      readonly said: string;
    };

export interface ProbeOptions {
  /** An http or https address, without a slash at its end. */
  readonly baseUrl: string;
  readonly credential: { readonly kind: 'apiKey' | 'authToken'; readonly value: string };
  readonly model: string;
  /** Milliseconds until the other side counts as silent. */
  readonly patienceMs: number;
  /** Where a proxy is said to be; undefined: none. Tells a refusal by it from one by the model's address. */
  readonly proxy?: string;
  /** Default: the global one, which in the editor's host knows its proxy and certificates. */
  readonly fetch?: typeof fetch;
  readonly now: () => number;
}

const MAX_SAID = 200;
/** Longest part of an answer that is read, in characters. */
const MAX_ANSWER = 64 * 1024;

const BY_CODE: Readonly<Record<string, Hop>> = {
  ENOTFOUND: 'name',
  EAI_AGAIN: 'name',
  EAI_NODATA: 'name',
  ERR_NAME_NOT_RESOLVED: 'name',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ETIMEDOUT: 'silent',
  UND_ERR_CONNECT_TIMEOUT: 'silent',
  UND_ERR_HEADERS_TIMEOUT: 'silent',
  UND_ERR_BODY_TIMEOUT: 'silent',
  ERR_SSL_WRONG_VERSION_NUMBER: 'not_tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'not_tls',
  HPE_INVALID_CONSTANT: 'not_api',
  UND_ERR_HTTP_PARSER: 'not_api',
};

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|^EPROTO$|HOSTNAME_MISMATCH|CRL_|ISSUER/;

/** Ends with an answer, a failure, after `patienceMs`, or rejects with the signal's reason when that aborts. */
export async function probeConnection(options: ProbeOptions, signal: AbortSignal): Promise<ProbeReport> {
  const { now, patienceMs } = options;
  const began = now();
  const late = AbortSignal.timeout(patienceMs);
  try {
    const { status, type, text } = await ask(options, AbortSignal.any([signal, late]));
    const report = judgeAnswer(status, type, text, options);
    return 'model' in report ? { ...report, milliseconds: now() - began } : report;
  } catch (error) {
    signal.throwIfAborted();
    if (late.aborted) return { reached: false, hop: 'silent', said: `${Math.round(patienceMs / 1000)} s` };
    return failed(error, options);
  }
}

async function ask({ baseUrl, credential, model, fetch = globalThis.fetch }: ProbeOptions, signal: AbortSignal) {
  const { kind, value } = credential;
  const response = await fetch(`${baseUrl}/v1/messages`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
      ...(kind === 'apiKey' ? { 'x-api-key': value } : { authorization: `Bearer ${value}` }),
    },
    body: JSON.stringify({ model, max_tokens: 1, messages: [{ role: 'user', content: 'Hi' }] }),
    // A redirect would be followed with the key.
    redirect: 'manual',
    signal,
  });
  const text = (await response.text()).slice(0, MAX_ANSWER);
  return { status: response.status, type: response.headers.get('content-type') ?? '', text };
}

function judgeAnswer(
  status: number,
  type: string,
  text: string,
  { credential }: ProbeOptions,
): Exclude<ProbeReport, { reached: true }> | { reached: true; model: string } {
  const answer = parsed(text);
  const error = answer?.['error'] as { type?: unknown; message?: unknown } | undefined;
  const words = typeof error?.message === 'string' ? error.message : '';
  const fail = (hop: Hop, said = words): Exclude<ProbeReport, { reached: true }> => {
    return { reached: false, hop, said: oneLine(`HTTP ${status}${said ? `, ${said}` : ''}`, credential.value) };
  };
  if (status === 407) return fail('proxy');
  if (status >= 200 && status < 300) {
    if (answer?.['type'] !== 'message') return fail('not_api', type.split(';')[0]);
    return { reached: true, model: typeof answer['model'] === 'string' ? answer['model'] : '' };
  }
  if (status === 401) return fail('key');
  if (status === 402 || error?.type === 'billing_error' || /credit balance|billing/i.test(words))
    return fail('billing');
  if (status === 429 || status === 529 || error?.type === 'overloaded_error') return fail('busy');
  // Only an API says in its own form what it misses: a bare 404 comes from whatever stands at that address.
  if (words !== '' && (error?.type === 'not_found_error' || /\bmodel\b/i.test(words)) && status < 500)
    return fail('model');
  if (status === 403) return fail('forbidden');
  if (status >= 500)
    return fail(status === 502 || status === 503 || status === 504 || words !== '' ? 'server' : 'not_api');
  return words === '' ? fail('not_api', type.split(';')[0]) : fail('request');
}

function failed(error: unknown, { proxy, credential }: ProbeOptions): ProbeReport {
  const causes = causesOf(error);
  const coded = causes.find(({ code }) => typeof code === 'string');
  const code = coded?.code ?? '';
  const words = causes.map(({ message }) => message).join(' ');
  const said = oneLine(code || (causes.at(-1)?.message ?? ''), credential.value);
  const hop = BY_CODE[code] ?? (CERTIFICATE.test(code) ? tlsHop(words) : hopInWords(words));
  const byProxy = hop !== 'tls' && hop !== 'not_tls' && proxy !== undefined && isAt(coded, proxy);
  return { reached: false, hop: byProxy ? 'proxy' : hop, said };
}

/** Where there is no code. */
function hopInWords(words: string): Hop {
  if (/proxy/i.test(words)) return 'proxy';
  return /HTTP\/1|HPE_|Parse Error/.test(words) ? 'not_api' : 'broken';
}

interface Cause extends Error {
  readonly code?: string;
  readonly hostname?: string;
  readonly address?: string;
  readonly port?: number;
}

/** From the outside in; of several tries (a name with several addresses) the first. */
function causesOf(error: unknown): readonly Cause[] {
  const found: Cause[] = [];
  for (let at = error, depth = 0; at instanceof Error && depth < 6; depth += 1) {
    found.push(at);
    at = at instanceof AggregateError && at.errors.length > 0 ? at.errors[0] : at.cause;
  }
  return found;
}

function tlsHop(words: string): Hop {
  return /wrong version number|packet length too long|http request/i.test(words) ? 'not_tls' : 'tls';
}

function isAt(cause: Cause | undefined, proxy: string): boolean {
  if (!cause || !URL.canParse(proxy)) return false;
  const { hostname, port, protocol } = new URL(proxy);
  const place = Number(port || (protocol === 'https:' ? 443 : 80));
  const isNumber = /^[\d.]+$|^\[/.test(hostname);
  return (
    cause.hostname === hostname || (cause.port === place && (!isNumber || hostname.includes(cause.address ?? '-')))
  );
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function oneLine(text: string, secret: string): string {
  const masked = secret.length >= 4 ? text.replaceAll(secret, '[key]') : text;
  const line = masked.replaceAll(/\s+/g, ' ').trim();
  return line.length > MAX_SAID ? `${line.slice(0, MAX_SAID)}…` : line;
}

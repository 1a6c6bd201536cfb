// Reads pages of the public internet over Node's http client: every address is checked after resolution, and that very one is connected to.
import type { LookupAddress } from 'node:dns';
import type { WebAccess, WebAnswer, WebPage } from '../core/tools/web/web-access.ts';
import { webAddress } from '../core/tools/web/web-address.ts';
import { mediaType, pageText } from './page-text.ts';
import { readBody } from './web-access-body.ts';
import { PageCache } from './web-access-cache.ts';
import { requestPage, WebFailure, type Resolver } from './web-access-request.ts';

export interface WebAccessOptions {
  /** Capstan's version, for the `User-Agent`. */
  readonly version: string;
  /** Addresses of a host. Default: the system's. */
  readonly resolve?: Resolver;
  /** For tests: a private address that may be connected to after all. Default: none. */
  readonly allowPrivate?: (address: LookupAddress) => boolean;
  /** Epoch milliseconds. Default: the system's clock. */
  readonly now?: () => number;
  /** For all of a call, redirects included. Default 30 seconds. */
  readonly timeoutMs?: number;
  /** Of a page, after decompression; what comes behind is not read. Default 10 MB. */
  readonly maxBytes?: number;
}

const MAX_REDIRECTS = 5;
const TIMEOUT_MS = 30_000;
const MAX_BYTES = 10 * 1024 * 1024;

/**
 * Pages are kept for 15 minutes. Proxies that the environment names are not used: a name that only a proxy can resolve fails, and where
 * the editor puts its proxy in between, the answer is refused, as nobody could say which address it came from.
 */
export function createWebAccess(options: WebAccessOptions): WebAccess {
  const { now = Date.now, timeoutMs = TIMEOUT_MS } = options;
  const cache = new PageCache(now);
  return {
    async fetch(text, { signal }) {
      const address = webAddress(text);
      if ('problem' in address) return { type: 'failed', message: address.problem };
      const cached = cache.get(address.url.href);
      if (cached) return { type: 'page', page: cached };
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        const answer = await follow(address.url, options, AbortSignal.any([signal, timeout]), now);
        if (answer.type === 'page' && answer.page.status === 200) cache.set(address.url.href, answer.page);
        return answer;
      } catch (error) {
        return { type: 'failed', message: words(error, address.url, signal, timeout, timeoutMs) };
      }
    },
  };
}

async function follow(
  asked: URL,
  options: WebAccessOptions,
  signal: AbortSignal,
  now: () => number,
): Promise<WebAnswer> {
  let url = asked;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const response = await requestPage(url, options, signal);
    const { statusCode: status = 0, headers } = response;
    if (status < 300 || status > 399 || status === 304 || headers.location === undefined) {
      return { type: 'page', page: await readPage(url, response, options, signal, now) };
    }
    response.destroy();
    const next = webAddress(
      URL.canParse(headers.location, url.href) ? new URL(headers.location, url).href : headers.location,
    );
    if ('problem' in next) {
      throw new WebFailure(`${url.href} redirects to an address that cannot be used. ${next.problem}`);
    }
    const stays = next.url.hostname === url.hostname && !(url.protocol === 'https:' && next.url.protocol === 'http:');
    if (!stays) return { type: 'redirect', from: url.href, to: next.url.href };
    url = next.url;
  }
  throw new WebFailure(`${asked.href} redirects more than ${MAX_REDIRECTS} times. Give the address it should end at.`);
}

async function readPage(
  url: URL,
  response: Awaited<ReturnType<typeof requestPage>>,
  { maxBytes = MAX_BYTES }: WebAccessOptions,
  signal: AbortSignal,
  now: () => number,
): Promise<WebPage> {
  const status = response.statusCode ?? 0;
  const header = response.headers['content-type'] ?? '';
  const contentType = mediaType(header);
  const body = await readBody(response, maxBytes, signal);
  const page = await pageText(body.bytes, header, url.href);
  // What a refusal looks like does not matter.
  if (!page && status < 400) throw new WebFailure(notText(url, contentType));
  const { text = '', title, truncated = false } = page ?? {};
  return {
    url: url.href,
    status,
    contentType,
    ...(title === undefined ? {} : { title }),
    text,
    bytes: body.bytes.length,
    truncated: truncated || body.truncated,
    readAt: now(),
  };
}

function notText(url: URL, contentType: string): string {
  const kind =
    contentType === 'application/pdf' ? 'a PDF file' : contentType === '' ? 'binary' : `of the type ${contentType}`;
  return `${url.href} is ${kind}, not a text page. Download it with Bash (curl) and open the file with Read, or look for a text version.`;
}

function words(error: unknown, url: URL, signal: AbortSignal, timeout: AbortSignal, timeoutMs: number): string {
  if (signal.aborted) return 'The request was stopped.';
  if (timeout.aborted) {
    return `${url.href} did not answer in full within ${Math.ceil(timeoutMs / 1_000)} seconds. Try again later, or another page.`;
  }
  if (error instanceof WebFailure) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  return `${url.href} could not be read (${code ?? message}). Check the address, or try again later.`;
}

// One request to a web server whose address was checked.
import type { LookupAddress } from 'node:dns';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { isIP, type LookupFunction } from 'node:net';
import { isPrivateAddress } from './private-address.ts';

/** May reject as the system's does. */
export type Resolver = (host: string) => Promise<readonly LookupAddress[]>;

/** A failure in words for the model. */
export class WebFailure extends Error {
  override readonly name = 'WebFailure';
}

export interface RequestPageOptions {
  readonly version: string;
  readonly resolve?: Resolver;
  readonly allowPrivate?: (address: LookupAddress) => boolean;
}

/** Resolves with the head of the answer, its body unread. Rejects with `WebFailure` or what the connection throws. */
export async function requestPage(
  url: URL,
  options: RequestPageOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const addresses = await checkedAddresses(url, options, signal);
  const { request, Agent } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const sent: RequestOptions = {
    method: 'GET',
    headers: {
      'user-agent': `Capstan/${options.version} (+web fetch)`,
      accept: 'text/markdown, text/html;q=0.9, text/plain;q=0.8, */*;q=0.5',
      'accept-encoding': 'gzip, br',
    },
    // An agent of its own: no connection that was made for another address is used again, and no proxy of the environment.
    agent: new Agent({ keepAlive: false }),
    lookup: lookupFrom(addresses),
    signal,
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request(url, sent, resolve);
    asked.once('error', reject);
    asked.end();
  });
  const from = plainAddress(response.socket.remoteAddress ?? '');
  if (!addresses.some(({ address }) => plainAddress(address) === from)) {
    response.destroy();
    throw new WebFailure(
      `${url.hostname} was answered by another address than the one that was checked: a proxy stands in between, which WebFetch cannot use. Use Bash (curl) instead.`,
    );
  }
  return response;
}

/** All of them are checked: a name that leads to the inside by one of its addresses is refused. */
async function checkedAddresses(
  url: URL,
  { resolve = systemResolve, allowPrivate = () => false }: RequestPageOptions,
  signal: AbortSignal,
): Promise<readonly LookupAddress[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  const addresses = family === 0 ? await untilAborted(resolve(host), signal) : [{ address: host, family }];
  if (addresses.length === 0) throw new WebFailure(`${host} has no address. Check the name.`);
  const refused = addresses.find((found) => isPrivateAddress(found.address) && !allowPrivate(found));
  if (refused) {
    const shown = refused.address === host ? host : `${host} leads to ${refused.address}, which`;
    throw new WebFailure(
      `${shown} is not an address of the public internet, and WebFetch reads only those. For a local server use Bash (curl).`,
    );
  }
  return addresses;
}

async function systemResolve(host: string): Promise<readonly LookupAddress[]> {
  const { lookup } = await import('node:dns/promises');
  return lookup(host, { all: true });
}

function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('Stopped'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** Answers with what was checked, whatever a second resolution would say. */
function lookupFrom(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, { all }, callback) => {
    const [first] = addresses;
    if (all) callback(null, [...addresses]);
    else callback(null, first!.address, first!.family);
  };
}

function plainAddress(address: string): string {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  // The URL parser's spelling is one for all.
  return isIP(bare) === 6 ? new URL(`http://[${bare}]`).hostname : bare;
}

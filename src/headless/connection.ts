// Where requests go and with which key, from the environment alone: a folder's own files have no say in it.
import type { Connection } from '../adapters/anthropic-client.ts';
import { settings } from '../shared/contributions.ts';
import { ArgumentsError } from './arguments-error.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

export interface HeadlessConnection extends Connection {
  /** Which variable held the key, or "none" for a local endpoint that needs none. */
  readonly keySource: 'ANTHROPIC_API_KEY' | 'ANTHROPIC_AUTH_TOKEN' | 'none';
}

/** Undefined: there is no key, and the endpoint is not a local one. Throws `ArgumentsError` for a variable that makes no sense. */
export function readConnection(env: Variables): HeadlessConnection | undefined {
  const baseUrl = readAddress(env);
  const base = { idleMs: readIdleMs(env), ...(baseUrl === undefined ? {} : { baseUrl }) };
  const apiKey = env['ANTHROPIC_API_KEY']?.trim();
  if (apiKey) return { ...base, apiKey, keySource: 'ANTHROPIC_API_KEY' };
  const authToken = env['ANTHROPIC_AUTH_TOKEN']?.trim();
  if (authToken) return { ...base, authToken, keySource: 'ANTHROPIC_AUTH_TOKEN' };
  // The client insists on a key; a local server does not look at it.
  if (baseUrl !== undefined && isLoopback(baseUrl)) return { ...base, apiKey: 'unneeded', keySource: 'none' };
  return undefined;
}

export const NO_KEY =
  'No API key is set. Set ANTHROPIC_API_KEY (or ANTHROPIC_AUTH_TOKEN), or point ANTHROPIC_BASE_URL to a server on this machine.';

function readAddress(env: Variables): string | undefined {
  const address = env['ANTHROPIC_BASE_URL']?.trim();
  if (!address) return undefined;
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    throw new ArgumentsError(
      'The environment variable ANTHROPIC_BASE_URL is not an http or https address. Correct it or unset it.',
    );
  }
  return address.replace(/\/+$/, '');
}

/** Judged on the parsed host: `127.0.0.1.example.com` is not local. */
function isLoopback(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function readIdleMs(env: Variables): number {
  const value = env['CAPSTAN_STREAM_IDLE_MS']?.trim();
  if (!value) return settings.idleSeconds.default * 1000;
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw new ArgumentsError(
    `The environment variable CAPSTAN_STREAM_IDLE_MS takes milliseconds, for instance 90000, not "${value}".`,
  );
}

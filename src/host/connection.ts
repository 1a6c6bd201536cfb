// Decides where requests go and with which credential, from what is stored, the environment and the address.
import type { Environment } from '../shared/view-model.ts';
import { t } from '../shared/l10n.ts';

export const DEFAULT_BASE_URL = 'https://api.anthropic.com';

export interface Credential {
  readonly kind: 'apiKey' | 'authToken';
  readonly value: string;
  readonly from: 'secret storage' | 'environment' | 'nothing';
}

export interface ConnectionSources {
  /** The key in secret storage. */
  readonly stored: string | undefined;
  /** The address in the person's settings; empty when not set. */
  readonly baseUrlSetting: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type Connection =
  | {
      readonly usable: true;
      readonly baseUrl: string;
      readonly credential: Credential;
      readonly key: Extract<Environment['key'], 'present' | 'unneeded'>;
    }
  /** `reason` says what is wrong and what to do. */
  | { readonly usable: false; readonly problem: 'key' | 'address'; readonly reason: string };

/** Secret storage wins over the environment, the person's setting over the environment's address. */
export function chooseConnection({ stored, baseUrlSetting, env }: ConnectionSources): Connection {
  const address = baseUrlSetting.trim() || env['ANTHROPIC_BASE_URL']?.trim() || DEFAULT_BASE_URL;
  const url = parseAddress(address);
  if (!url) {
    const where = baseUrlSetting.trim()
      ? t('The setting capstan.api.baseUrl')
      : t('The environment variable ANTHROPIC_BASE_URL');
    const reason = t(
      '{0} is not an http or https address. Correct it, for example to {1}, or empty it.',
      where,
      DEFAULT_BASE_URL,
    );
    return { usable: false, problem: 'address', reason };
  }
  const baseUrl = address.replace(/\/+$/, '');
  const credential = findCredential(stored, env);
  if (credential) return { usable: true, baseUrl, credential, key: 'present' };
  if (isLoopback(url)) {
    // Clients insist on a credential; a local server does not look at it.
    return {
      usable: true,
      baseUrl,
      credential: { kind: 'apiKey', value: 'unneeded', from: 'nothing' },
      key: 'unneeded',
    };
  }
  const reason = t(
    'No API key is set. Run "Capstan: Set API Key…", or set ANTHROPIC_API_KEY before starting the editor.',
  );
  return { usable: false, problem: 'key', reason };
}

/** Why a text cannot be a key, in words for the input box; undefined when it can. */
export function keyProblem(text: string): string | undefined {
  const key = text.trim();
  if (key === '') return t('Paste the key, or press Escape to leave things as they are.');
  if (/[^\x21-\x7e]/.test(key)) return t('A key has no spaces, line breaks or special characters. Copy it again.');
  return undefined;
}

function findCredential(stored: string | undefined, env: ConnectionSources['env']): Credential | undefined {
  const key = stored?.trim();
  if (key) return { kind: isBearer(key) ? 'authToken' : 'apiKey', value: key, from: 'secret storage' };
  const apiKey = env['ANTHROPIC_API_KEY']?.trim();
  if (apiKey) return { kind: 'apiKey', value: apiKey, from: 'environment' };
  const authToken = env['ANTHROPIC_AUTH_TOKEN']?.trim();
  if (authToken) return { kind: 'authToken', value: authToken, from: 'environment' };
  return undefined;
}

/** Tokens from a sign-in travel as bearer tokens, keys in a header of their own. */
function isBearer(key: string): boolean {
  return key.startsWith('sk-ant-oat');
}

function parseAddress(address: string): URL | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined;
}

/** Judged on the parsed host: `localhost.example.com` and `127.0.0.1.example.com` are not local. */
function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

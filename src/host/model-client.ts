// The client that the host's requests go through: a new key, address or time limit counts from the next request on.
import { createAnthropicClient, type Connection } from '../adapters/anthropic-client.ts';
import type { ModelClient } from '../core/ports.ts';
import { withTour } from './first-run/with-tour.ts';
import type { Keys } from './keys.ts';
import { readSettings } from './settings.ts';

/** `version` is the product's. A request without a usable key or address fails with the reason. */
export function createModelClient(keys: Keys, version: string): ModelClient {
  return withTour(
    createAnthropicClient({ connection: () => currentConnection(keys), userAgent: `capstan/${version}` }),
  );
}

async function currentConnection(keys: Keys): Promise<Connection> {
  const connection = await keys.connection();
  if (!connection.usable) throw new Error(connection.reason);
  const { baseUrl, credential } = connection;
  return { baseUrl, idleMs: readSettings().idleSeconds * 1000, [credential.kind]: credential.value };
}

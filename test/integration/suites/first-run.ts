// The way in: the connection test by the window's own notifications and settings, and a local model from its pick.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { Hop } from '../../../src/adapters/connection-probe.ts';
import { failedWords, reachedWords, remedyFor } from '../../../src/host/first-run/connection-words.ts';
import { testConnection } from '../../../src/host/first-run/test-connection.ts';
import { useLocalModel } from '../../../src/host/first-run/use-local-model.ts';
import { Keys } from '../../../src/host/keys.ts';
import { Log } from '../../../src/host/log.ts';
import { commands, settings } from '../../../src/shared/contributions.ts';
import { deadUrl } from '../../support/model/dead-url.ts';
import { activated, until } from '../editor.ts';
import { ACCEPT, answerInput, CLOSE, NEXT } from '../quick-inputs.ts';

const run = (command: string) => vscode.commands.executeCommand(command);
const running: Server[] = [];

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  running.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the connection test of the editor', () => {
  let baseUrl = '';
  let stored: string | undefined = 'key';
  let keys: Keys;

  before(async () => {
    await activated();
    const secrets = { get: async () => stored, set: async () => {}, delete: async () => {} };
    keys = new Keys({ secrets, baseUrlSetting: () => baseUrl, env: {}, log: new Log() });
  });
  afterEach(async () => {
    for (const server of running.splice(0)) server.close().closeAllConnections();
    stored = 'key';
    await run('notifications.clearAll');
  });
  after(() => keys.dispose());

  it('reaches a model by the editor’s own fetch, and marks a refused key until one is accepted', async () => {
    let status = 401;
    baseUrl = await serve((_, response) => {
      const error = { type: 'authentication_error', message: 'invalid x-api-key' };
      const body = status === 401 ? { type: 'error', error } : { type: 'message', model: 'm' };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    const refused = await testConnection({ keys });
    assert.ok(refused && !refused.reached);
    assert.deepEqual([refused.hop, await keys.status()], ['key', 'refused']);
    status = 200;
    assert.equal((await testConnection({ keys }))?.reached, true);
    assert.equal(await keys.status(), 'present');
  });

  it('names who does not answer, and sends nothing without a key or an address', async () => {
    baseUrl = await deadUrl();
    const dead = await testConnection({ keys });
    assert.ok(dead && !dead.reached && dead.hop === 'refused');
    let asked = 0;
    const counting = await serve(() => (asked += 1));
    baseUrl = counting.replace('127.0.0.1', 'model.invalid');
    stored = undefined;
    assert.equal(await testConnection({ keys }), undefined);
    baseUrl = 'not an address';
    assert.equal(await testConnection({ keys }), undefined);
    assert.equal(asked, 0);
  });

  it('runs once, however often it is wished for', async () => {
    let asked = 0;
    baseUrl = await serve((_, response) => {
      asked += 1;
      setTimeout(() => response.end(JSON.stringify({ type: 'message', model: 'm' })), 200);
    });
    await Promise.all([testConnection({ keys }), testConnection({ keys })]);
    assert.equal(asked, 1);
  });

  it('says for each hop what happened and what to do', () => {
    const hops: readonly Hop[] = [
      ...(['name', 'refused', 'unreachable', 'tls', 'not_tls', 'proxy', 'silent', 'broken'] as const),
      ...(['not_api', 'key', 'forbidden', 'billing', 'model', 'request', 'busy', 'server'] as const),
    ];
    const place = { host: 'api.example', model: 'm-1', local: false };
    const said = hops.map((hop) => failedWords({ reached: false, hop, said: 'CODE' }, place));
    assert.equal(new Set(said).size, hops.length);
    for (const words of said) assert.match(words, /^[^.]*(api\.example|proxy)[^(]*\(CODE\)\. [A-Z][^]*\.$/);
    assert.equal(remedyFor('key'), 'setKey');
    assert.match(
      failedWords({ reached: false, hop: 'refused', said: '' }, { ...place, local: true }),
      /Start the local/,
    );
    assert.match(reachedWords({ milliseconds: 1234 }, place), /m-1 at api\.example answered in 1\.2 s/);
  });
});

describe('a local model', () => {
  const configuration = () => vscode.workspace.getConfiguration();
  const kept = new Map<string, unknown>();
  const keysOf = [settings.baseUrl.key, settings.model.key];

  before(async () => {
    await activated();
    for (const key of keysOf) kept.set(key, configuration().inspect(key)?.globalValue);
  });
  afterEach(async () => {
    for (const key of keysOf) await configuration().update(key, kept.get(key), vscode.ConfigurationTarget.Global);
    for (const server of running.splice(0)) server.close().closeAllConnections();
    await run('notifications.clearAll');
  });

  it('is found on this machine, chosen, kept in the person’s settings and tested', async () => {
    const asked: string[] = [];
    const baseUrl = await serve((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const models = { data: [{ id: 'small-coder' }, { id: 'large-coder' }] };
      response.end(JSON.stringify(request.method === 'GET' ? models : { type: 'message', model: 'large-coder' }));
    });
    const known = [
      { name: 'Asleep', baseUrl: await deadUrl() },
      { name: 'Awake', baseUrl },
    ];
    const done = useLocalModel(known);
    // The one that runs comes first; then its models, of which the second is taken.
    await until('the look', () => asked.length === 1);
    await answerInput(ACCEPT);
    await answerInput(NEXT, ACCEPT);
    await done;
    assert.deepEqual(
      keysOf.map((key) => configuration().inspect(key)?.globalValue),
      [baseUrl, 'large-coder'],
    );
    await until('the test', () => asked.includes('POST /v1/messages'));
  });

  it('changes nothing when the person leaves the choice', async () => {
    const baseUrl = await serve((_, response) => response.end('{"data":[{"id":"m"}]}'));
    const done = useLocalModel([{ name: 'Awake', baseUrl }]);
    await answerInput(CLOSE);
    await done;
    assert.deepEqual(
      keysOf.map((key) => configuration().inspect(key)?.globalValue),
      [...kept.values()],
    );
  });
});

describe('the commands of the first run', () => {
  it('are there', async () => {
    const all = await vscode.commands.getCommands(true);
    for (const command of [commands.testConnection, commands.useLocalModel]) assert.ok(all.includes(command), command);
  });
});

// The connection test against real servers: each way in which a request can fail, told apart.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer as createHttp, type RequestListener, type Server as HttpServer } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp, type AddressInfo, type Server } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, before, describe, it } from 'mocha';
import { listModels } from '../../../src/adapters/local-models.ts';
import { probeConnection, type ProbeOptions } from '../../../src/adapters/connection-probe.ts';
import { deadUrl } from '../../support/model/dead-url.ts';
import { startModelServer } from '../../support/model/model-server.ts';
import { text } from '../../support/model/answer.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

const KEY = 'secret-key-of-the-test';
const running: Server[] = [];

async function listening(server: Server | HttpServer): Promise<number> {
  running.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const serve = async (listener: RequestListener) => `http://127.0.0.1:${await listening(createHttp(listener))}`;
const answering = (status: number, body: unknown, type = 'application/json') =>
  serve((_, response) => {
    response.writeHead(status, { 'content-type': type }).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
const refusing = (status: number, type: string, message: string) =>
  answering(status, { type: 'error', error: { type, message } });

function probe(baseUrl: string, options: Partial<ProbeOptions> = {}, signal = new AbortController().signal) {
  const credential = { kind: 'apiKey', value: KEY } as const;
  return probeConnection({ baseUrl, credential, model: 'm', patienceMs: 5000, now: Date.now, ...options }, signal);
}

async function hopOf(baseUrl: string, options: Partial<ProbeOptions> = {}): Promise<readonly [string, string]> {
  const report = await probe(baseUrl, options);
  if (report.reached) return ['reached', report.model];
  assert.ok(!report.said.includes(KEY), report.said);
  return [report.hop, report.said];
}

describe('the connection test', function () {
  this.timeout(20_000);
  const folderWith = temporaryFolders();

  afterEach(async () => {
    for (const server of running.splice(0)) {
      server.close();
      if ('closeAllConnections' in server) (server as HttpServer).closeAllConnections();
    }
  });

  it('is answered by a server of the Messages API, with the key where it belongs', async () => {
    await using model = await startModelServer([{ blocks: [text('Hi.')] }]);
    const [reached] = await hopOf(model.url);
    assert.equal(reached, 'reached');
    let headers: Record<string, unknown> = {};
    const url = await serve((request, response) => {
      headers = request.headers;
      response.end(JSON.stringify({ type: 'message', model: 'm-1' }));
    });
    assert.deepEqual(await hopOf(url), ['reached', 'm-1']);
    assert.deepEqual([headers['x-api-key'], headers['authorization']], [KEY, undefined]);
    await hopOf(url, { credential: { kind: 'authToken', value: KEY } });
    assert.deepEqual([headers['x-api-key'], headers['authorization']], [undefined, `Bearer ${KEY}`]);
  });

  it('names a host that is not found, a port where nobody listens, and one that hangs up', async () => {
    assert.deepEqual((await hopOf('http://nowhere.invalid'))[0], 'name');
    assert.deepEqual(await hopOf(await deadUrl()), ['refused', 'ECONNREFUSED']);
    const hangsUp = createTcp((socket) => socket.destroy());
    assert.equal((await hopOf(`http://127.0.0.1:${await listening(hangsUp)}`))[0], 'broken');
  });

  it('names one that says nothing, and stops when it is told to', async () => {
    const silent = await serve(() => {});
    assert.deepEqual(await hopOf(silent, { patienceMs: 100 }), ['silent', '0 s']);
    const stop = new AbortController();
    const asked = probe(silent, {}, stop.signal);
    stop.abort(new Error('stopped'));
    await assert.rejects(asked, /stopped/);
  });

  describe('over TLS', () => {
    let pem: { key: string; cert: string } | undefined;
    before(async () => {
      const folder = await folderWith();
      const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
      const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
      await promisify(execFile)('openssl', [...args, '-keyout', key, '-out', cert]).catch(() => undefined);
      pem = await Promise.all([readFile(key, 'utf8'), readFile(cert, 'utf8')]).then(
        ([key, cert]) => ({ key, cert }),
        () => undefined,
      );
    });

    it('names a certificate that nobody vouches for', async function () {
      // Without openssl there is no certificate to show.
      if (!pem) this.skip();
      const port = await listening(createHttps(pem, (_, response) => response.end('{}')));
      const [hop, said] = await hopOf(`https://127.0.0.1:${port}`);
      assert.equal(hop, 'tls');
      assert.match(said, /SELF_SIGNED|CERT|UNABLE/);
    });

    it('names https that is spoken to a server of http', async () => {
      const url = await answering(200, {});
      assert.equal((await hopOf(url.replace('http:', 'https:')))[0], 'not_tls');
    });
  });

  const answers: readonly [string, () => Promise<string>, string][] = [
    ['a refused key', () => refusing(401, 'authentication_error', `invalid x-api-key ${KEY}`), 'key'],
    ['a key that may not', () => refusing(403, 'permission_error', 'not for you'), 'forbidden'],
    ['a page that forbids', () => answering(403, '<html>', 'text/html'), 'forbidden'],
    [
      'an account without credit',
      () => refusing(400, 'invalid_request_error', 'Your credit balance is too low'),
      'billing',
    ],
    ['a model that is not there', () => refusing(404, 'not_found_error', 'model: m'), 'model'],
    [
      'a model that is not there, in other words',
      () => answering(404, { error: { message: "model 'm' not found" } }),
      'model',
    ],
    ['a limit', () => refusing(429, 'rate_limit_error', 'slow down'), 'busy'],
    ['an overload', () => refusing(529, 'overloaded_error', 'Overloaded'), 'busy'],
    ['a failing server', () => refusing(500, 'api_error', 'Internal'), 'server'],
    ['a gateway without a server', () => answering(502, 'Bad gateway', 'text/plain'), 'server'],
    ['a request that is refused', () => refusing(400, 'invalid_request_error', 'max_tokens: too small'), 'request'],
    ['a web page', () => answering(200, '<!doctype html><title>Sign in</title>', 'text/html'), 'not_api'],
    ['another API', () => answering(200, { object: 'chat.completion' }), 'not_api'],
    ['nothing at that path', () => answering(404, 'Not found', 'text/plain'), 'not_api'],
    ['a redirect, which is not followed with the key', () => answering(302, ''), 'not_api'],
    [
      'what is no HTTP',
      async () => {
        const server = createTcp((socket) => socket.on('error', () => {}).end('SSH-2.0-OpenSSH\r\n'));
        return `http://127.0.0.1:${await listening(server)}`;
      },
      'not_api',
    ],
  ];
  for (const [what, start, hop] of answers) {
    it(`names ${what}`, async () => {
      const [found, said] = await hopOf(await start());
      assert.deepEqual(found, hop, said);
    });
  }

  describe('through a proxy', () => {
    /** In a process of its own, whose fetch goes through the proxy. */
    async function hopThrough(proxy: string): Promise<string> {
      const module = path.join(import.meta.dirname, '../../../src/adapters/connection-probe.ts');
      const script = `
        const { probeConnection } = await import(process.argv[1]);
        const credential = { kind: 'apiKey', value: 'k' };
        const options = { baseUrl: 'https://api.example', credential, model: 'm', patienceMs: 9000, now: Date.now, proxy: process.argv[2] };
        console.log(JSON.stringify(await probeConnection(options, new AbortController().signal)));`;
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--input-type=module', '-e', script, module, proxy],
        { env: { PATH: process.env['PATH'], NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: proxy } },
      );
      const report = JSON.parse(stdout) as { hop?: string };
      return report.hop ?? 'reached';
    }

    it('names a proxy that does not answer, one that wants a password, and one that finds nobody', async () => {
      assert.equal(await hopThrough(await deadUrl()), 'proxy');
      for (const status of ['407 Proxy Authentication Required', '502 Bad Gateway']) {
        const proxy = createTcp((socket) => {
          socket.on('error', () => {});
          socket.once('data', () => socket.end(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`));
        });
        assert.equal(await hopThrough(`http://127.0.0.1:${await listening(proxy)}`), 'proxy', status);
      }
    });

    it('does not blame a proxy that was not on the way', async () => {
      const [hop] = await hopOf(await deadUrl(), { proxy: 'http://127.0.0.2:1' });
      assert.equal(hop, 'refused');
    });
  });
});

describe('the models of a local server', () => {
  it('are listed by their names, and are none where nobody listens or something else answers', async () => {
    const url = await answering(200, { data: [{ id: 'small' }, { id: 'large' }, { id: 7 }, null] });
    const signal = new AbortController().signal;
    assert.deepEqual(await listModels(url, signal), ['small', 'large']);
    assert.equal(await listModels(await deadUrl(), signal), undefined);
    assert.equal(await listModels(await answering(200, '<html>', 'text/html'), signal), undefined);
    assert.equal(await listModels(await answering(404, { data: [] }), signal), undefined);
    assert.equal(await listModels(await serve(() => {}), AbortSignal.timeout(100)), undefined);
    for (const server of running.splice(0)) server.close();
  });
});

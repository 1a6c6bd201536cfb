import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { httpFetch } from '../../../src/adapters/http-fetch.ts';

describe('fetch over Node’s http', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const post = (signal = new AbortController().signal): RequestInit => ({
    method: 'POST',
    headers: new Headers({ 'content-type': 'text/plain', 'x-own': 'yes' }),
    body: 'wörds',
    signal,
  });

  async function textOf({ body }: Response): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body!) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }

  const echo: RequestListener = (request, response) => {
    void request.toArray().then((chunks) => {
      response.writeHead(201, { 'request-id': 'r1' });
      response.end(
        `${request.method} ${String(request.headers['x-own'])} ${Buffer.concat(chunks as Buffer[]).toString()}`,
      );
    });
  };

  // Both: what holds for the global one must hold for ours.
  for (const [name, anyFetch] of Object.entries({ httpFetch, 'the global fetch': fetch })) {
    it(`${name} sends a body whole and gives status, headers and answer`, async () => {
      const response = await anyFetch(await serve(echo), post());
      assert.equal(response.status, 201);
      assert.equal(response.headers.get('Request-Id'), 'r1');
      assert.equal(response.headers.get('absent'), null);
      assert.equal(await textOf(response), 'POST yes wörds');
    });

    it(`${name} follows an endpoint that has moved`, async () => {
      const target = await serve(echo);
      const url = await serve((_, response) => response.writeHead(307, { location: target }).end());
      assert.equal(await textOf(await anyFetch(url, post())), 'POST yes wörds');
    });

    it(`${name} rejects when nobody answers, and when the signal comes before the answer`, async () => {
      const url = await serve(() => {});
      const abort = new AbortController();
      const waiting = anyFetch(url, post(abort.signal));
      setTimeout(() => abort.abort(), 20);
      await assert.rejects(waiting);
      await assert.rejects(anyFetch('http://127.0.0.1:1', post()));
    });

    it(`${name} throws while an answer is read that breaks off`, async () => {
      const url = await serve((_, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half', () => setTimeout(() => response.destroy(), 20));
      });
      await assert.rejects(textOf(await anyFetch(url, post())));
    });
  }

  it('httpFetch asks again when a kept connection turns out to be closed', async () => {
    let connections = 0;
    const url = await serve((request, response) => {
      if (request.socket.listenerCount('seen') > 0) {
        // The second request on this connection: as if it had been closed just before.
        request.socket.resetAndDestroy();
        return;
      }
      connections++;
      request.socket.on('seen', () => {});
      request.resume().on('end', () => response.end('here'));
    });
    assert.equal(await textOf(await httpFetch(url, post())), 'here');
    assert.equal(await textOf(await httpFetch(url, post())), 'here');
    assert.equal(connections, 2);
  });
});

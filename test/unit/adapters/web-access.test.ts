import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, it } from 'mocha';
import { isPrivateAddress } from '../../../src/adapters/private-address.ts';
import { createWebAccess, type WebAccessOptions } from '../../../src/adapters/web-access.ts';
import type { WebPage } from '../../../src/core/tools/web/web-access.ts';
import { deferred } from '../../support/model/deferred.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const html = (body: string): RequestListener => {
  return (_request, response) => response.setHeader('content-type', 'text/html; charset=utf-8').end(body);
};

const onLoopback = { version: '1.2.3', allowPrivate: ({ address }: LookupAddress) => address === '127.0.0.1' };

function access(options: Partial<WebAccessOptions> = {}) {
  const web = createWebAccess({ ...onLoopback, ...options });
  const fetch = (url: string, signal = new AbortController().signal) => web.fetch(url, { signal });
  return {
    fetch,
    page: async (url: string): Promise<WebPage> => {
      const answer = await fetch(url);
      assert.equal(answer.type, 'page', JSON.stringify(answer));
      return (answer as { page: WebPage }).page;
    },
    refused: async (url: string, signal?: AbortSignal): Promise<string> => {
      const answer = await fetch(url, signal);
      assert.equal(answer.type, 'failed', JSON.stringify(answer));
      return (answer as { message: string }).message;
    },
  };
}

describe('where pages are read from', () => {
  it('takes http and https alone, without credentials', async () => {
    const { refused } = access();
    assert.match(await refused('file:///etc/passwd'), /http and https addresses, not file:/);
    assert.match(await refused('javascript:alert(1)'), /not javascript:/);
    assert.match(await refused('no address'), /is not an address/);
    assert.match(await refused('https://me:word@example.com/'), /user name or a password/);
    assert.match(await refused(`https://example.com/${'x'.repeat(5_000)}`), /at most 4000/);
  });

  it('refuses private addresses however they are written', async () => {
    let asked = 0;
    const url = new URL(await serve((_request, response) => response.end(String((asked += 1)))));
    const { refused } = access({ allowPrivate: () => false });
    const hosts = [
      '127.0.0.1',
      '2130706433',
      '0x7f.1',
      '0177.0.0.1',
      '[::ffff:127.0.0.1]',
      '[::1]',
      '0.0.0.0',
      'localhost.',
    ];
    for (const host of hosts)
      assert.match(await refused(`http://${host}:${url.port}/`), /not an address of the public/, host);
    assert.equal(asked, 0);
  });

  it('refuses a name that leads inside by any of its addresses', async () => {
    const resolve = async (): Promise<LookupAddress[]> => [
      { address: '93.184.216.34', family: 4 },
      { address: '169.254.169.254', family: 4 },
    ];
    assert.match(
      await access({ resolve }).refused('http://rebound.test/'),
      /rebound\.test leads to 169\.254\.169\.254/,
    );
    const nowhere = access({ resolve: async () => [] });
    assert.match(await nowhere.refused('http://nowhere.test/'), /has no address/);
    const unknown = access({ resolve: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })) });
    assert.match(await unknown.refused('http://unknown.test/'), /ENOTFOUND/);
  });

  it('connects to the address that was checked, whatever a second resolution would say', async () => {
    const url = new URL(await serve((request, response) => response.end(`host ${request.headers.host}`)));
    let resolved = 0;
    const resolve = async (): Promise<LookupAddress[]> => {
      resolved += 1;
      return resolved === 1 ? [{ address: '127.0.0.1', family: 4 }] : [{ address: '10.0.0.1', family: 4 }];
    };
    const { page, refused } = access({ resolve });
    assert.equal((await page(`http://twice.test:${url.port}/`)).text, `host twice.test:${url.port}`);
    assert.equal(resolved, 1);
    assert.match(await refused(`http://twice.test:${url.port}/again`), /leads to 10\.0\.0\.1/);
  });

  it('checks the address anew at each redirect', async () => {
    let turns = 0;
    const url = new URL(await serve((_request, response) => response.writeHead(302, { location: '/next' }).end()));
    const resolve = async (): Promise<LookupAddress[]> =>
      (turns += 1) === 1 ? [{ address: '127.0.0.1', family: 4 }] : [{ address: '192.168.0.1', family: 4 }];
    assert.match(await access({ resolve }).refused(`http://moving.test:${url.port}/`), /leads to 192\.168\.0\.1/);
  });

  it('sends nothing that tells who asks', async () => {
    let seen: IncomingMessage | undefined;
    const url = await serve((request, response) => {
      seen = request;
      response.setHeader('set-cookie', 'a=b').end('x');
    });
    const { page } = access();
    await page(`${url}/one`);
    await page(`${url}/two`);
    assert.equal(seen?.headers['user-agent'], 'Capstan/1.2.3 (+web fetch)');
    for (const name of ['cookie', 'referer', 'authorization']) assert.equal(seen.headers[name], undefined);
  });
});

describe('private addresses', () => {
  it('are all but those of the public internet', () => {
    const inside =
      '0.1.2.3 10.9.8.7 100.64.0.1 100.100.100.200 127.8.8.8 169.254.169.254 172.31.255.255 192.0.0.192 192.168.1.1 198.18.0.1 224.0.0.1 ' +
      '239.255.255.250 240.0.0.1 255.255.255.255 168.63.129.16 :: ::1 ::ffff:10.0.0.1 ::ffff:a00:1 ::10.0.0.1 fc00::1 fd00:ec2::254 fe80::1%eth0 ' +
      'fec0::1 ff02::1 2002:7f00:1:: 2001:0:1::1 2001:db8::1 64:ff9b::10.0.0.1 64:ff9b:1::1 100::1 nonsense localhost';
    for (const address of inside.split(' ')) assert.ok(isPrivateAddress(address), address);
    const outside =
      '1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 172.32.0.1 192.169.0.1 2606:4700::1111 2a00:1450::1 64:ff9b::8.8.8.8 ::ffff:8.8.8.8';
    for (const address of outside.split(' ')) assert.ok(!isPrivateAddress(address), address);
  });

  it('are the same in each spelling of a mapped address', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const [a, b, c, d] = address.split('.').map(Number) as [number, number, number, number];
        const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
        assert.equal(isPrivateAddress(`::ffff:${address}`), isPrivateAddress(address));
        assert.equal(isPrivateAddress(`64:ff9b::${hex}`), isPrivateAddress(address));
        // Refused in this spelling, or judged as the same: never open where the plain one is closed.
        assert.ok(isPrivateAddress(`::ffff:${hex}`) || !isPrivateAddress(address));
      }),
    );
  });
});

describe('what comes back', () => {
  it('follows redirects within the host, five of them', async () => {
    const url = await serve((request, response) => {
      const step = Number(request.url?.slice(1));
      if (step === 0) response.end('there');
      else response.writeHead(301, { location: `/${step - 1}` }).end();
    });
    const { page, refused } = access();
    const { text, url: final } = await page(`${url}/5`);
    assert.deepEqual([text, final], ['there', `${url}/0`]);
    assert.match(await refused(`${url}/6`), /more than 5 times/);
  });

  it('tells of a redirect to another host and does not go there', async () => {
    let asked = 0;
    const other = await serve((_request, response) => response.end(String((asked += 1))));
    const to = `http://localhost:${new URL(other).port}/secret`;
    const url = await serve((_request, response) => response.writeHead(302, { location: to }).end());
    assert.deepEqual(await access().fetch(url), { type: 'redirect', from: `${url}/`, to });
    const bad = await serve((_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end());
    assert.match(await access().refused(bad), /cannot be used.*not file:/);
    assert.equal(asked, 0);
  });

  it('makes Markdown of HTML', async () => {
    const url = await serve(
      html(`<!doctype html><html><head><title>A &amp; B</title><style>p{}</style><base href="/docs/"></head><body>
        <nav><a href="/x">menu</a></nav><h1>Head</h1><script>steal("</p>")</script><!-- hidden -->
        <p onclick="x()">One <b>bold</b> <a href="page?a=1&amp;b=2">link</a> <a href="javascript:x()">no</a></p>
        <table><tr><th>k</th><th>v</th></tr><tr><td>1</td><td></td></tr></table>
        <pre><code class="language-js">a &lt; b;</code></pre><img alt="pic" src="i.png"><iframe src="/f"></iframe></body></html>`),
    );
    const { text, title, contentType } = await access().page(url);
    assert.equal(title, 'A & B');
    assert.equal(contentType, 'text/html');
    assert.equal(
      text,
      `# Head\n\nOne **bold** [link](${url}/docs/page?a=1&b=2) no\n\n| k | v |\n| --- | --- |\n| 1 |  |\n\n\`\`\`js\na < b;\n\`\`\`\n\n![pic](${url}/docs/i.png)`,
    );
  });

  it('gives text, JSON and XML as they are, and says what is no text', async () => {
    const bodies: Record<string, [string, string | Buffer]> = {
      '/json': ['application/json', '{"a":"<b>"}'],
      '/feed': ['application/atom+xml', '<feed/>'],
      '/md': ['text/markdown', '# <b>x</b>'],
      '/pdf': ['application/pdf', '%PDF-1.7'],
      '/png': ['image/png', 'x'],
      '/unsaid': ['', 'plain words'],
      '/unsaid-html': ['', ' <!DOCTYPE html><p>x'],
      '/unsaid-binary': ['application/octet-stream', Buffer.from([1, 0, 2])],
    };
    const url = await serve((request, response) => {
      const [type, body] = bodies[request.url ?? '']!;
      if (type !== '') response.setHeader('content-type', type);
      response.end(body);
    });
    const { page, refused } = access();
    for (const name of ['json', 'feed', 'md', 'unsaid']) {
      assert.equal((await page(`${url}/${name}`)).text, bodies[`/${name}`]![1]);
    }
    assert.equal((await page(`${url}/unsaid-html`)).text, 'x');
    assert.match(await refused(`${url}/pdf`), /is a PDF file.*curl/);
    assert.match(await refused(`${url}/png`), /image\/png.*curl/);
    assert.match(await refused(`${url}/unsaid-binary`), /octet-stream/);
  });

  it('decodes by the header, the mark or what the page says of itself', async () => {
    const latin = Buffer.from('caf\xe9', 'latin1');
    const bodies: Record<string, [string, Buffer]> = {
      '/header': ['text/plain; charset=ISO-8859-1', latin],
      '/meta': ['text/html', Buffer.concat([Buffer.from('<meta charset="windows-1252"><p>'), latin])],
      '/mark': ['text/plain; charset=utf-8', Buffer.from('\ufeffcafé', 'utf16le')],
      '/odd': ['text/plain; charset=no-such', Buffer.from('café')],
    };
    const url = await serve((request, response) => {
      const [type, body] = bodies[request.url ?? '']!;
      response.setHeader('content-type', type).end(body);
    });
    for (const name of Object.keys(bodies)) assert.equal((await access().page(url + name)).text, 'café', name);
  });

  it('gives the status of a page that is missing', async () => {
    const url = await serve((_request, response) => response.writeHead(404, { 'content-type': 'image/png' }).end('x'));
    assert.equal((await access().page(url)).status, 404);
  });
});

describe('the bounds of reading a page', () => {
  it('unpacks, and stops a bomb at the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(30_000_000, 'a'));
    const url = await serve((request, response) => {
      const packed: Record<string, [string, Buffer]> = {
        '/gzip': ['gzip', gzipSync('hello')],
        '/br': ['br', brotliCompressSync('hello')],
        '/bomb': ['gzip', bomb],
        '/twice': ['gzip, gzip', gzipSync(bomb)],
        '/cut': ['gzip', gzipSync('hello').subarray(0, 12)],
      };
      const [encoding, body] = packed[request.url ?? '']!;
      response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': encoding }).end(body);
    });
    const { page, refused } = access({ maxBytes: 1_000_000 });
    assert.equal((await page(`${url}/gzip`)).text, 'hello');
    assert.equal((await page(`${url}/br`)).text, 'hello');
    const { bytes, truncated } = await page(`${url}/bomb`);
    assert.deepEqual([bytes, truncated], [1_000_000, true]);
    assert.match(await refused(`${url}/twice`), /gzip, gzip/);
    assert.match(await refused(`${url}/cut`), /could not be read/);
  });

  it('reads no further than the limit of a page that does not end', async () => {
    const closed = deferred<void>();
    const url = await serve((_request, response) => {
      response.setHeader('content-type', 'text/plain');
      response.once('close', () => closed.resolve(undefined));
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(64_000)));
      };
      response.on('drain', more);
      more();
    });
    const { text, truncated } = await access({ maxBytes: 300_000 }).page(url);
    assert.deepEqual([text.length, truncated], [300_000, true]);
    await closed.promise;
  });

  it('gives up a body that does not come, and one that nobody wants any more', async () => {
    const url = await serve((_request, response) => void response.setHeader('content-type', 'text/plain').write('x'));
    assert.match(await access({ timeoutMs: 50 }).refused(url), /did not answer in full within 1 seconds/);
    const stop = new AbortController();
    const asked = access().refused(url, stop.signal);
    stop.abort();
    assert.equal(await asked, 'The request was stopped.');
    const stuck = access({ resolve: () => new Promise(() => undefined), timeoutMs: 50 });
    assert.match(await stuck.refused('http://stuck.test/'), /did not answer/);
  });

  it('says so when a connection breaks', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('x');
      response.destroy();
    });
    assert.match(await access().refused(url), /could not be read \(.+\)\. Check the address/);
  });

  it('survives pages that were made to break a converter', async () => {
    const pages = [
      '<div>'.repeat(100_000),
      `<p ${'a'.repeat(3)} b="<`,
      '<b><a></b>'.repeat(5_000),
      '<!--',
      '<script>x',
      '<title>',
    ];
    const url = await serve((request, response) =>
      html(`${pages[Number(request.url?.slice(1))]}end`)(request, response),
    );
    const { page } = access();
    assert.equal((await page(`${url}/0`)).text, 'end');
    for (let index = 1; index < pages.length; index += 1) await page(`${url}/${index}`);
  });
});

describe('pages that were read a short while ago', () => {
  it('come out of the cache for 15 minutes', async () => {
    let now = 1_000_000;
    let asked = 0;
    const url = await serve((_request, response) => response.end(`n${(asked += 1)}`));
    const { page } = access({ now: () => now });
    assert.equal((await page(`${url}/a`)).text, 'n1');
    now += 14 * 60_000;
    assert.equal((await page(`${url}/a#part`)).text, 'n1');
    assert.equal((await page(`${url}/b`)).text, 'n2');
    now += 60_000;
    assert.equal((await page(`${url}/a`)).text, 'n3');
  });

  it('are at most 50, and no failures', async () => {
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(request.url === '/bad' ? 500 : 200).end('x');
    });
    const { page } = access();
    for (let n = 0; n < 50; n += 1) await page(`${url}/${n}`);
    await page(`${url}/0`);
    await page(`${url}/50`);
    assert.equal(asked.length, 51);
    await page(`${url}/0`);
    assert.equal(asked.length, 51, 'used lately');
    await page(`${url}/1`);
    assert.equal(asked.length, 52, 'the oldest went');
    await page(`${url}/bad`);
    await page(`${url}/bad`);
    assert.equal(asked.length, 54);
  });
});

// `fetch` for a program of its own, over Node's http client: it is there sooner than the global one and holds less memory (docs/benchmarks.md).
//
// The editor's host does not use it: there the global fetch knows the editor's proxy and certificates.
import type { ClientRequest, IncomingMessage, request } from 'node:http';
import { createRequire } from 'node:module';
import { PlainHeaders } from './plain-headers.ts';

/** Not by `import`: that looks at every export of the module, and behind one of them stands the whole of the global fetch. */
const builtIn = createRequire(import.meta.url);

/** What the SDK asks of a fetch: a request with a text or bytes as its body, an answer that is read as a stream or as text. */
export const httpFetch: typeof fetch = async (input, init = {}) => {
  const url = typeof input === 'object' && 'url' in input ? input.url : input.toString();
  const response = await send(url, init, true);
  const { statusCode: status = 0 } = response;
  if (status >= 300 && status < 400) {
    // An endpoint that has moved: rare, and the global fetch knows all the rules.
    response.destroy();
    return globalThis.fetch(input, init);
  }
  const text = () => textOf(response);
  const answer: Partial<Response> = {
    ok: status >= 200 && status < 300,
    status,
    url,
    headers: new PlainHeaders(
      Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)]),
    ) as unknown as Headers,
    // Read by `for await`, which both kinds of stream allow.
    body: response as unknown as ReadableStream<Uint8Array<ArrayBuffer>>,
    text,
    json: async () => JSON.parse(await text()) as unknown,
  };
  return answer as Response;
};

async function send(url: string, init: RequestInit, again: boolean): Promise<IncomingMessage> {
  const client = builtIn(url.startsWith('https:') ? 'node:https' : 'node:http') as { request: typeof request };
  // As bytes: a long text is encoded several times as fast here as by the socket.
  const body =
    init.body instanceof Uint8Array ? init.body : Buffer.from(typeof init.body === 'string' ? init.body : '');
  const headers: Record<string, string> = { 'content-length': String(body.length) };
  new PlainHeaders(init.headers).forEach((value, name) => (headers[name] = value));
  const { method = 'GET', signal } = init;
  return new Promise((resolve, reject) => {
    const sent: ClientRequest = client.request(url, { method, headers, ...(signal ? { signal } : {}) });
    sent.once('response', resolve);
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // The other side had closed a kept connection before it saw the request.
      const stale = again && sent.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      if (stale) resolve(send(url, init, false));
      else reject(error);
    });
    sent.end(body);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

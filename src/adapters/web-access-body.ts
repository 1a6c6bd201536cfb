// The body of an answer from the web, decompressed and bounded while it is read.
import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WebFailure } from './web-access-request.ts';

export interface Body {
  readonly bytes: Uint8Array;
  /** There was more, which was not read. */
  readonly truncated: boolean;
}

/** A body is compressed once; more layers are a way to hide its size. */
const MAX_LAYERS = 1;

/** Keeps at most `maxBytes`, counted after decompression. Ends the connection. Rejects with what breaks it off. */
export async function readBody(response: IncomingMessage, maxBytes: number, signal: AbortSignal): Promise<Body> {
  const layers = (response.headers['content-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  const unzip = await Promise.all(layers.slice(0, MAX_LAYERS).map(decoder));
  if (layers.length > MAX_LAYERS || unzip.includes(undefined)) {
    response.destroy();
    throw new WebFailure(
      `The server compresses the page in a way that cannot be read (${layers.join(', ')}). Use Bash (curl) instead.`,
    );
  }
  const chunks: Buffer[] = [];
  let size = 0;
  let truncated = false;
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      const left = maxBytes - size;
      chunks.push(chunk.subarray(0, left));
      size += Math.min(chunk.length, left);
      if (chunk.length > left) {
        truncated = true;
        return;
      }
    }
  };
  const stages = unzip as readonly Transform[];
  try {
    const [first] = stages;
    if (first) await pipeline(response, first, collect, { signal });
    else await pipeline(response, collect, { signal });
  } catch (error) {
    // Leaving the last stage early ends those before it, which they report as a failure.
    if (!truncated) throw error;
  } finally {
    response.destroy();
  }
  return { bytes: Buffer.concat(chunks), truncated };
}

async function decoder(encoding: string): Promise<Transform | undefined> {
  const zlib = await import('node:zlib');
  if (encoding === 'gzip' || encoding === 'x-gzip') return zlib.createGunzip();
  if (encoding === 'br') return zlib.createBrotliDecompress();
  return encoding === 'deflate' ? zlib.createInflate() : undefined;
}

// The process's own streams: writes that survive a closed pipe, and a whole standard input as text.
import { maskSecrets } from '../core/secrets/mask-secrets.ts';

/** Standard output and standard error of one run. */
export interface Streams {
  readonly out: (text: string) => void;
  /** Keys and tokens are masked: it ends in the logs of whatever runs this. */
  readonly err: (text: string) => void;
  /** Calls back once when the reader of standard output has gone. What is written later is dropped. */
  readonly onClosed: (listener: () => void) => void;
  /** Resolves when what was written has left the process, or cannot. */
  readonly drained: () => Promise<void>;
}

export function createStreams(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): Streams {
  let closed = false;
  let listener: (() => void) | undefined;
  stdout.on('error', () => {
    if (closed) return;
    closed = true;
    listener?.();
  });
  // There is nowhere left to say that nothing can be said.
  stderr.on('error', () => {});
  return {
    out(text) {
      if (!closed) stdout.write(text);
    },
    err(text) {
      stderr.write(maskSecrets(text));
    },
    onClosed(callback) {
      listener = callback;
      if (closed) callback();
    },
    async drained() {
      await Promise.all([closed ? undefined : written(stdout), written(stderr)]);
    },
  };
}

/** Resolves when nothing of the stream waits to be written, or nothing of it ever will be. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) return resolve();
    stream.once('error', () => resolve());
    stream.write('', () => resolve());
    return undefined;
  });
}

export async function readAll(input: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(chunk);
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\ufeff/, '');
}

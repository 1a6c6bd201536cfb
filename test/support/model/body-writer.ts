/** Puts text on the socket in the chunks a test asks for, and cuts the connection at the byte it names. */
import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';

export interface BodyWriter {
  /** Collects text; nothing is sent before `flush`. */
  write(text: string): void;
  /** Sends what was collected. Resolves to false when the cut was reached. */
  flush(): Promise<boolean>;
  /** Cuts the connection without ending the body. */
  drop(): void;
}

interface BodyWriterOptions {
  splitBytes?: number | undefined;
  dropAtByte?: number | undefined;
}

export function createBodyWriter(response: ServerResponse, options: BodyWriterOptions): BodyWriter {
  let pending = '';
  let sent = 0;

  const send = (bytes: Buffer): Promise<void> =>
    new Promise((resolve) => {
      response.write(bytes, () => resolve());
    });

  async function sendSplit(bytes: Buffer): Promise<void> {
    const size = options.splitBytes ?? bytes.length;
    for (let at = 0; at < bytes.length && !response.destroyed; at += size) {
      await send(bytes.subarray(at, at + size));
      await setImmediate();
    }
  }

  return {
    write: (text) => {
      pending += text;
    },
    async flush() {
      const bytes = Buffer.from(pending);
      pending = '';
      const room = (options.dropAtByte ?? Infinity) - sent;
      await sendSplit(bytes.subarray(0, room));
      sent += bytes.length;
      if (bytes.length < room) {
        return true;
      }
      response.destroy();
      return false;
    },
    drop: () => response.destroy(),
  };
}

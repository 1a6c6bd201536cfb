// The runner's hold on the scripted server: starts it, gives it orders, ends it.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Play, ServerLog } from './bench-types.ts';
import type { ServerCommand } from './model-server.ts';

export interface ServerProcess {
  readonly url: string;
  play(play: Play): Promise<void>;
  /** Whose processor time is noted in the run under way. */
  watch(pid: number): Promise<void>;
  collect(): Promise<ServerLog>;
  close(): void;
}

export async function startServerProcess(): Promise<ServerProcess> {
  const child = fork(path.join(import.meta.dirname, 'model-server.ts'), { serialization: 'advanced' });
  const answer = async (): Promise<unknown> => ((await once(child, 'message')) as unknown[])[0];
  const ask = (command: ServerCommand): Promise<unknown> => {
    const answered = answer();
    child.send(command);
    return answered;
  };
  const { port } = (await answer()) as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    async play(play) {
      await ask({ type: 'play', play });
    },
    async watch(pid) {
      await ask({ type: 'watch', pid });
    },
    async collect() {
      return (await ask({ type: 'collect' })) as ServerLog;
    },
    close() {
      child.disconnect();
    },
  };
}

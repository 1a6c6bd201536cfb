// What the extension host of a real editor holds: as it stands, and what is left of it when its garbage is collected.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEditor, type Editor, type EditorOptions } from '../scripts/lib/editor.ts';

/** Megabytes. */
export interface HostMemory {
  /** Of the process, before anything is collected: grows with what was thrown away lately, and with V8's mood. */
  readonly standing: number;
  /** Of the process after a full collection. */
  readonly resident: number;
  /** Objects that are still in use. */
  readonly heap: number;
  /** Bytes of buffers that are still in use. */
  readonly buffers: number;
}

export interface ProbedEditor extends AsyncDisposable {
  readonly editor: Editor;
  /** Of the host that was started last, once it is steady. Collects garbage there. */
  hostMemory(): Promise<HostMemory>;
}

/** Of silence, before memory is read. */
const SETTLE_MS = 6000;
/** On a busy machine other extensions are still starting: until the heap is the same twice. */
const STEADY_MB = 1;
const MOST_LOOKS = 10;
const ANSWER_MS = 60_000;
const LOOK_MS = 100;

export async function startProbedEditor(options: EditorOptions = {}): Promise<ProbedEditor> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'capstan-probe-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const editor = stack.use(
    await startEditor({
      ...options,
      // The hosts inherit them from the server.
      nodeArguments: ['--expose-gc', '--require', path.join(import.meta.dirname, 'host-probe.cjs')],
      env: { ...options.env, CAPSTAN_HOST_PROBE: folder },
    }),
  );
  const owned = stack.move();
  return {
    editor,
    async hostMemory() {
      let last = await ask(folder);
      for (let look = 0; look < MOST_LOOKS; look += 1) {
        const now = await ask(folder);
        if (Math.abs(now.heap - last.heap) < STEADY_MB) break;
        last = now;
      }
      // Where two looks agree, the earlier one found what stood there before anything was collected.
      return last;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function ask(folder: string): Promise<HostMemory> {
  await sleep(SETTLE_MS);
  const answer = path.join(folder, 'memory');
  await rm(answer, { force: true });
  process.kill((await readSoon(path.join(folder, 'pid'))) as number, 'SIGUSR2');
  return inMegabytes((await readSoon(answer)) as Answer);
}

interface Answer {
  readonly standing: NodeJS.MemoryUsage;
  readonly collected: NodeJS.MemoryUsage;
}

function mb(bytes: number): number {
  return bytes / (1024 * 1024);
}

function inMegabytes({ standing, collected }: Answer): HostMemory {
  return {
    standing: mb(standing.rss),
    resident: mb(collected.rss),
    heap: mb(collected.heapUsed),
    buffers: mb(collected.arrayBuffers),
  };
}

/** Waits for a file of JSON. */
export async function readSoon(file: string): Promise<unknown> {
  for (const until = Date.now() + ANSWER_MS; Date.now() < until; await sleep(LOOK_MS)) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return JSON.parse(text);
  }
  throw new Error('The extension host did not say what it holds.');
}

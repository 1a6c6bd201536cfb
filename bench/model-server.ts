// The scripted model of the benchmark, a process of its own: plays one scenario at a time and notes when things happened.
// It keeps its own work small: answers are encoded before they are needed, and bodies are read by the runner after the run.
import { mkdirSync, readdirSync, readFileSync, rmSync, watch, type FSWatcher } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Play, ServedRequest, ServerLog } from './bench-types.ts';
import { encodeAnswer, type Piece } from './encode-answer.ts';
import { monotonicMs } from './monotonic.ts';
import { aliasesFor } from './tool-aliases.ts';

/** What the runner sends. Each is answered once. */
export type ServerCommand =
  | { readonly type: 'play'; readonly play: Play }
  | { readonly type: 'watch'; readonly pid: number }
  | { readonly type: 'collect' };

/** A request while it is being served. */
type Served = { -readonly [Key in keyof ServedRequest]: ServedRequest[Key] };

class Stage {
  private readonly play: Play;
  private answers: readonly (readonly Piece[])[] | undefined;
  private readonly requests: (Served & { callsSentAt: number[] })[] = [];
  private readonly marks: Record<string, number> = {};
  private readonly watcher: FSWatcher | undefined;
  private side = 0;
  private pid = 0;
  private cpuAtAnswer = 0;

  constructor(play: Play) {
    this.play = play;
    if (play.marks === undefined) return;
    rmSync(play.marks, { recursive: true, force: true });
    mkdirSync(play.marks, { recursive: true });
    this.watcher = watch(play.marks, (_, name) => {
      if (name !== null) this.marks[name] ??= monotonicMs();
    });
  }

  watch(pid: number): void {
    this.pid = pid;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrivedAt = monotonicMs();
    const previous = this.requests.at(-1);
    if (previous && this.pid) previous.cpuMs = this.cpuMs() - this.cpuAtAnswer;
    const body = await readBody(request);
    response.setHeader('content-type', 'text/event-stream');
    response.setHeader('request-id', `req_${this.requests.length}`);
    if (!body.includes(this.play.marker)) return this.serveSide(response);
    this.answers ??= this.encode(body);
    const pieces = this.answers[this.requests.length] ?? this.answers.at(-1)!;
    const served = { arrivedAt, endedAt: 0, callsSentAt: [] as number[], body: body.toString('utf8') };
    this.requests.push(served);
    this.cpuAtAnswer = this.pid ? this.cpuMs() : 0;
    for (const [index, piece] of pieces.entries()) {
      if (index === pieces.length - 1) response.end(piece.bytes);
      else response.write(piece.bytes);
      if (piece.endsCall) served.callsSentAt.push(monotonicMs());
      if (piece.pauseAfterMs > 0) await sleep(piece.pauseAfterMs);
    }
    served.endedAt = monotonicMs();
  }

  collect(): ServerLog {
    this.watcher?.close();
    return { requests: this.requests, side: this.side, marks: this.marks };
  }

  private encode(body: Buffer): (readonly Piece[])[] {
    const { tools = [] } = JSON.parse(body.toString('utf8')) as { tools?: { name: string }[] };
    const aliases = aliasesFor(tools.map(({ name }) => name));
    return this.play.turns.map((turn, index) => encodeAnswer(turn, index, aliases));
  }

  private serveSide(response: ServerResponse): void {
    this.side++;
    const aliases = aliasesFor([]);
    for (const { bytes } of encodeAnswer({ blocks: [{ text: 'ok' }] }, 0, aliases)) response.write(bytes);
    response.end();
  }

  /** Processor time of the process so far, all its threads; 0 where the system does not say. */
  private cpuMs(): number {
    const folder = `/proc/${this.pid}/task`;
    try {
      const threads = readdirSync(folder).map((id) => readFileSync(path.join(folder, id, 'schedstat'), 'utf8'));
      return threads.reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1e6, 0);
    } catch {
      return 0;
    }
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

let stage = new Stage({ marker: '', turns: [] });

const server = createServer((request, response) => {
  request.socket.setNoDelay(true);
  stage.serve(request, response).catch((error: unknown) => {
    console.error(error);
    response.destroy();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));

process.on('message', (command: ServerCommand) => {
  if (command.type === 'play') stage = new Stage(command.play);
  if (command.type === 'watch') stage.watch(command.pid);
  process.send!(command.type === 'collect' ? stage.collect() : {});
});
process.on('disconnect', () => process.exit());

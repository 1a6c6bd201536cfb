// One workspace with one session that is killed again and again: starts the real command line, kills it, checks what it left.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogEntry } from '../../../src/core/events.ts';
import { INTERRUPTED } from '../../../src/core/messages/history.ts';
import { verifyLog } from '../../../src/headless/sessions/verify-log.ts';
import { text, toolUse, type Answer } from '../../support/model/answer.ts';
import { startModelServer, type ModelRequest, type ModelServer } from '../../support/model/model-server.ts';

/** Requests that the model makes of one message before it is content. */
const REQUESTS_A_MESSAGE = 3;
const GIVE_UP_MS = 20_000;

type Result = { type: string; tool_use_id: string; content: unknown };

export interface CrashLane extends AsyncDisposable {
  /** How many runs were ended by the signal, and how many of these in the middle of a turn. */
  readonly killed: number;
  readonly cut: number;
  /** Runs the command line once, kills it at a moment that `random` chooses, and checks what is left. */
  crash(random: () => number): Promise<void>;
  /** Runs it to its end. */
  finish(): Promise<void>;
}

export async function openCrashLane(cli: string, folder: string, name: string): Promise<CrashLane> {
  const workspace = path.join(folder, name, 'workspace');
  const home = path.join(folder, name, 'home');
  await Promise.all([mkdir(workspace, { recursive: true }), mkdir(home, { recursive: true })]);
  await writeFile(path.join(workspace, 'note.sh'), 'echo "$1" >> notes.txt\n');
  const script = new CrashScript();
  const server = await startModelServer((request) => script.answer(request));
  return new Lane(cli, workspace, home, name, server, script);
}

/** The model: calls the shell with a word that never comes again, so that a call that ran twice leaves the word twice. */
class CrashScript {
  /** Called when a request of the run under way arrives, with its number from 1. */
  onRequest: (count: number) => void = () => {};
  private calls = 0;
  private requests = 0;
  private first: ModelRequest | undefined;

  startRun(): void {
    this.requests = 0;
    this.first = undefined;
  }

  get firstRequest(): ModelRequest | undefined {
    return this.first;
  }

  answer(request: ModelRequest): Answer {
    this.first ??= request;
    this.onRequest(++this.requests);
    if (this.requests > REQUESTS_A_MESSAGE) return { blocks: [text('All noted.')] };
    return { blocks: [text(`Noting, step ${this.requests}.`), this.call(), this.call()] };
  }

  private call() {
    const word = `word-${++this.calls}`;
    return toolUse('Bash', { command: `sh note.sh ${word}` }, { id: `toolu_${word}` });
  }
}

class Lane implements CrashLane {
  killed = 0;
  cut = 0;
  private readonly cli: string;
  private readonly workspace: string;
  private readonly home: string;
  private readonly id: string;
  private readonly server: ModelServer;
  private readonly script: CrashScript;

  constructor(cli: string, workspace: string, home: string, id: string, server: ModelServer, script: CrashScript) {
    this.cli = cli;
    this.workspace = workspace;
    this.home = home;
    this.id = id;
    this.server = server;
    this.script = script;
  }

  async crash(random: () => number): Promise<void> {
    // Now and then before the first request; mostly somewhere between two of them.
    const after = Math.floor(random() * (REQUESTS_A_MESSAGE + 2));
    const waitMs = after === 0 ? random() * 120 : random() * 15;
    const status = await this.run(after, waitMs);
    if (status === null) this.killed++;
    else assert.equal(status, 0);
    await this.check();
  }

  async finish(): Promise<void> {
    assert.equal(await this.run(Infinity, 0), 0);
    await this.check();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
  }

  /** Kills the process `waitMs` after request number `after`, or after its start for 0. Returns its status; null: it was killed. */
  private async run(after: number, waitMs: number): Promise<number | null> {
    const before = await this.entries();
    const origin = before.length === 0 ? ['--session-id', this.id] : ['--resume', this.id];
    const options = ['--output-format', 'stream-json', '--allowed-tools', 'Bash', '--max-retries', '0', ...origin];
    this.script.startRun();
    const child = spawn(process.execPath, [this.cli, '-p', 'Note it all.', ...options], {
      cwd: this.workspace,
      env: {
        PATH: process.env['PATH'],
        HOME: this.home,
        CAPSTAN_HOME: path.join(this.home, 'state'),
        ANTHROPIC_API_KEY: 'test-key',
        ANTHROPIC_BASE_URL: this.server.url,
        // A run that is killed keeps nothing of what it compiled; of one that ended before, all of them have it.
        NODE_COMPILE_CACHE: path.join(path.dirname(this.cli), 'compiled'),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (more: string) => (words += more));
    const kill = (): void => void delay(waitMs).then(() => child.kill('SIGKILL'));
    this.script.onRequest = (count) => count === after && kill();
    if (after === 0) kill();
    const giveUp = setTimeout(() => child.kill('SIGTERM'), GIVE_UP_MS);
    const [status] = (await once(child, 'exit')) as [number | null];
    clearTimeout(giveUp);
    this.script.onRequest = () => {};
    assert.ok(status === null || status === 0, `It ended with ${status}: ${words}`);
    this.checkResumed(before);
    return status;
  }

  /** What had ended before the kill is told as it ended; what had not, as interrupted. */
  private checkResumed(before: readonly LogEntry[]): void {
    const request = this.script.firstRequest;
    if (!request) return;
    const told = new Map(
      request.body.messages
        .flatMap(({ content }) => (Array.isArray(content) ? (content as Result[]) : []))
        .flatMap((block) => (block.type === 'tool_result' ? [[block.tool_use_id, block.content] as const] : [])),
    );
    const ended = new Map(
      before.flatMap((entry) => (entry.type === 'tool_completed' ? [[entry.toolUseId, entry.content] as const] : [])),
    );
    for (const [id, content] of ended) assert.deepEqual(told.get(id), content, `the result of ${id} was lost`);
    for (const [id, content] of told) if (!ended.has(id)) assert.equal(content, INTERRUPTED, id);
  }

  private async check(): Promise<void> {
    assert.deepEqual(this.server.problems, []);
    const bytes = await this.bytes();
    const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
    if (whole.length > 0) {
      const verdict = verifyLog(whole, this.id);
      assert.ok(verdict.whole, verdict.whole ? '' : `line ${verdict.line}: ${verdict.problem}`);
      if (verdict.open) this.cut++;
    }
    const notes = (await readFile(path.join(this.workspace, 'notes.txt'), 'utf8').catch(() => ''))
      .split('\n')
      .slice(0, -1);
    assert.deepEqual(
      notes.filter((note, index) => notes.indexOf(note) !== index),
      [],
      'a call was run twice',
    );
    for (const entry of await this.entries()) {
      if (entry.type !== 'tool_completed' || entry.outcome !== 'done') continue;
      assert.ok(notes.includes(entry.toolUseId.slice('toolu_'.length)), `${entry.toolUseId} ended without an effect`);
    }
  }

  private async entries(): Promise<LogEntry[]> {
    const bytes = await this.bytes();
    const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1).toString('utf8');
    return whole.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as LogEntry]));
  }

  private bytes(): Promise<Buffer> {
    const file = path.join(this.home, 'state', 'sessions', `${this.id}.jsonl`);
    return readFile(file).catch(() => Buffer.alloc(0));
  }
}

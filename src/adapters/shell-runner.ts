// Runs shell commands: a pinned shell without start-up files, no input, a chosen environment, in a group that is ended whole.
import { spawn, type ChildProcess } from 'node:child_process';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { ProcessRunner, ShellRequest, ShellResult } from '../core/ports.ts';
import { CappedOutput } from './capped-output.ts';
import { childEnvironment } from './child-environment.ts';
import { ClosingLine } from './closing-line.ts';
import { CrashGuard } from './crash-guard.ts';
import { processGroupOf, type ProcessGroup } from './process-group.ts';
import type { CommandSandbox, Enclosure, SandboxEntry } from './sandbox/command-sandbox.ts';
import { bashStart, powershellStart, type ShellStart } from './shell-start.ts';

/** After the shell has ended its descendants may hold the pipe open: what they wrote until then is waited for this long. */
const DRAIN_MS = 200;

/** Output that its reader holds back is waited for this many times as long: for a slow disk, but not for one that hangs. */
const MAX_DRAINS = 50;

/** What commands have left running is looked at this often. */
const SWEEP_MS = 5_000;

const DEFAULT_MAX_RUNNING = 16;
/** A timer does not count further. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const TOO_LONG = 'The command is too long for the shell: write it to a file and run that.';

type EndedEarly = Extract<ShellResult['ended'], 'timeout' | 'abort'>;
type OnOutput = Parameters<ProcessRunner['run']>[2];

export interface ShellRunnerOptions {
  /** Default: PowerShell on Windows, bash elsewhere. */
  readonly shell?: 'bash' | 'powershell';
  /** Most commands at once. Default 16. */
  readonly maxRunning?: number;
  /** Owned by the runner from here on. Default: commands run as they are. */
  readonly sandbox?: CommandSandbox;
}

interface Run {
  readonly request: ShellRequest;
  readonly signal: AbortSignal;
  readonly onOutput: OnOutput;
}

/** Whether output was held back since it was last looked at. */
interface Flow {
  heldBack: boolean;
}

export class ShellRunner implements ProcessRunner {
  /** Of commands that run, and of those that left something running. */
  private readonly groups = new Set<ProcessGroup>();
  private readonly guard = new CrashGuard();
  private readonly options: ShellRunnerOptions;
  private sweep: NodeJS.Timeout | undefined;
  private running = 0;
  private disposed = false;

  constructor(options: ShellRunnerOptions = {}) {
    this.options = options;
  }

  async run(request: ShellRequest, signal: AbortSignal, onOutput: OnOutput): Promise<ShellResult> {
    this.forgetEnded();
    if (this.disposed || signal.aborted) return unstarted(request, 'abort', '');
    const { maxRunning = DEFAULT_MAX_RUNNING } = this.options;
    if (this.running >= maxRunning) {
      const words = `${maxRunning} commands run already, the most at once. Wait for one of them to end, or end one; then run this one again.`;
      return unstarted(request, 'spawn_failed', words);
    }
    this.running += 1;
    try {
      return await this.start(request, signal, onOutput);
    } finally {
      this.running -= 1;
    }
  }

  /** Ends everything that still runs, in the background too, at once. */
  dispose(): void {
    this.disposed = true;
    clearTimeout(this.sweep);
    for (const group of this.groups) group.kill();
    this.groups.clear();
    this.guard.dispose();
    this.options.sandbox?.dispose();
  }

  private async start(request: ShellRequest, signal: AbortSignal, onOutput: OnOutput): Promise<ShellResult> {
    const { shell = process.platform === 'win32' ? 'powershell' : 'bash' } = this.options;
    const start = shell === 'powershell' ? powershellStart(request.command) : bashStart(request.command);
    if (!start) return unstarted(request, 'spawn_failed', TOO_LONG);
    const entry = await this.enter(start, request, signal);
    if (entry?.kind === 'refused') {
      return signal.aborted ? unstarted(request, 'abort', '') : unstarted(request, 'spawn_failed', entry.reason);
    }
    const enclosure = entry?.kind === 'inside' ? entry.enclosure : undefined;
    try {
      const result = await this.spawn(start, enclosure, { request, signal, onOutput });
      const blocked = result.ended === 'exit' ? enclosure?.blocked(result.output, result.exitCode) : undefined;
      return {
        ...result,
        ...(blocked === undefined ? {} : { blocked }),
        ...(entry?.kind === 'outside' ? { unsandboxed: entry.reason } : {}),
      };
    } finally {
      enclosure?.release();
    }
  }

  private async enter(
    start: ShellStart,
    request: ShellRequest,
    signal: AbortSignal,
  ): Promise<SandboxEntry | undefined> {
    const { sandbox } = this.options;
    if (!sandbox || (request.sandboxed === false && !sandbox.required)) return undefined;
    return sandbox.enter(start, signal);
  }

  private async spawn(start: ShellStart, enclosure: Enclosure | undefined, run: Run): Promise<ShellResult> {
    const { request, signal } = run;
    // Putting it into the sandbox took a moment.
    if (this.disposed || signal.aborted) return unstarted(request, 'abort', '');
    const child = startProcess(enclosure?.start ?? start, request.cwd, enclosure?.environment);
    if (child instanceof Error) return unstarted(request, 'spawn_failed', await failureWords(child, request.cwd));
    const group = processGroupOf(child);
    this.groups.add(group);
    if (group.id !== undefined) this.guard.watch(group.id);
    const result = await watch(child, group, start, run);
    this.forgetEnded();
    return result;
  }

  /** Ids of groups are used again by the system: none is held for longer than it lives. */
  private forgetEnded(): void {
    for (const group of this.groups) {
      if (group.isAlive()) continue;
      this.groups.delete(group);
      if (group.id !== undefined) this.guard.forget(group.id);
    }
    clearTimeout(this.sweep);
    if (this.groups.size > 0) this.sweep = setTimeout(() => this.forgetEnded(), SWEEP_MS).unref();
  }
}

function unstarted(request: ShellRequest, ended: 'spawn_failed' | 'abort', output: string): ShellResult {
  return { output, totalBytes: Buffer.byteLength(output), exitCode: undefined, ended, cwd: request.cwd };
}

/** Nothing is looked at before: what is wrong shows when it fails. */
function startProcess({ program, args }: ShellStart, cwd: string, more = {}): ChildProcess | Error {
  try {
    return spawn(program, args, {
      cwd,
      env: { ...childEnvironment(process.env), ...more },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
  } catch (error) {
    return error as Error;
  }
}

async function failureWords({ code, message }: NodeJS.ErrnoException, cwd: string): Promise<string> {
  if (code === 'E2BIG' || code === 'ENAMETOOLONG') return TOO_LONG;
  if (code === 'ERR_INVALID_ARG_VALUE') return 'The command holds a NUL character: leave it out.';
  const folder = await stat(cwd).catch(() => undefined);
  if (!folder?.isDirectory()) {
    return `The working folder ${cwd} does not exist any more. Make it again, or ask the person.`;
  }
  return `The shell could not be started: ${message}. Tell the person.`;
}

function watch(
  child: ChildProcess,
  group: ProcessGroup,
  start: ShellStart,
  { request, signal, onOutput }: Run,
): Promise<ShellResult> {
  const output = new CappedOutput(request.maxOutputBytes);
  const pipes = [child.stdout, child.stderr, child.stdio[3]] as (Readable | null)[];
  const flow: Flow = { heldBack: false };
  const closing = start.closingMark === undefined ? undefined : new ClosingLine(start.closingMark);
  if (pipes[0]) collect(pipes[0], output, onOutput, flow, closing);
  if (pipes[1]) collect(pipes[1], output, onOutput, flow);
  const folder = new CappedOutput(64 * 1024);
  pipes[2]?.on('data', (chunk: Buffer) => folder.add(chunk)).on('error', ignoreError);

  return new Promise((resolve) => {
    let early: EndedEarly | undefined;
    const endEarly = (reason: EndedEarly): void => {
      early ??= reason;
      group.end();
    };
    const onAbort = (): void => endEarly('abort');
    signal.addEventListener('abort', onAbort, { once: true });
    const { timeoutMs } = request;
    const timer =
      timeoutMs === undefined ? undefined : setTimeout(() => endEarly('timeout'), Math.min(timeoutMs, MAX_TIMER_MS));
    const settle = (result: Pick<ShellResult, 'ended' | 'exitCode'>, failure?: string): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      for (const pipe of pipes) pipe?.destroy();
      if (failure !== undefined) output.add(Buffer.from(failure));
      const cwd = folderOf(closing?.said ?? folder.text()) ?? request.cwd;
      resolve({ ...result, output: output.text(), totalBytes: output.totalBytes, cwd });
    };
    child.once('error', (failure) => {
      const failed = { ended: 'spawn_failed', exitCode: undefined } as const;
      void failureWords(failure, request.cwd).then((words) => settle(failed, words));
    });
    child.once('exit', (code, killedBy) => {
      const ended = early ?? (killedBy === null ? 'exit' : 'signal');
      void drained(child, flow).then(() => settle({ ended, exitCode: code ?? undefined }));
    });
  });
}

function collect(pipe: Readable, output: CappedOutput, onOutput: OnOutput, flow: Flow, closing?: ClosingLine): void {
  const decoder = new StringDecoder('utf8');
  const pass = (text: string): void => {
    const taken = text === '' ? undefined : onOutput(text);
    if (!taken) return;
    // The command waits as well, once the pipe is full: nothing piles up here.
    pipe.pause();
    flow.heldBack = true;
    void taken.then(() => pipe.resume());
  };
  const add = (chunk: Buffer): void => {
    output.add(chunk);
    pass(decoder.write(chunk));
  };
  pipe.on('data', (chunk: Buffer) => add(closing ? closing.take(chunk) : chunk));
  pipe.on('end', () => {
    if (closing) add(closing.end());
    pass(decoder.end());
  });
  pipe.on('error', ignoreError);
}

/** A pipe that breaks has ended: what came is kept. */
function ignoreError(): void {}

/** Resolves when all pipes are closed, or a moment later if a descendant keeps one open. */
function drained(child: ChildProcess, flow: Flow): Promise<void> {
  return new Promise((resolve) => {
    let drains = 0;
    const timer = setInterval(() => {
      drains += 1;
      if (!flow.heldBack || drains === MAX_DRAINS) end();
      flow.heldBack = false;
    }, DRAIN_MS);
    const end = (): void => {
      clearInterval(timer);
      resolve();
    };
    child.once('close', end);
  });
}

/** What the shell said last, without its final line break. */
function folderOf(said: string): string | undefined {
  const folder = said.replace(/\n$/, '');
  return path.isAbsolute(folder) && !folder.includes('\0') ? folder : undefined;
}

// Runs shell commands: a pinned shell without start-up files, no input, a chosen environment, in a group that is ended whole.
import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { ProcessRunner, ShellRequest, ShellResult } from '../core/ports.ts';
import { CappedOutput } from './capped-output.ts';
import { childEnvironment } from './child-environment.ts';
import { processGroupOf, type ProcessGroup } from './process-group.ts';

/**
 * The command is handed over as an argument and run as it is. Errors go where output goes, so that their order is kept; on the way
 * out the shell tells its folder on a descriptor of its own, which no output can reach by chance.
 */
const SCRIPT = `exec 2>&1; trap 'builtin pwd -P >&3' EXIT; eval "$1"`;

/** After the shell has ended its descendants may hold the pipe open: what they wrote until then is waited for this long. */
const DRAIN_MS = 200;

/** Output that its reader holds back is waited for this many times as long: for a slow disk, but not for one that hangs. */
const MAX_DRAINS = 50;

type EndedEarly = Extract<ShellResult['ended'], 'timeout' | 'abort'>;
type OnOutput = Parameters<ProcessRunner['run']>[2];

/** Whether output was held back since it was last looked at. */
interface Flow {
  heldBack: boolean;
}

export class ShellRunner implements ProcessRunner {
  /** Of commands that run, and of those that left something running. */
  private readonly groups = new Set<ProcessGroup>();
  private disposed = false;

  async run(request: ShellRequest, signal: AbortSignal, onOutput: OnOutput): Promise<ShellResult> {
    for (const group of this.groups) if (!group.isAlive()) this.groups.delete(group);
    const refused = await this.refusal(request, signal);
    if (refused) return refused;
    const start = await startOf(request.command);
    if (this.disposed || signal.aborted) return unstarted(request, 'abort', '');
    const child = spawn(start.program, start.args, {
      cwd: request.cwd,
      env: childEnvironment(process.env),
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const group = processGroupOf(child);
    this.groups.add(group);
    const result = await watch(child, group, request, signal, onOutput);
    if (!group.isAlive()) this.groups.delete(group);
    return result;
  }

  private async refusal(request: ShellRequest, signal: AbortSignal): Promise<ShellResult | undefined> {
    if (this.disposed || signal.aborted) return unstarted(request, 'abort', '');
    const folder = await stat(request.cwd).catch(() => undefined);
    if (folder?.isDirectory()) return undefined;
    return unstarted(
      request,
      'spawn_failed',
      `The working folder ${request.cwd} does not exist any more. Make it again, or ask the person.`,
    );
  }

  /** Ends everything that still runs, in the background too, at once. */
  dispose(): void {
    this.disposed = true;
    for (const group of this.groups) group.kill();
    this.groups.clear();
  }
}

function unstarted(request: ShellRequest, ended: 'spawn_failed' | 'abort', output: string): ShellResult {
  return { output, totalBytes: Buffer.byteLength(output), exitCode: undefined, ended, cwd: request.cwd };
}

async function startOf(command: string): Promise<{ program: string; args: readonly string[] }> {
  if (process.platform === 'win32') {
    const system = process.env['SystemRoot'] ?? String.raw`C:\Windows`;
    const script = `[Console]::OutputEncoding = [Text.Encoding]::UTF8\n${command}\nexit $LASTEXITCODE`;
    return {
      program: path.join(system, 'System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe'),
      args: ['-NoProfile', '-NonInteractive', '-EncodedCommand', Buffer.from(script, 'utf16le').toString('base64')],
    };
  }
  return { program: await findBash(), args: ['--norc', '--noprofile', '-c', SCRIPT, 'bash', command] };
}

/** The system's own bash before one that the PATH names. */
async function findBash(): Promise<string> {
  for (const program of ['/bin/bash', '/usr/bin/bash', '/usr/local/bin/bash']) {
    const usable = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return program;
  }
  return 'bash';
}

function watch(
  child: ChildProcess,
  group: ProcessGroup,
  request: ShellRequest,
  signal: AbortSignal,
  onOutput: OnOutput,
): Promise<ShellResult> {
  const output = new CappedOutput(request.maxOutputBytes);
  const pipes = [child.stdout, child.stderr, child.stdio[3]] as (Readable | null)[];
  const flow: Flow = { heldBack: false };
  for (const pipe of pipes.slice(0, 2)) if (pipe) collect(pipe, output, onOutput, flow);
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
    const timer = setTimeout(() => endEarly('timeout'), request.timeoutMs);
    const settle = (result: Pick<ShellResult, 'ended' | 'exitCode'>, failure?: string): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      for (const pipe of pipes) pipe?.destroy();
      if (failure !== undefined) output.add(Buffer.from(failure));
      const cwd = folderOf(folder.text()) ?? request.cwd;
      resolve({ ...result, output: output.text(), totalBytes: output.totalBytes, cwd });
    };
    child.once('error', (error) =>
      settle(
        { ended: 'spawn_failed', exitCode: undefined },
        `The shell could not be started: ${error.message}. Tell the person.`,
      ),
    );
    child.once('exit', (code, killedBy) => {
      const ended = early ?? (killedBy === null ? 'exit' : 'signal');
      void drained(child, flow).then(() => settle({ ended, exitCode: code ?? undefined }));
    });
  });
}

function collect(pipe: Readable, output: CappedOutput, onOutput: OnOutput, flow: Flow): void {
  const decoder = new StringDecoder('utf8');
  const pass = (text: string): void => {
    const taken = text === '' ? undefined : onOutput(text);
    if (!taken) return;
    // The command waits as well, once the pipe is full: nothing piles up here.
    pipe.pause();
    flow.heldBack = true;
    void taken.then(() => pipe.resume());
  };
  pipe.on('data', (chunk: Buffer) => {
    output.add(chunk);
    pass(decoder.write(chunk));
  });
  pipe.on('end', () => pass(decoder.end()));
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

// Runs the real command line as a process of its own, with a home, a CAPSTAN_HOME and a workspace that are gone afterwards.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ModelServer,
  type ModelServerOptions,
  type Script,
  startModelServer,
} from '../../support/model/model-server.ts';

const CLI = join(import.meta.dirname, '../../../src/headless/cli.ts');

export interface CliResult {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CliOptions {
  readonly input?: string;
  /** Over the lab's own; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface RunningCli {
  readonly process: ChildProcess;
  /** What has come on standard output so far. */
  out(): string;
  readonly done: Promise<CliResult>;
}

/** A place to run it in. */
export interface CliLab extends AsyncDisposable {
  /** The person's home folder: empty. */
  readonly home: string;
  readonly capstanHome: string;
  readonly workspace: string;
  start(args: readonly string[], options?: CliOptions): RunningCli;
  run(args: readonly string[], options?: CliOptions): Promise<CliResult>;
}

export async function openCliLab(baseUrl?: string): Promise<CliLab> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'capstan-cli-')));
  const [home, capstanHome, workspace] = ['home', 'state', 'workspace'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await Promise.all([mkdir(home), mkdir(workspace)]);
  const running = new Set<ChildProcess>();
  const lab: CliLab = {
    home,
    capstanHome,
    workspace,
    start(args, options = {}) {
      const env = {
        PATH: process.env['PATH'],
        HOME: home,
        USERPROFILE: home,
        CAPSTAN_HOME: capstanHome,
        ANTHROPIC_API_KEY: 'test-key',
        ANTHROPIC_BASE_URL: baseUrl,
        ...options.env,
      };
      const child = spawn(process.execPath, [CLI, ...args], { cwd: workspace, env, stdio: 'pipe' });
      running.add(child);
      let out = '';
      let err = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
      // A run that ends before it has read its input is fine.
      child.stdin.on('error', () => {});
      if (options.input !== undefined) child.stdin.end(options.input);
      const done = once(child, 'close').then(([status]: (number | null)[]) => {
        running.delete(child);
        return { status: status ?? null, out, err };
      });
      return { process: child, out: () => out, done };
    },
    run: (args, options) => lab.start(args, { input: '', ...options }).done,
    async [Symbol.asyncDispose]() {
      for (const child of running) child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return lab;
}

/** A lab with a scripted model. */
export async function openScriptedLab(
  script: Script,
  options?: ModelServerOptions,
): Promise<CliLab & { readonly server: ModelServer }> {
  const server = await startModelServer(script, options);
  const lab = await openCliLab(server.url);
  return {
    ...lab,
    server,
    async [Symbol.asyncDispose]() {
      await lab[Symbol.asyncDispose]();
      await server.close();
    },
  };
}

/** The JSON lines of an output. */
export function linesOf(out: string): Record<string, any>[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, any>);
}

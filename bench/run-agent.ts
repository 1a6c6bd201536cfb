// Runs one agent once in one scenario, and checks that it did the work.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Agent, Figures, RunResult, Scenario } from './bench-types.ts';
import { monotonicMs } from './monotonic.ts';
import { treeMb } from './process-memory.ts';
import type { ServerProcess } from './server-process.ts';
import { fileName } from './workspace.ts';

export interface Place {
  readonly home: string;
  readonly ws: string;
  /** Before the person's own programs. */
  readonly programs: string | undefined;
}

const TIMEOUT_MS = 120_000;
const POLL_MS = 15;

/** Throws, with the last words of the agent, when it did not do the work. */
export async function runAgent(
  agent: Agent,
  scenario: Scenario,
  server: ServerProcess,
  place: Place,
): Promise<Figures> {
  const { home, ws } = place;
  const file = (n: number): string => path.join(ws, fileName(n));
  const marks = await scenario.prepare?.(ws, file);
  const turns = scenario.turns(ws, file);
  const marker = scenario.prompt.split(':', 1)[0]!;
  await server.play({ marker, turns, ...(marks === undefined ? {} : { marks }) });
  const output = path.join(home, 'last-output.txt');
  const command = agent.start({ url: server.url, home, ws, node: process.execPath, prompt: scenario.prompt });
  const ended = await runProcess(command, place, output, server, scenario.memory ?? false);
  const run: RunResult = { ...(await server.collect()), ...ended, file };
  const problem = problemOf(run, turns.length);
  if (problem !== undefined) throw new Error(`${problem}\n${readFileSync(output, 'utf8').slice(-1500)}`);
  return scenario.figures(run);
}

type ProcessResult = Pick<RunResult, 'startedAt' | 'exitedAt' | 'exitCode' | 'peakMb'>;

async function runProcess(
  { cmd, args, env }: ReturnType<Agent['start']>,
  place: Place,
  output: string,
  server: ServerProcess,
  memory: boolean,
): Promise<ProcessResult> {
  const descriptor = openSync(output, 'w');
  const startedAt = monotonicMs();
  const child = spawn(cmd, args, {
    cwd: place.ws,
    env: { ...baseEnvironment(place), ...env },
    stdio: ['ignore', descriptor, descriptor],
  });
  const ended = new Promise<Pick<ProcessResult, 'exitedAt' | 'exitCode'>>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve({ exitedAt: monotonicMs(), exitCode: code ?? 128 }));
  });
  const killer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
  let peakMb: number | undefined;
  const look = (): void => {
    peakMb = Math.max(peakMb ?? 0, treeMb(child.pid!) ?? 0) || undefined;
  };
  const poll = memory ? setInterval(look, POLL_MS) : undefined;
  try {
    if (child.pid !== undefined) await server.watch(child.pid);
    const end = await ended;
    return { startedAt, ...end, peakMb };
  } finally {
    clearTimeout(killer);
    clearInterval(poll);
    closeSync(descriptor);
  }
}

function problemOf({ exitCode, requests }: RunResult, wanted: number): string | undefined {
  if (exitCode !== 0) return `It ended with status ${exitCode}.`;
  if (requests.length !== wanted) return `It made ${requests.length} requests instead of ${wanted}.`;
  const failed = requests.at(-1)!.body.match(/"is_error":true/g)?.length ?? 0;
  return failed > 0 ? `${failed} of its tool calls failed.` : undefined;
}

/** Nothing of the person's own but where programs are. */
function baseEnvironment({ home, programs }: Place): Record<string, string> {
  const places = [path.dirname(process.execPath), programs, process.env['PATH']].filter((part) => part !== undefined);
  return {
    PATH: places.join(path.delimiter),
    HOME: home,
    USERPROFILE: home,
    TMPDIR: home,
    LANG: 'C.UTF-8',
    CI: '1',
    TERM: 'dumb',
    DO_NOT_TRACK: '1',
    XDG_CONFIG_HOME: path.join(home, '.config'),
    XDG_CACHE_HOME: path.join(home, '.cache'),
    XDG_DATA_HOME: path.join(home, '.local/share'),
  };
}

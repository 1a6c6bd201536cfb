// Starts a process as the head of its own group, and ends exactly that group.
import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessGroup {
  readonly child: ChildProcess;
  /** Resolves with the exit code (or the signal's name) once the head has ended; never rejects. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Ends every process of the group: asks first, insists after `graceMs`. Safe to call twice. */
  stop(graceMs?: number): Promise<void>;
}

/** The group is also ended when this process exits by itself, so nothing outlives a crashed test. */
export function startProcessGroup(command: string, args: readonly string[], options: SpawnOptions): ProcessGroup {
  const child = spawn(command, args, { ...options, detached: process.platform !== 'win32' });
  const insist = () => signalGroup(child, 'SIGKILL');
  process.once('exit', insist);
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 1));
  });
  const stop = async (graceMs = 3000) => {
    signalGroup(child, 'SIGTERM');
    await waitWhile(() => groupLives(child), graceMs);
    if (groupLives(child)) insist();
    await ended;
    // Nothing survives that, but the system takes a moment.
    await waitWhile(() => groupLives(child), 1000);
    process.off('exit', insist);
  };
  return { child, ended, stop };
}

async function waitWhile(condition: () => boolean, limitMs: number): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (condition() && Date.now() < deadline) await sleep(25);
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore' });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function groupLives(child: ChildProcess): boolean {
  if (child.pid === undefined || process.platform === 'win32') return false;
  try {
    process.kill(-child.pid, 0);
  } catch {
    return false;
  }
  return process.platform !== 'linux' || hasRunningMember(child.pid);
}

/** In a container whose first process does not collect the dead, they stay members of their group. */
function hasRunningMember(group: number): boolean {
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      // Behind the program's name in parentheses: state, parent, group.
      const [state, , member] = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return Number(member) === group && state !== 'Z';
    } catch {
      return false;
    }
  });
}

// A child process with all of its descendants, ended as one.
import { spawn, type ChildProcess } from 'node:child_process';

/** Between being asked to end and being made to. */
const GRACE_MS = 1_500;

export interface ProcessGroup {
  /** Undefined: it could not be started. */
  readonly id: number | undefined;
  /** Any process of it is still there. */
  isAlive(): boolean;
  /** Asks all of it to end, and makes it end after a moment. Safe to call twice. */
  end(): void;
  /** Makes all of it end at once. */
  kill(): void;
}

/** For a child that was started `detached`, so that its pid names its group. */
export function processGroupOf(child: ChildProcess): ProcessGroup {
  const { pid } = child;
  let killer: NodeJS.Timeout | undefined;
  const kill = (): void => {
    clearTimeout(killer);
    if (pid === undefined) return;
    if (process.platform === 'win32') endTree(pid);
    else signalGroup(pid, 'SIGKILL');
  };
  return {
    id: pid,
    isAlive() {
      if (pid === undefined) return false;
      // Windows has no groups: what the child has left behind cannot be seen.
      if (process.platform === 'win32') return child.exitCode === null && child.signalCode === null;
      return signalGroup(pid, 0);
    },
    kill,
    end() {
      if (pid === undefined || killer !== undefined) return;
      if (process.platform === 'win32') return kill();
      signalGroup(pid, 'SIGTERM');
      killer = setTimeout(() => {
        if (signalGroup(pid, 0)) signalGroup(pid, 'SIGKILL');
      }, GRACE_MS);
    },
  };
}

/** Whether there was anyone to signal. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

function endTree(pid: number): void {
  const system = process.env['SystemRoot'] ?? String.raw`C:\Windows`;
  const killer = spawn(String.raw`${system}\System32\taskkill.exe`, ['/T', '/F', '/PID', String(pid)], {
    stdio: 'ignore',
    windowsHide: true,
  });
  // Nothing can be done about a machine without it.
  killer.on('error', () => undefined);
}

// Ends the commands of a process that dies without a word: a small shell beside it that knows their groups and outlives it.
import { spawn, type ChildProcess } from 'node:child_process';

/** Most commands are over sooner: they are not worth a process. */
const START_AFTER_MS = 50;

/**
 * Each line is the list of all groups that run; the end of the input is the end of their owner. What cannot be asked to end is made to.
 * Signals that are sent to the owner's whole session do not reach it before its work is done.
 */
const SCRIPT = `trap '' HUP INT TERM
while read -r line; do groups=$line; done
[ -n "$groups" ] || exit 0
for group in $groups; do kill -s TERM -- "-$group"; done
sleep 1
for group in $groups; do kill -s KILL -- "-$group"; done`;

/** Process groups that end when this process does, however it does. Does nothing on Windows, where the system ends a dead process's shells. */
export class CrashGuard {
  private readonly groups = new Set<number>();
  private guard: ChildProcess | undefined;
  private start: NodeJS.Timeout | undefined;

  watch(group: number): void {
    if (process.platform === 'win32') return;
    this.groups.add(group);
    if (this.guard) this.tell();
    else this.start ??= setTimeout(() => this.begin(), START_AFTER_MS).unref();
  }

  /** It has ended. */
  forget(group: number): void {
    if (!this.groups.delete(group)) return;
    if (this.groups.size === 0) this.end();
    else this.tell();
  }

  /** Watches nothing any more. */
  dispose(): void {
    this.groups.clear();
    this.end();
  }

  private begin(): void {
    this.start = undefined;
    const guard = spawn('/bin/sh', ['-c', SCRIPT], {
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.guard = guard;
    const gone = (): void => {
      if (this.guard === guard) this.guard = undefined;
    };
    guard.on('error', gone).on('exit', gone).unref();
    guard.stdin.on('error', gone);
    // Nobody waits for it: this process may end while it is there.
    (guard.stdin as typeof guard.stdin & { unref?(): void }).unref?.();
    this.tell();
  }

  private tell(): void {
    this.guard?.stdin?.write(`${[...this.groups].join(' ')}\n`);
  }

  private end(): void {
    clearTimeout(this.start);
    this.start = undefined;
    this.guard?.stdin?.end('\n');
    this.guard = undefined;
  }
}

// Removes what the sandbox leaves in a workspace when this process dies without a word: a small shell beside it that outlives it.
import { spawn, type ChildProcess } from 'node:child_process';

/**
 * The first argument is the session's temp folder. Each line is a path that stands in for a missing name, `-` says that none does any more.
 * The end of the input is the end of the owner; only what is still empty is removed.
 */
const SCRIPT = `trap '' HUP INT TERM
temp=$1; shift
while IFS= read -r line; do case $line in -) set -- ;; *) set -- "$@" "$line" ;; esac; done
[ $# -gt 0 ] || exit 0
sleep 1
for place; do
  if [ -L "$place" ]; then :
  elif [ -d "$place" ]; then rmdir -- "$place"
  elif [ -f "$place" ] && [ ! -s "$place" ]; then rm -f -- "$place"
  fi
done
rm -rf -- "$temp"`;

/** Of one session. Commands may overlap: the stand-ins of all are there until the last has ended. */
export class StandInGuard {
  private readonly temp: string;
  private guard: ChildProcess | undefined;
  private commands = 0;

  constructor(temp: string) {
    this.temp = temp;
  }

  begin(places: readonly string[]): void {
    this.commands += 1;
    this.guard ??= this.start();
    for (const place of places) if (!place.includes('\n')) this.guard?.stdin?.write(`${place}\n`);
  }

  end(): void {
    this.commands -= 1;
    if (this.commands === 0) this.guard?.stdin?.write('-\n');
  }

  dispose(): void {
    this.guard?.stdin?.end('-\n');
    this.guard = undefined;
  }

  private start(): ChildProcess {
    const guard = spawn('/bin/sh', ['-c', SCRIPT, 'sh', this.temp], {
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    const gone = (): void => {
      if (this.guard === guard) this.guard = undefined;
    };
    guard.on('error', gone).on('exit', gone).unref();
    guard.stdin.on('error', gone);
    // Nobody waits for it: this process may end while it is there.
    (guard.stdin as typeof guard.stdin & { unref?(): void }).unref?.();
    return guard;
  }
}

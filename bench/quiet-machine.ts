// Waits for a moment in which nothing else uses the machine, where the system says how busy it is.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from './monotonic.ts';

const LOOK_MS = 150;
/** Share of one processor that is still quiet. */
const QUIET_SHARE = 0.2;
const TICK_MS = 10;

/** At most `maxMs`: on a machine that is always busy the figures are what they are. */
export async function quietMachine(maxMs = 6_000): Promise<void> {
  for (const started = monotonicMs(); monotonicMs() - started < maxMs;) {
    const [before, at] = [busyMs(), monotonicMs()];
    if (before === undefined) return;
    await sleep(LOOK_MS);
    if (((busyMs() ?? 0) - before) / (monotonicMs() - at) < QUIET_SHARE) return;
  }
}

/** Milliseconds that all processors have worked so far; undefined on systems without /proc. */
function busyMs(): number | undefined {
  try {
    const [user = 0, nice = 0, system = 0, , , irq = 0, soft = 0, steal = 0] = readFileSync('/proc/stat', 'utf8')
      .split('\n', 1)[0]!
      .trim()
      .split(/\s+/)
      .slice(1)
      .map(Number);
    return (user + nice + system + irq + soft + steal) * TICK_MS;
  } catch {
    return undefined;
  }
}

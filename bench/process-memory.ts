// How much memory a process and all below it hold, by what Linux says under /proc.
import { readdirSync, readFileSync } from 'node:fs';

const PAGE_BYTES = 4096;

function pagesOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]);
}

/** Megabytes that are in memory now; undefined on other systems and for a process that is gone. */
export function treeMb(pid: number): number | undefined {
  let bytes = 0;
  const open = [pid];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    try {
      bytes += pagesOf(at) * PAGE_BYTES;
      for (const thread of readdirSync(`/proc/${at}/task`)) {
        const children = readFileSync(`/proc/${at}/task/${thread}/children`, 'latin1').trim();
        if (children !== '') open.push(...children.split(' ').map(Number));
      }
    } catch {
      // It has ended in between.
    }
  }
  return bytes === 0 ? undefined : bytes / (1024 * 1024);
}

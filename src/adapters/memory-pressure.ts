// Whether the process is short of memory.
import { getHeapStatistics } from 'node:v8';

const TIGHT = 0.8;

/** Past this share of what the heap may hold, collecting garbage takes more time than the work. Cheap; asked before each request. */
export function isMemoryTight(): boolean {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  return used > limit * TIGHT;
}

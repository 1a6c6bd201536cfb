// One collection of garbage at a moment of our choice: when the code of a run is loaded.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * V8 would collect for the first time a little later, beside the first tool call, which then takes twice as long. Here there is less to
 * look at, and afterwards there is room for all of a short run.
 */
export function settleHeap(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  // The code that Node keeps compiled is good for the same flags only.
  setFlagsFromString('--no-expose-gc');
  if (typeof collect === 'function') collect();
}

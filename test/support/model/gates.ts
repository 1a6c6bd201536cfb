/** Named points at which a scripted answer waits for its test. */
import { type Deferred, deferred } from './deferred.ts';

export interface Gates {
  /** Opens a gate for good, whether or not an answer has reached it. */
  release: (name: string) => void;
  /** Resolves when an answer stands at the gate, or has passed it. */
  reached: (name: string) => Promise<void>;
  /** Waits at the gate until it is open; rejects when the signal aborts. */
  pass(name: string, signal: AbortSignal): Promise<void>;
}

interface Gate {
  reached: Deferred<void>;
  open: Deferred<void>;
}

export function createGates(): Gates {
  const gates = new Map<string, Gate>();
  const gateNamed = (name: string): Gate => {
    const gate = gates.get(name) ?? { reached: deferred<void>(), open: deferred<void>() };
    gates.set(name, gate);
    return gate;
  };
  return {
    release: (name) => gateNamed(name).open.resolve(),
    reached: (name) => gateNamed(name).reached.promise,
    async pass(name, signal) {
      const gate = gateNamed(name);
      gate.reached.resolve();
      const aborted = deferred<void>();
      const onAbort = (): void => aborted.resolve();
      signal.addEventListener('abort', onAbort, { once: true });
      await Promise.race([gate.open.promise, aborted.promise]);
      signal.removeEventListener('abort', onAbort);
      signal.throwIfAborted();
    },
  };
}

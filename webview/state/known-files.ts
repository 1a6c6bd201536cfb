// Knows which of the paths that answers mention are files of the workspace: the host is asked for many at once.
import { signal, type Signal } from '@preact/signals';
import type { Intent } from '../../src/shared/protocol.ts';

export interface KnownFiles {
  /** False until the host has said that the file is there. What reads it is drawn again then. */
  readonly has: (path: string) => boolean;
  readonly onFound: (paths: readonly string[]) => void;
}

const AT_ONCE = 50;
const LONGEST = 200;
/** Of different paths, in the life of a panel. */
const MOST = 3000;
/** A file that was not there may have been made since. */
const AGAIN_MS = 15_000;

export function createKnownFiles(send: (intent: Intent) => void, delayMs = 60): KnownFiles {
  const known = new Map<string, { readonly there: Signal<boolean>; asked: number }>();
  const waiting = new Set<string>();

  function ask() {
    const paths = [...waiting];
    waiting.clear();
    for (let at = 0; at < paths.length; at += AT_ONCE)
      send({ type: 'findFiles', paths: paths.slice(at, at + AT_ONCE) });
  }

  return {
    has(path) {
      const entry = known.get(path) ?? { there: signal(false), asked: 0 };
      const isOld = !entry.there.peek() && Date.now() - entry.asked > AGAIN_MS;
      if (isOld && path.length <= LONGEST && known.size < MOST) {
        entry.asked = Date.now();
        known.set(path, entry);
        if (waiting.size === 0) setTimeout(ask, delayMs);
        waiting.add(path);
      }
      return entry.there.value;
    },
    onFound(paths) {
      for (const path of paths) {
        const entry = known.get(path);
        if (entry) entry.there.value = true;
      }
    },
  };
}

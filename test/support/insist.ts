// Acts as a person does on a busy machine: what went nowhere is done again.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator } from 'playwright-core';

const WAIT_MS = 30_000;
const PATIENCE_MS = 4000;

export interface Insistence {
  /** How long one attempt may take to show; default 4 s. */
  readonly patienceMs?: number;
  /** Default 30 s. */
  readonly timeoutMs?: number;
  /** Said when time is up. */
  readonly explain?: () => Promise<string>;
}

/** Acts, and acts again for as long as it has had no effect. What is done must be harmless a second time. */
export async function insist(
  act: () => Promise<unknown>,
  done: () => Promise<boolean>,
  { patienceMs = PATIENCE_MS, timeoutMs = WAIT_MS, explain }: Insistence = {},
): Promise<void> {
  let cause: unknown;
  const keep = (error: unknown) => {
    cause = error;
    return false;
  };
  const end = Date.now() + timeoutMs;
  while (Date.now() < end) {
    await act().catch(keep);
    for (const again = Date.now() + patienceMs; Date.now() < again; await sleep(50)) {
      if (await done().catch(keep)) return;
    }
  }
  const words = (await explain?.().catch(String)) ?? 'What was done had no effect.';
  throw new Error(`${words} (for ${timeoutMs / 1000} s)`, { cause });
}

/** Fills a field in. The words go to whatever has the focus: until they stand in the field, somebody else may have taken it. */
export async function write(field: Locator, words: string): Promise<void> {
  await insist(
    () => field.fill(words, { timeout: WAIT_MS }),
    async () => (await field.inputValue({ timeout: PATIENCE_MS })) === words,
    { patienceMs: 1000, timeoutMs: 2 * WAIT_MS, explain: async () => `"${words}" does not stand in the field` },
  );
}

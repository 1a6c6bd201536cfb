// Work that a person waits for and may stop: the editor shows it, with a button to cancel, once it takes longer than a moment.
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';

/** What ends sooner is not shown. */
const MOMENT_MS = 500;

/**
 * Begins at once. Resolves or rejects as `work` does, and to undefined as soon as the person has stopped it: `signal` is aborted then, and
 * what `work` still comes to is dropped.
 */
export async function longWork<T>(
  title: string,
  work: (signal: AbortSignal) => Promise<T>,
  momentMs = MOMENT_MS,
): Promise<T | undefined> {
  const stop = new AbortController();
  const over = new AbortController();
  const done = work(stop.signal).finally(() => over.abort());
  const ended = done.then(
    () => true,
    () => true,
  );
  const isLong = !(await Promise.race([ended, sleep(momentMs, false, { signal: over.signal }).catch(() => true)]));
  if (!isLong) return done;
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, (_, token) => {
    const stopped = new Promise<undefined>((resolve) => {
      token.onCancellationRequested(() => {
        stop.abort();
        resolve(undefined);
      });
    });
    return Promise.race([done, stopped]);
  });
}

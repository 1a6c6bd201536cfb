// Asks the editor's providers through its commands: bounded in time, ended by the signal, failures as ServiceError.
import * as vscode from 'vscode';
import { ServiceError } from '../../core/tools/editor/language-services.ts';
import { systemClock } from '../../adapters/system-clock.ts';

const ANSWER_MS = 10_000;
/** A server that was just started may register its answers a moment later. */
const WAKING_MS = 3_000;
const RETRY_MS = 300;

/** Waits for the answer, at most `ms`. Rejects with `ServiceError` alone. */
export async function bounded<T>(answer: PromiseLike<T>, signal: AbortSignal, ms = ANSWER_MS): Promise<T> {
  const over = new AbortController();
  const stop = (): void => over.abort();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const late = systemClock.sleep(ms, over.signal).then(() => {
    throw new ServiceError(signal.aborted ? 'stopped' : 'timeout');
  });
  try {
    return await Promise.race([answer, late]);
  } catch (error) {
    throw error instanceof ServiceError ? error : new ServiceError('refused', wordsOf(error));
  } finally {
    late.catch(() => undefined);
    signal.removeEventListener('abort', stop);
    stop();
  }
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The document, opened without being shown. Rejects with `ServiceError`. */
export async function openDocument(uri: vscode.Uri, signal: AbortSignal, ms?: number): Promise<vscode.TextDocument> {
  return bounded(vscode.workspace.openTextDocument(uri), signal, ms);
}

/** Extensions that say they serve this language. */
export function servers(language: string): readonly vscode.Extension<unknown>[] {
  return vscode.extensions.all.filter(({ packageJSON }) => {
    const { main, browser, activationEvents = [], contributes } = packageJSON as Manifest;
    if (main === undefined && browser === undefined) return false;
    return (
      activationEvents.includes(`onLanguage:${language}`) ||
      (contributes?.languages ?? []).some(({ id }) => id === language)
    );
  });
}

interface Manifest {
  readonly main?: string;
  readonly browser?: string;
  readonly activationEvents?: readonly string[];
  readonly contributes?: { readonly languages?: readonly { readonly id?: string }[] };
}

/** Starts the extensions that serve a language. True: one of them was not running yet. */
export async function wake(language: string, signal: AbortSignal): Promise<boolean> {
  const asleep = servers(language).filter(({ isActive }) => !isActive);
  // One that does not start is its own failure: the others may answer.
  await bounded(Promise.allSettled(asleep.map((extension) => extension.activate())), signal);
  return asleep.length > 0;
}

/**
 * What the command answers about a document; its language's extensions are started first. An empty answer of a language without any is
 * `unsupported`.
 */
export async function askProvider<T>(
  document: vscode.TextDocument,
  signal: AbortSignal,
  command: string,
  ...input: unknown[]
): Promise<readonly T[]> {
  const { languageId } = document;
  const ask = (): Promise<T[] | undefined> =>
    bounded(vscode.commands.executeCommand<T[] | undefined>(command, document.uri, ...input), signal);
  const woken = await wake(languageId, signal);
  let answer = await ask();
  for (let waited = 0; woken && isEmpty(answer) && waited < WAKING_MS && !signal.aborted; waited += RETRY_MS) {
    await systemClock.sleep(RETRY_MS, signal);
    answer = await ask();
  }
  if (isEmpty(answer) && servers(languageId).length === 0) throw new ServiceError('unsupported', languageId);
  return answer ?? [];
}

function isEmpty(answer: readonly unknown[] | undefined): boolean {
  return !answer || answer.length === 0;
}

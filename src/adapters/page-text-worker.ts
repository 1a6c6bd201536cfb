// Runs the conversion of a page in a thread of its own, so that a hostile one can be given up and a long one holds up nobody.
//
// This module is both ends: it starts itself, and is only ever imported lazily, so that a bundler leaves it a file of its own.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** What the thread is given; the name tells it from the threads of others that load this file. */
interface Work {
  readonly pageToConvert: { readonly html: string; readonly base: string };
}

const MAX_MEMORY_MB = 512;

/** Undefined when it takes longer than `timeoutMs`, too much memory, or fails. Never rejects. */
export function convertInThread(html: string, base: string, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const work: Work = { pageToConvert: { html, base } };
    const thread = new Worker(new URL(import.meta.url), {
      workerData: work,
      resourceLimits: { maxOldGenerationSizeMb: MAX_MEMORY_MB },
      env: {},
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    const end = (text: string | undefined): void => {
      clearTimeout(timer);
      resolve(text);
      void thread.terminate();
    };
    const timer = setTimeout(() => end(undefined), timeoutMs);
    thread.once('message', (text: unknown) => end(typeof text === 'string' ? text : undefined));
    thread.once('error', () => end(undefined));
    thread.once('exit', () => end(undefined));
  });
}

function workOf(data: unknown): Work['pageToConvert'] | undefined {
  return typeof data === 'object' && data !== null && 'pageToConvert' in data
    ? (data as Work).pageToConvert
    : undefined;
}

async function convert({ html, base }: Work['pageToConvert']): Promise<void> {
  const { htmlToMarkdown } = await import('./page-text-html.ts');
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the port of a thread knows no origins
  parentPort?.postMessage(htmlToMarkdown(html, base));
}

const work = isMainThread ? undefined : workOf(workerData);
if (work) void convert(work);

// One run of ripgrep: its output in parts as they come, its complaints as one sentence.
import { spawn } from 'node:child_process';
import { SearchError } from '../core/ports.ts';
import { childEnvironment } from './child-environment.ts';

export interface RipgrepRun {
  /** Ended before ripgrep was done. */
  readonly ended: boolean;
}

/**
 * `onPart` gets what stands between separators and returns false to end the run. Undefined when the program is none that can be run.
 * Rejects with `SearchError` for what ripgrep says is wrong with its arguments.
 */
export function runRipgrep(
  program: string,
  args: readonly string[],
  separator: '\n' | '\0',
  signal: AbortSignal,
  onPart: (part: string) => boolean,
): Promise<RipgrepRun | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: childEnvironment(process.env),
      windowsHide: true,
    });
    let ended = false;
    let errors = '';
    const stop = (): void => {
      ended = true;
      child.kill('SIGKILL');
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (errors.length < 4_000) errors += text;
    });
    readParts(child.stdout, separator, (part) => {
      if (!ended && !onPart(part)) stop();
    });
    child.once('error', () => {
      signal.removeEventListener('abort', stop);
      resolve(undefined);
    });
    child.once('close', (code) => {
      signal.removeEventListener('abort', stop);
      // 2 without words: some file could not be read, which is no reason to keep the rest back.
      if (!ended && code === 2 && errors.trim() !== '') reject(new SearchError(explain(errors)));
      // 0: found, 1: nothing found. Anything else was not ripgrep, or did not get far.
      else resolve(ended || (code !== null && code <= 2) ? { ended } : undefined);
    });
  });
}

/** Only the separator ends a part: a carriage return in a file does not make two lines of one. */
function readParts(stream: NodeJS.ReadableStream, separator: string, onPart: (part: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const parts = (rest + text).split(separator);
    rest = parts.pop() ?? '';
    for (const part of parts) onPart(part);
  });
  stream.on('end', () => {
    if (rest !== '') onPart(rest);
  });
}

/** Ripgrep's own reason, without its drawings and its advice about options that nobody here can give. */
function explain(errors: string): string {
  const lines = errors.replace(/^rg: /gm, '').split('\n');
  const reason = (lines.find((line) => line.startsWith('error: '))?.slice('error: '.length) ?? lines[0] ?? '').trim();
  if (reason.startsWith('unrecognized file type')) {
    return `The search could not be run: ${reason}. Use a type that ripgrep knows, such as js, py or rust, or a glob.`;
  }
  const isBreak = reason.includes(String.raw`literal "\n"`);
  const advice = isBreak
    ? 'Set multiline to true for a match that spans lines.'
    : 'Correct the pattern and search again.';
  return `The pattern is not a regular expression that can be searched for: ${reason}. ${advice}`;
}

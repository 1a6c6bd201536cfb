// Runs one development command to its end, with a time limit, in a process group of its own.
import { createInterface } from 'node:readline';
import { startProcessGroup } from './process-group.ts';

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Gets every line of output instead of the terminal. */
  readonly onLine?: (line: string) => void;
  /** Default half an hour: a busy machine takes many times a quiet one. */
  readonly timeoutMs?: number;
}

export interface CommandResult {
  /** Its exit code; 124 when it ran out of time, 128 when a signal ended it. */
  readonly exitCode: number;
  readonly milliseconds: number;
}

/** Never rejects for what the command does: a command that does not start has exit code 127. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const { cwd, env, onLine, timeoutMs = 1_800_000 } = options;
  const started = Date.now();
  const group = startProcessGroup(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: onLine ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
  });
  const stop = () => void group.stop(1000);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const { stdout, stderr } = group.child;
  const piped = onLine ? [stdout, stderr].filter((stream) => stream !== null) : [];
  const lines = piped.map((stream) => pipeLines(stream, (line) => onLine?.(line)));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, timeoutMs);
  const end = await group.ended;
  clearTimeout(timer);
  // What it left running would keep the pipes open.
  await group.stop(0);
  await Promise.all(lines);
  process.off('SIGINT', stop).off('SIGTERM', stop);
  const exitCode = late ? 124 : typeof end === 'number' ? end : 128;
  return { exitCode, milliseconds: Date.now() - started };
}

function pipeLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): Promise<void> {
  const reader = createInterface({ input: stream, crlfDelay: Infinity });
  reader.on('line', onLine);
  return new Promise((resolve) => reader.once('close', resolve));
}

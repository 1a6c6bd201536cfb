// Bash: runs a shell command in the session's folder, which it may move within the workspace.
import type * as z from 'zod/mini';
import { namesWithin } from '../../permissions/lexical-path.ts';
import type { FileSystem, ProcessRunner, ResultStore, ShellResult } from '../../ports.ts';
import { inputObject, lazily, optionalCount, optionalText, textField } from '../input-fields.ts';
import { clipKept, KeptOutput } from '../kept-output.ts';
import { plainOutput } from './plain-output.ts';
import type { ShellState } from './shell-state.ts';
import { shownText } from '../tool-paths.ts';
import { defineTool, ToolError, type Tool, type ToolContext } from '../tool.ts';

const DEFAULT_TIMEOUT_MS = 120_000;
const MAX_TIMEOUT_MS = 600_000;
const MAX_OUTPUT_CHARS = 30_000;
/** Kept while reading: control sequences take room that the model does not see. */
const MAX_OUTPUT_BYTES = 256 * 1024;
const MAX_REPORTED_CHARS = 200_000;

const schema = lazily(() =>
  inputObject({
    command: textField('The command.'),
    description: optionalText('What it is for, in five to ten words, for the person who is asked.'),
    timeout: optionalCount(`Milliseconds. Default ${DEFAULT_TIMEOUT_MS}, at most ${MAX_TIMEOUT_MS}.`, 1),
  }),
);

type BashInput = z.infer<ReturnType<typeof schema>>;

export interface BashToolOptions {
  readonly files: Pick<FileSystem, 'resolve'>;
  readonly processes: ProcessRunner;
  readonly shell: ShellState;
  /** The workspace's folders, absolute: the shell stays in them. */
  readonly workspace: readonly string[];
  /** Keeps output that is too long to be shown whole. Default: it is not kept. */
  readonly results?: ResultStore;
}

export function createBashTool(options: BashToolOptions): Tool {
  const { processes, shell } = options;
  return defineTool<BashInput>({
    name: 'Bash',
    description:
      'Runs a command in bash. The working folder is kept between calls, variables are not. There is no input and no terminal: use flags that do not ask. Prefer Read, Edit, Glob and Grep for files.',
    schema,
    cancelsSiblings: true,
    summarize: (input) => ({ verb: 'Ran', activeVerb: 'Running', object: shownText(input.command), quiet: false }),
    prepare(input) {
      const { command, description } = input;
      const { cwd } = shell;
      const purpose = description?.trim() ? { purpose: description.trim() } : {};
      return {
        access: { kind: 'command', tool: 'Bash', command, cwd, ...purpose },
        async run(grant, context) {
          if (grant.access.kind !== 'command') throw new Error('Bash was granted something that is not a command');
          const timeoutMs = Math.min(input.timeout ?? DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS);
          const request = { ...grant.access, timeoutMs, maxOutputBytes: MAX_OUTPUT_BYTES };
          const report = boundedReport(context);
          const kept = new KeptOutput(options.results, MAX_OUTPUT_CHARS);
          const result = await processes.run(request, context.signal, (text) => {
            report(text);
            return kept.add(text);
          });
          if (result.ended === 'spawn_failed') throw new ToolError(plainOutput(result.output));
          const moved = result.ended === 'exit' ? await moveShell(options, result.cwd) : undefined;
          const ending = describeEnding(result, timeoutMs);
          const { exitCode } = result;
          return {
            content: [await outputOf(result, kept), ending, moved].filter((line) => line !== undefined).join('\n'),
            details: {
              ...(exitCode === undefined ? {} : { exitCode }),
              ...(ending ? { note: ending.slice(1, -1) } : {}),
            },
            isError: result.ended !== 'exit' || exitCode !== 0,
          };
        },
      };
    },
  });
}

/** Live output for the person, up to a bound: the result has the rest. */
function boundedReport(context: ToolContext): (text: string) => void {
  let left = MAX_REPORTED_CHARS;
  return (text) => {
    if (left <= 0) return;
    const shown = text.slice(0, left);
    left -= shown.length;
    context.report(left > 0 ? shown : `${shown}\n[More output follows; its end is in the result.]\n`);
  };
}

async function outputOf(result: ShellResult, output: KeptOutput): Promise<string> {
  const text = plainOutput(result.output).replace(/\s+$/, '');
  const dropped = result.totalBytes > MAX_OUTPUT_BYTES;
  if (!dropped && text.length <= MAX_OUTPUT_CHARS) {
    await output.discard();
    return text === '' ? '(no output)' : text;
  }
  const whole = dropped ? output.chars : text.length;
  return clipKept(text, MAX_OUTPUT_CHARS, { whole, kept: await output.finish(), what: 'output' });
}

function describeEnding(result: ShellResult, timeoutMs: number): string | undefined {
  switch (result.ended) {
    case 'exit':
      return result.exitCode === 0 ? undefined : `[Exit code ${result.exitCode ?? 'unknown'}]`;
    case 'timeout':
      return `[Ended by the time-out after ${Math.round(timeoutMs / 100) / 10} s; what it printed until then is above. Run a smaller part, or give a longer timeout, up to ${MAX_TIMEOUT_MS} ms.]`;
    case 'abort':
      return '[Stopped before it ended]';
    case 'signal':
      return '[Ended by a signal]';
    default:
      return '[Did not start]';
  }
}

/** Follows the shell to a folder in the workspace. Returns a note when it went elsewhere. */
async function moveShell({ files, shell, workspace }: BashToolOptions, folder: string): Promise<string | undefined> {
  if (folder === shell.cwd) return undefined;
  const canonical = await files.resolve(folder).catch(() => undefined);
  const roots = await Promise.all(workspace.map((root) => files.resolve(root).catch(() => undefined)));
  const inside = (path: string): boolean =>
    roots.some((root) => root !== undefined && namesWithin(path, root) !== undefined);
  if (canonical !== undefined && inside(canonical)) {
    // The same folder by another name (through a link) is no move.
    if (canonical !== (await files.resolve(shell.cwd).catch(() => undefined))) shell.cwd = canonical;
    return undefined;
  }
  shell.cwd = workspace[0] ?? shell.cwd;
  return `[The command left the workspace for ${folder}; the next one starts in ${shell.cwd}.]`;
}

// What Bash and PowerShell share: a command run to its end in the session's folder, which it may move, or begun in the background.
import type * as z from 'zod/mini';
import { namesWithin } from '../../permissions/lexical-path.ts';
import type { SandboxPolicy } from '../../permissions/sandbox-policy.ts';
import type { FileSystem, ProcessRunner, ResultStore, ShellResult } from '../../ports.ts';
import type { BackgroundTasks } from '../background-tasks.ts';
import { inputObject, lazily, optionalCount, optionalFlag, optionalText, textField } from '../input-fields.ts';
import { KeptOutput } from '../kept-output.ts';
import { shownText } from '../tool-paths.ts';
import { defineTool, ToolError, type Tool, type ToolAction, type ToolContext, type ToolResult } from '../tool.ts';
import { noMirror, type CommandMirror } from './command-mirror.ts';
import { plainOutput } from './plain-output.ts';
import { aboutSandbox, sandboxWords } from './sandbox-words.ts';
import type { ShellState } from './shell-state.ts';
import { liveReport, MAX_OUTPUT_CHARS, shownOutput } from './shown-output.ts';

const DEFAULT_TIMEOUT_MS = 120_000;
const MAX_TIMEOUT_MS = 600_000;
/** Kept while reading: control sequences take room that the model does not see. */
const MAX_OUTPUT_BYTES = 256 * 1024;
/** In the background the task keeps the output; here it is only the reason why there is none. */
const MAX_REASON_BYTES = 4 * 1024;

const foreground = {
  command: textField('The command.'),
  description: optionalText('What it is for, in five to ten words, for the person who is asked.'),
  timeout: optionalCount(`Milliseconds. Default ${DEFAULT_TIMEOUT_MS}, at most ${MAX_TIMEOUT_MS}.`, 1),
};
const background = {
  run_in_background: optionalFlag('Start it and go on: for servers and long work. No time-out unless one is given.'),
};
const outside = {
  dangerouslyDisableSandbox: optionalFlag(
    'Run it outside the sandbox. The person is asked: only after the sandbox refused it.',
  ),
};
/** All there is; what a session has no use for is left out. */
const schema = lazily(() => inputObject({ ...foreground, ...background, ...outside }));
const schemas = {
  plain: lazily(() => inputObject(foreground)),
  background: lazily(() => inputObject({ ...foreground, ...background })),
  outside: lazily(() => inputObject({ ...foreground, ...outside })),
  all: schema,
};

type ShellInput = z.infer<ReturnType<typeof schema>>;

export interface ShellToolOptions {
  readonly files: Pick<FileSystem, 'resolve'>;
  readonly processes: ProcessRunner;
  readonly shell: ShellState;
  /** The workspace's folders, absolute: the shell stays in them. */
  readonly workspace: readonly string[];
  /** Keeps output that is too long to be shown whole. Default: it is not kept. */
  readonly results?: ResultStore;
  /** Default: no command can go on in the background. */
  readonly tasks?: BackgroundTasks;
  /** Gets all output as it comes. Default: nothing does. */
  readonly mirror?: CommandMirror;
  /** What `processes` puts commands into; the model is told. Default: none. */
  readonly sandbox?: Pick<SandboxPolicy, 'mode' | 'hosts'>;
}

export interface ShellWords {
  readonly name: string;
  /** What the model is told about it, before what is true of both. */
  readonly language: string;
  /** Proves that a command changes nothing and may run beside others. Default: none may. */
  readonly onlyLooks?: (command: string) => boolean;
}

export function createShellTool({ name, language, onlyLooks }: ShellWords, options: ShellToolOptions): Tool {
  return defineTool<ShellInput>({
    name,
    description: `${language} The working folder is kept between calls, variables are not. There is no input and no terminal: use flags that do not ask. Prefer Read, Edit, Glob and Grep for files.${aboutSandbox(options.sandbox)}`,
    schema: schemaFor(options),
    cancelsSiblings: true,
    isConcurrencySafe: ({ command, run_in_background: inBackground }) =>
      typeof command === 'string' && inBackground !== true && onlyLooks?.(command) === true,
    rehearsal: (cwd) => ({ kind: 'command', tool: name, command: 'true', cwd }),
    summarize: (input) => ({
      verb: input.run_in_background === true ? 'Started' : 'Ran',
      activeVerb: input.run_in_background === true ? 'Starting' : 'Running',
      object: shownText(input.command),
      quiet: false,
    }),
    prepare(input): ToolAction {
      if (input.command.trim() === '') throw new ToolError('command is empty: give the command to run.');
      const { cwd } = options.shell;
      const purpose = input.description?.trim();
      const unsandboxed = input.dangerouslyDisableSandbox === true && options.sandbox?.mode === 'on';
      return {
        access: {
          kind: 'command',
          tool: name,
          command: input.command,
          cwd,
          ...(purpose ? { purpose } : {}),
          ...(unsandboxed ? { unsandboxed } : {}),
        },
        async run({ access }, context) {
          if (access.kind !== 'command') throw new Error(`${name} was granted something that is not a command`);
          const { command, cwd } = access;
          const start = { command, cwd, ...(access.unsandboxed === true ? { sandboxed: false } : {}) };
          if (input.run_in_background === true && options.tasks) {
            return begin({ ...start, ...timeoutOf(input.timeout) }, options, options.tasks);
          }
          const timeoutMs = Math.min(input.timeout ?? DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS);
          return runToEnd({ ...start, timeoutMs }, options, context);
        },
      };
    },
  });
}

function schemaFor({ tasks, sandbox }: ShellToolOptions): () => z.ZodMiniType<ShellInput> {
  if (sandbox?.mode === 'on') return tasks ? schemas.all : schemas.outside;
  return tasks ? schemas.background : schemas.plain;
}

function timeoutOf(timeoutMs: number | undefined): { timeoutMs?: number } {
  return timeoutMs === undefined ? {} : { timeoutMs };
}

interface Start {
  readonly command: string;
  readonly cwd: string;
  readonly timeoutMs?: number;
  readonly sandboxed?: boolean;
}

async function runToEnd(start: Start, options: ShellToolOptions, context: ToolContext): Promise<ToolResult> {
  const { processes, results, mirror = noMirror } = options;
  const report = liveReport(context);
  const kept = new KeptOutput(results, MAX_OUTPUT_CHARS);
  const mirrored = mirror.begin(start.command, start.cwd);
  const result = await processes.run({ ...start, maxOutputBytes: MAX_OUTPUT_BYTES }, context.signal, (text) => {
    report.add(text);
    mirrored.write(text);
    return kept.add(text);
  });
  report.end();
  mirrored.end(shortEnding(result));
  if (result.ended === 'spawn_failed') throw new ToolError(plainOutput(result.output));
  const moved = result.ended === 'exit' ? await moveShell(options, result.cwd) : undefined;
  const output = await shownOutput(result.output, result.totalBytes > MAX_OUTPUT_BYTES, kept);
  const ending = describeEnding(result, start.timeoutMs);
  const { exitCode } = result;
  const notes = [ending?.slice(1, -1), result.unsandboxed, result.blocked].filter((note) => note !== undefined);
  const lines = [output || '(no output)', ending, ...sandboxWords(result, options.sandbox), moved];
  return {
    content: lines.filter((line) => line !== undefined).join('\n'),
    details: {
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(notes.length > 0 ? { note: notes.map((note) => plainOutput(note)).join('. ') } : {}),
    },
    isError: result.ended !== 'exit' || exitCode !== 0,
  };
}

function begin(
  start: Start,
  { processes, mirror = noMirror, sandbox }: ShellToolOptions,
  tasks: BackgroundTasks,
): ToolResult {
  const id = tasks.start({
    kind: 'command',
    title: start.command,
    async run(work) {
      const mirrored = mirror.begin(start.command, start.cwd);
      const result = await processes.run({ ...start, maxOutputBytes: MAX_REASON_BYTES }, work.signal, (text) => {
        mirrored.write(text);
        return work.write(text);
      });
      mirrored.end(shortEnding(result));
      const ending = [shortEnding(result), ...sandboxWords(result, sandbox)].join(' ');
      return { ok: result.ended === 'exit' && result.exitCode === 0, ending };
    },
  });
  return {
    content: `Runs in the background as task ${id}. You are told when it ends; TaskOutput reads what it prints, TaskStop ends it.`,
    details: { note: `Runs in the background as task ${id}` },
  };
}

function shortEnding({ ended, exitCode, output }: ShellResult): string {
  switch (ended) {
    case 'exit':
      return `Exit code ${exitCode ?? 'unknown'}`;
    case 'timeout':
      return 'Ended by its time-out';
    case 'abort':
      return 'Stopped';
    case 'signal':
      return 'Ended by a signal';
    default:
      return plainOutput(output);
  }
}

function describeEnding(result: ShellResult, timeoutMs = 0): string | undefined {
  switch (result.ended) {
    case 'exit':
      return result.exitCode === 0 ? undefined : `[${shortEnding(result)}]`;
    case 'timeout':
      return `[Ended by the time-out after ${Math.round(timeoutMs / 100) / 10} s; what it printed until then is above. Run a smaller part, or give a longer timeout, up to ${MAX_TIMEOUT_MS} ms.]`;
    case 'abort':
      return '[Stopped before it ended]';
    default:
      return `[${shortEnding(result)}]`;
  }
}

/** Follows the shell to a folder in the workspace. Returns a note when it went elsewhere. */
async function moveShell({ files, shell, workspace }: ShellToolOptions, folder: string): Promise<string | undefined> {
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

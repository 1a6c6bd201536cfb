// One run of a task of the editor: judged by its whole command line, waited for, and put in words.
import { clipMiddle, plainOutput } from '../shell/plain-output.ts';
import { ToolError, type ToolContext, type ToolResult } from '../tool.ts';
import { answered } from './code-places.ts';
import type { EditorTask, EditorTasks, TaskRun } from './editor-tasks.ts';

const MAX_OUTPUT_CHARS = 30_000;
const MAX_REPORTED_CHARS = 200_000;
export const DEFAULT_TASK_MS = 300_000;
export const MAX_TASK_MS = 1_800_000;

/** The tasks there are. Throws `ToolError` where none can be run. */
export async function listTasks(tasks: EditorTasks, signal: AbortSignal): Promise<readonly EditorTask[]> {
  const restriction = tasks.restriction();
  if (restriction !== undefined) throw new ToolError(restriction);
  return answered(tasks.list(signal), 'tasks');
}

export function taskLine({ name, source, group, isDefault, command }: EditorTask): string {
  const marks = [source, group === 'other' ? '' : `${isDefault ? 'default ' : ''}${group}`].filter(
    (mark) => mark !== '',
  );
  return `${name} [${marks.join(', ')}]${command === undefined ? '' : `: ${command}`}`;
}

/** Asks the gate about the task's command line, runs it to its end. */
export async function runTask(
  tasks: EditorTasks,
  task: EditorTask,
  tool: string,
  timeout: number | undefined,
  context: ToolContext,
): Promise<ToolResult> {
  const subject = task.command ?? `The task "${task.name}" of ${task.source}, which does not tell its command`;
  await context.authorize({ kind: 'action', tool, title: 'Run the task', subject, specifier: task.name });
  const timeoutMs = Math.min(timeout ?? DEFAULT_TASK_MS, MAX_TASK_MS);
  const run = tasks.run(task, { timeoutMs, signal: context.signal, onOutput: boundedReport(context) });
  const result = await answered(run, 'end of the task');
  const { exitCode } = result;
  const ending = describeEnding(task, result, timeoutMs);
  return {
    content: [`Task ${taskLine(task)}`, outputOf(result), ending].join('\n'),
    details: { ...(exitCode === undefined ? {} : { exitCode }), note: ending.slice(1, -1) },
    isError: result.ended !== 'exit' || (exitCode ?? 0) !== 0,
  };
}

function boundedReport(context: ToolContext): (text: string) => void {
  let left = MAX_REPORTED_CHARS;
  return (text) => {
    if (left <= 0) return;
    context.report(text.slice(0, left));
    left -= text.length;
  };
}

function outputOf({ output }: TaskRun): string {
  if (output === undefined) return "[Its output cannot be read here: it is in the editor's terminal.]";
  const text = plainOutput(output).trim();
  return text === '' ? '(no output)' : clipMiddle(text, MAX_OUTPUT_CHARS);
}

function describeEnding(task: EditorTask, { ended, exitCode }: TaskRun, timeoutMs: number): string {
  if (ended === 'abort') return '[Stopped before it ended]';
  if (ended === 'timeout') {
    const seconds = Math.round(timeoutMs / 100) / 10;
    return `[Ended by the time-out after ${seconds} s. A task that serves or watches never ends; for others give a longer timeout, up to ${MAX_TASK_MS} ms.]`;
  }
  if (exitCode === undefined) return `[${task.name} ended; it tells no exit code]`;
  return `[Exit code ${exitCode}]`;
}

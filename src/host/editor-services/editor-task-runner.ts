// The editor's tasks, as the core's EditorTasks.
import * as vscode from 'vscode';
import { systemClock } from '../../adapters/system-clock.ts';
import type { EditorTask, EditorTasks, TaskRun } from '../../core/tools/editor/editor-tasks.ts';
import { ServiceError } from '../../core/tools/editor/language-services.ts';
import { isVirtual, workingFolder } from '../locations.ts';
import { bounded, wordsOf } from './ask-editor.ts';
import { taskCommand } from './task-commands.ts';
import { TerminalOutputs } from './terminal-outputs.ts';

/** Extensions look for tasks by running programs of their own. */
const LIST_MS = 30_000;
/** How long its end and the rest of its output may take to be told. */
const END_GRACE_MS = 3_000;
const READ_GRACE_MS = 1_000;

type RunOptions = Parameters<EditorTasks['run']>[1];

export function createEditorTaskRunner(): EditorTasks {
  return {
    restriction() {
      if (!vscode.workspace.isTrusted) {
        return 'The workspace is in Restricted Mode, where no task runs. Ask the person to trust it, if they want tasks to run.';
      }
      const folder = workingFolder();
      return folder && isVirtual(folder) ? 'The workspace is virtual: no task can run there.' : undefined;
    },

    async list(signal) {
      const all = await fetchTasks(signal);
      return all.map((task) => describeTask(task, all));
    },

    async run(task, options) {
      const all = await fetchTasks(options.signal);
      const found = all.find((one) => idOf(one) === task.id);
      if (!found || describeTask(found, all).command !== task.command) throw new ServiceError('stale', task.name);
      if (vscode.tasks.taskExecutions.some((running) => idOf(running.task) === task.id)) {
        throw new ServiceError('refused', `the task "${task.name}" is running already`);
      }
      return runToEnd(found, taskCommand(found, all).names, options);
    },
  };
}

function fetchTasks(signal: AbortSignal): Promise<vscode.Task[]> {
  return bounded(vscode.tasks.fetchTasks(), signal, LIST_MS);
}

function idOf({ source, name, scope, definition }: vscode.Task): string {
  const folder = typeof scope === 'object' ? scope.uri.toString() : String(scope);
  return JSON.stringify([source, name, folder, definition]);
}

function describeTask(task: vscode.Task, all: readonly vscode.Task[]): EditorTask {
  const { group } = task;
  return {
    id: idOf(task),
    name: task.name,
    source: task.source,
    group: group?.id === 'build' ? 'build' : group?.id === 'test' ? 'test' : 'other',
    isDefault: group?.isDefault ?? false,
    command: taskCommand(task, all).command,
  };
}

async function runToEnd(
  task: vscode.Task,
  names: ReadonlySet<string>,
  { timeoutMs, signal, onOutput }: RunOptions,
): Promise<TaskRun> {
  const outputs = new TerminalOutputs(onOutput);
  const watch = watchExecution(names, (processId) => void outputs.want(processId));
  const over = new AbortController();
  const stop = (): void => over.abort();
  try {
    const execution = await start(task);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const ended = watch.ended(execution).then(() => 'exit' as const);
    const late = systemClock
      .sleep(timeoutMs, over.signal)
      .then(() => (signal.aborted ? ('abort' as const) : ('timeout' as const)));
    const outcome = await Promise.race([ended, late]);
    if (outcome !== 'exit') {
      execution.terminate();
      await Promise.race([ended, systemClock.sleep(END_GRACE_MS)]);
    }
    await Promise.race([outputs.ended(), systemClock.sleep(READ_GRACE_MS)]);
    return { ended: outcome, exitCode: watch.exitCode(), output: outputs.text() };
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
    watch.dispose();
    outputs.dispose();
  }
}

async function start(task: vscode.Task): Promise<vscode.TaskExecution> {
  try {
    return await vscode.tasks.executeTask(task);
  } catch (error) {
    throw new ServiceError('refused', wordsOf(error));
  }
}

/** Follows the task and those that run with it; an execution may end before its start was told. */
function watchExecution(names: ReadonlySet<string>, onProcess: (processId: number) => void) {
  const endings = new Set<vscode.TaskExecution>();
  const codes: (number | undefined)[] = [];
  const waiting = new Map<vscode.TaskExecution, () => void>();
  const listeners = [
    vscode.tasks.onDidStartTaskProcess(({ execution, processId }) => {
      if (names.has(execution.task.name)) onProcess(processId);
    }),
    vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (names.has(execution.task.name)) codes.push(exitCode);
    }),
    vscode.tasks.onDidEndTask(({ execution }) => {
      endings.add(execution);
      waiting.get(execution)?.();
    }),
  ];
  return {
    async ended(execution: vscode.TaskExecution): Promise<void> {
      if (!endings.has(execution)) await new Promise<void>((resolve) => waiting.set(execution, resolve));
    },
    /** The first that is not 0. */
    exitCode: (): number | undefined => codes.find((code) => code !== 0) ?? codes[0],
    dispose(): void {
      for (const listener of listeners) listener.dispose();
    },
  };
}

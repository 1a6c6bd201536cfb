// RunTask: lists the tasks of the workspace, or runs one and waits for its end.
import type * as z from 'zod/mini';
import { inputObject, lazily, optionalCount, optionalText } from '../input-fields.ts';
import { shownText } from '../tool-paths.ts';
import { defineTool, ToolError, type Tool } from '../tool.ts';
import type { EditorTask, EditorTasks } from './editor-tasks.ts';
import { DEFAULT_TASK_MS, listTasks, MAX_TASK_MS, runTask, taskLine } from './task-run.ts';

const MAX_LISTED = 100;

const schema = lazily(() =>
  inputObject({
    name: optionalText('The task to run. Default: lists the tasks.'),
    timeout: optionalCount(`Milliseconds. Default ${DEFAULT_TASK_MS}, at most ${MAX_TASK_MS}.`, 1),
  }),
);

type RunTaskInput = z.infer<ReturnType<typeof schema>>;

export function createRunTaskTool({ tasks }: { readonly tasks: EditorTasks }): Tool {
  return defineTool<RunTaskInput>({
    name: 'RunTask',
    description:
      "Runs a task of the workspace (tasks.json, npm scripts, extensions) in the editor's terminal, waits for its end and returns exit code and output; without name, lists the tasks.",
    schema,
    deferred: true,
    summarize: ({ name }) =>
      name === undefined
        ? { verb: 'Listed tasks', activeVerb: 'Listing tasks', object: '', quiet: true }
        : { verb: 'Ran the task', activeVerb: 'Running the task', object: shownText(name), quiet: false },
    prepare({ name, timeout }) {
      if (name?.trim() === '') throw new ToolError('name is empty. Leave it out to list the tasks.');
      return {
        // What a task runs is known only when it is found: that is judged then, by its command.
        access: {
          kind: 'action',
          tool: 'RunTask',
          title: 'List the tasks',
          subject: 'The tasks of the workspace',
          readOnly: true,
        },
        async run(_grant, context) {
          const all = await listTasks(tasks, context.signal);
          if (name !== undefined) return runTask(tasks, chooseTask(all, name), 'RunTask', timeout, context);
          return { content: listed(all), details: {} };
        },
      };
    },
  });
}

function listed(all: readonly EditorTask[]): string {
  if (all.length === 0) return 'The workspace has no tasks. Run commands with Bash.';
  const more = all.length > MAX_LISTED ? [`[The first ${MAX_LISTED} of ${all.length}.]`] : [];
  return [...all.slice(0, MAX_LISTED).map(taskLine), ...more].join('\n');
}

/** By its name, or by `source: name` where several have it. */
function chooseTask(all: readonly EditorTask[], name: string): EditorTask {
  const wanted = name.trim();
  const named = all.filter((task) => task.name === wanted || `${task.source}: ${task.name}` === wanted);
  const [task, ...others] = named;
  if (!task) {
    const names = all.slice(0, MAX_LISTED).map((one) => `"${one.name}"`);
    const instead = names.length === 0 ? 'The workspace has none.' : `The tasks are: ${names.join(', ')}.`;
    throw new ToolError(`There is no task "${name}". ${instead}`);
  }
  if (others.length > 0 && new Set(named.map(({ command, source }) => `${source}\n${command}`)).size > 1) {
    const ways = named.map((one) => `"${one.source}: ${one.name}"`).join(', ');
    throw new ToolError(`${named.length} tasks are called "${name}". Give one as: ${ways}.`);
  }
  return task;
}

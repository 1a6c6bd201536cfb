// TaskOutput: reads what a task in the background has printed since it was last read, and how it stands.
import type * as z from 'zod/mini';
import type { BackgroundTasks, BackgroundTaskView } from '../background-tasks.ts';
import { inputObject, lazily, optionalCount, optionalFlag, textField } from '../input-fields.ts';
import { shownText } from '../tool-paths.ts';
import { defineTool, ToolError, type Tool } from '../tool.ts';

const DEFAULT_WAIT_MS = 30_000;
const MAX_WAIT_MS = 600_000;

const schema = lazily(() =>
  inputObject({
    task_id: textField('The task.'),
    block: optionalFlag('Wait for its end first. Default true.'),
    timeout: optionalCount(`Most milliseconds to wait. Default ${DEFAULT_WAIT_MS}, at most ${MAX_WAIT_MS}.`, 0),
  }),
);

type TaskOutputInput = z.infer<ReturnType<typeof schema>>;

export function createTaskOutputTool({ tasks }: { readonly tasks: BackgroundTasks }): Tool {
  return defineTool<TaskOutputInput>({
    name: 'TaskOutput',
    description:
      'Reads the output of a task in the background that came since it was last read, whether it still runs, and how it ended. Give block: false to look without waiting.',
    schema,
    isConcurrencySafe: () => true,
    summarize: (input) => ({
      verb: 'Read task',
      activeVerb: 'Waiting for task',
      object: shownText(input.task_id),
      quiet: true,
    }),
    prepare: ({ task_id: id, block = true, timeout = DEFAULT_WAIT_MS }) => ({
      access: { kind: 'internal', tool: 'TaskOutput' },
      async run(_, { signal }) {
        findTask(tasks, id);
        if (block) await tasks.wait(id, Math.min(timeout, MAX_WAIT_MS), signal);
        // What is read and how it stands belong to one moment.
        const reading = tasks.read(id);
        const state = stateWords(findTask(tasks, id));
        const output = await reading;
        return { content: `${output || '(no new output)'}\n[${state}]`, details: { note: state } };
      },
    }),
  });
}

/** Throws `ToolError` where there is no such task. */
export function findTask(tasks: BackgroundTasks, id: string): BackgroundTaskView {
  const task = tasks.find(id);
  if (task) return task;
  const known = tasks.list().map((other) => `${other.id} (${other.state})`);
  const there = known.length === 0 ? 'None was started in this session.' : `There are: ${known.join(', ')}.`;
  throw new ToolError(`There is no task ${id}. ${there}`);
}

export function stateWords({ state, ending }: BackgroundTaskView): string {
  if (state === 'running') return 'Still running';
  return state === 'stopped' ? 'Stopped' : `Ended: ${ending}`;
}

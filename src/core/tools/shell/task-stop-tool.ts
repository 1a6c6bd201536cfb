// TaskStop: ends a task in the background with all that it started.
import type * as z from 'zod/mini';
import type { BackgroundTasks } from '../background-tasks.ts';
import { inputObject, lazily, textField } from '../input-fields.ts';
import { shownText } from '../tool-paths.ts';
import { defineTool, type Tool } from '../tool.ts';
import { findTask, stateWords } from './task-output-tool.ts';

const schema = lazily(() => inputObject({ task_id: textField('The task.') }));

type TaskStopInput = z.infer<ReturnType<typeof schema>>;

export function createTaskStopTool({ tasks }: { readonly tasks: BackgroundTasks }): Tool {
  return defineTool<TaskStopInput>({
    name: 'TaskStop',
    description: 'Ends a task in the background with every process that it started, and gives its last output.',
    schema,
    summarize: (input) => ({
      verb: 'Stopped task',
      activeVerb: 'Stopping task',
      object: shownText(input.task_id),
      quiet: false,
    }),
    prepare: ({ task_id: id }) => ({
      access: { kind: 'internal', tool: 'TaskStop' },
      async run() {
        findTask(tasks, id);
        const stopped = await tasks.stop(id);
        const state = stateWords(findTask(tasks, id));
        const words = stopped ? state : `It had ended before: ${state}`;
        const output = await tasks.read(id);
        return { content: `${output || '(no new output)'}\n[${words}]`, details: { note: words } };
      },
    }),
  });
}

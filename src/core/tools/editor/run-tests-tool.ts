// RunTests: runs the test task of the workspace. What the editor's test explorer finds out cannot be read, so it is not used.
import type * as z from 'zod/mini';
import { inputObject, lazily, optionalCount } from '../input-fields.ts';
import { defineTool, ToolError, type Tool } from '../tool.ts';
import type { EditorTask, EditorTasks } from './editor-tasks.ts';
import { DEFAULT_TASK_MS, listTasks, MAX_TASK_MS, runTask } from './task-run.ts';

const schema = lazily(() =>
  inputObject({ timeout: optionalCount(`Milliseconds. Default ${DEFAULT_TASK_MS}, at most ${MAX_TASK_MS}.`, 1) }),
);

type RunTestsInput = z.infer<ReturnType<typeof schema>>;

export function createRunTestsTool({ tasks }: { readonly tasks: EditorTasks }): Tool {
  return defineTool<RunTestsInput>({
    name: 'RunTests',
    description:
      "Runs all tests: the workspace's test task (tasks.json, else npm test) in the editor's terminal, and returns exit code and output. For single tests use Bash.",
    schema,
    deferred: true,
    summarize: () => ({ verb: 'Ran', activeVerb: 'Running', object: 'the tests', quiet: false }),
    prepare({ timeout }) {
      return {
        access: {
          kind: 'action',
          tool: 'RunTests',
          title: 'Find the test task',
          subject: 'The tasks of the workspace',
          readOnly: true,
        },
        async run(_grant, context) {
          const all = await listTasks(tasks, context.signal);
          return runTask(tasks, chooseTestTask(all), 'RunTests', timeout, context);
        },
      };
    },
  });
}

/** The default test task, else the only one, else the one called "test". */
function chooseTestTask(all: readonly EditorTask[]): EditorTask {
  const ofGroup = all.filter(({ group }) => group === 'test');
  const candidates =
    ofGroup.length > 0 ? ofGroup : all.filter(({ name, source }) => name === 'test' && source === 'npm');
  const [first, ...others] = candidates;
  if (!first) {
    throw new ToolError(
      'The workspace has no test task: none in the group "test" of tasks.json and no npm script "test". Run the tests with Bash.',
    );
  }
  const chosen =
    candidates.find(({ isDefault }) => isDefault) ??
    (others.length === 0 ? first : candidates.find(({ name }) => name === 'test'));
  if (chosen) return chosen;
  const names = candidates.map(({ name }) => `"${name}"`).join(', ');
  throw new ToolError(`There are several test tasks and none is the default. Run one with RunTask: ${names}.`);
}

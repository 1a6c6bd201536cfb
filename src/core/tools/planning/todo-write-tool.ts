// TodoWrite: the model's own list of what is to be done, written as a whole.
import type * as z from 'zod/mini';
import { inputObject, lazily, textField } from '../input-fields.ts';
import { defineTool, type Tool } from '../tool.ts';
import { choiceField, listField } from './list-fields.ts';
import { MAX_TODOS, progressWords, type TodoItem, type TodoList } from './todo-list.ts';

const schema = lazily(() =>
  inputObject({
    todos: listField(
      inputObject({
        content: textField('What is to be done: "Fix the parser".'),
        status: choiceField(['pending', 'in_progress', 'completed']),
        activeForm: textField('The same while it is done: "Fixing the parser".'),
      }),
      // How many are too many is said with how many there are, in words that help.
      { least: 0, most: 10_000, what: `a list of at most ${MAX_TODOS} items` },
    ),
  }),
);

type TodoWriteInput = z.infer<ReturnType<typeof schema>>;

export function createTodoWriteTool({ list }: { list: TodoList }): Tool {
  return defineTool<TodoWriteInput>({
    name: 'TodoWrite',
    description:
      'Writes the todo list that the person sees, for work of three steps or more. Give the whole list each time. Keep exactly one item in_progress while you work; mark an item completed as soon as it is done, and only when it is. An empty list clears it.',
    schema,
    summarize: ({ todos }) => ({
      verb: 'Updated the todo list',
      activeVerb: 'Updating the todo list',
      object: Array.isArray(todos) && todos.length > 0 ? progressWords(todos) : '',
      quiet: false,
    }),
    prepare: ({ todos }) => ({
      access: { kind: 'internal', tool: 'TodoWrite' },
      async run(_grant, { record }) {
        list.replace(todos, record);
        return { content: answerFor(todos), details: {} };
      },
    }),
  });
}

function answerFor(todos: readonly TodoItem[]): string {
  if (todos.length === 0) return 'The list is empty now.';
  const active = todos.filter(({ status }) => status === 'in_progress').length;
  const isDone = todos.every(({ status }) => status === 'completed');
  const hint = active > 1 ? ` ${active} items are in progress: work on one at a time.` : '';
  return `The list is written: ${progressWords(todos)}.${isDone ? '' : ' Go on with it.'}${hint}`;
}

// TaskCreate, TaskUpdate, TaskGet and TaskList: the todo list item by item, with what waits for what.
import type * as z from 'zod/mini';
import { inputObject, lazily, optionalChoice, optionalText, textField } from '../input-fields.ts';
import { defineTool, type Tool, type ToolContext } from '../tool.ts';
import { optionalList } from './list-fields.ts';
import { isBlocked, openBlockers, type ListedTodo, type TodoChange, type TodoList } from './todo-list.ts';

const createSchema = lazily(() =>
  inputObject({
    subject: textField('"Fix the parser".'),
    description: textField('What is to be done, and when it is done.'),
    activeForm: optionalText('"Fixing the parser". Default: the subject.'),
  }),
);
const updateSchema = lazily(() =>
  inputObject({
    taskId: textField('As TaskList names it.'),
    status: optionalChoice('"deleted" takes it off the list.', ['pending', 'in_progress', 'completed', 'deleted']),
    subject: optionalText('New subject.'),
    description: optionalText('New description.'),
    activeForm: optionalText('New active form.'),
    addBlocks: optionalList('Ids of tasks that wait for this one.'),
    addBlockedBy: optionalList('Ids of tasks that this one waits for.'),
    owner: optionalText('Who does it.'),
  }),
);
const getSchema = lazily(() => inputObject({ taskId: textField('As TaskList names it.') }));
const listSchema = lazily(() => inputObject({}));

type CreateInput = z.infer<ReturnType<typeof createSchema>>;
type UpdateInput = z.infer<ReturnType<typeof updateSchema>>;
type GetInput = z.infer<ReturnType<typeof getSchema>>;
type ListInput = z.infer<ReturnType<typeof listSchema>>;

/** They share their list with TodoWrite. */
export function createTaskTools({ list }: { list: TodoList }): readonly Tool[] {
  return [
    createTool(list),
    updateTool(list),
    defineTool<GetInput>({
      ...words('TaskGet', 'Shows one task of the todo list with its description and what it waits for.'),
      schema: getSchema,
      isConcurrencySafe: () => true,
      summarize: ({ taskId }) => summary('Looked at task', 'Looking at task', taskId),
      prepare: ({ taskId }) => action('TaskGet', () => describe(list.get(taskId), list)),
    }),
    defineTool<ListInput>({
      ...words('TaskList', 'Shows the todo list with ids, one task a line.'),
      schema: listSchema,
      isConcurrencySafe: () => true,
      summarize: () => ({
        verb: 'Looked at the todo list',
        activeVerb: 'Looking at the todo list',
        object: '',
        quiet: true,
      }),
      prepare: () =>
        action('TaskList', () => list.todos.map((todo) => line(todo, list)).join('\n') || 'The list is empty.'),
    }),
  ];
}

function createTool(list: TodoList): Tool {
  return defineTool<CreateInput>({
    ...words('TaskCreate', 'Adds one task to the todo list that TodoWrite writes as a whole.'),
    schema: createSchema,
    summarize: ({ subject }) => ({
      verb: 'Added to the todo list',
      activeVerb: 'Adding',
      object: subject ?? '',
      quiet: false,
    }),
    prepare: ({ subject, description, activeForm }) =>
      action('TaskCreate', (record) => {
        const task = list.add({ content: subject, activeForm: activeForm ?? subject, description }, record);
        return `Added: ${line(task, list)}`;
      }),
  });
}

function updateTool(list: TodoList): Tool {
  return defineTool<UpdateInput>({
    ...words('TaskUpdate', 'Changes one task of the todo list: its state, its words, what waits for what.'),
    schema: updateSchema,
    summarize: ({ taskId }) => ({ ...summary('Updated task', 'Updating task', taskId), quiet: false }),
    prepare: ({ taskId, ...input }) =>
      action('TaskUpdate', (record) => {
        if (input.status === 'deleted') {
          list.remove(taskId, record);
          return `Task ${taskId} is off the list.`;
        }
        const task = list.update(taskId, changeOf({ ...input, status: input.status }), record);
        const waiting = task.status === 'in_progress' && isBlocked(task, list.todos);
        return `Changed: ${line(task, list)}${waiting ? ' It was to wait for those: make sure that it can be done now.' : ''}`;
      }),
  });
}

function changeOf({
  status,
  subject,
  description,
  activeForm,
  addBlocks,
  addBlockedBy,
  owner,
}: Omit<UpdateInput, 'taskId' | 'status'> & { status: ListedTodo['status'] | undefined }): TodoChange {
  return {
    ...(status === undefined ? {} : { status }),
    ...(subject === undefined ? {} : { content: subject }),
    ...(description === undefined ? {} : { description }),
    ...(activeForm === undefined ? {} : { activeForm }),
    ...(addBlocks === undefined ? {} : { blocks: addBlocks }),
    ...(addBlockedBy === undefined ? {} : { blockedBy: addBlockedBy }),
    ...(owner === undefined ? {} : { owner }),
  };
}

function words(name: string, description: string) {
  return { name, description, deferred: true };
}

function summary(verb: string, activeVerb: string, taskId: string | undefined) {
  return { verb, activeVerb, object: taskId ?? '', quiet: true };
}

function action(tool: string, does: (record: ToolContext['record']) => string): ReturnType<Tool['prepare']> {
  return {
    access: { kind: 'internal', tool },
    run: async (_grant, { record }) => ({ content: does(record), details: {} }),
  };
}

/** `3 [in_progress] Fix the parser (waits for 1, 2) @reviewer`. */
function line(todo: ListedTodo, { todos }: TodoList): string {
  const first = openBlockers(todo, todos);
  const waits = first.length > 0 ? ` (waits for ${first.join(', ')})` : '';
  return `${todo.id} [${todo.status}] ${todo.content}${waits}${todo.owner ? ` @${todo.owner}` : ''}`;
}

function describe(todo: ListedTodo, list: TodoList): string {
  const blocks = list.todos.filter(({ blockedBy }) => blockedBy?.includes(todo.id)).map(({ id }) => id);
  return [
    line(todo, list),
    ...(blocks.length > 0 ? [`Waiting for it: ${blocks.join(', ')}`] : []),
    ...(todo.description ? [todo.description] : []),
  ].join('\n');
}

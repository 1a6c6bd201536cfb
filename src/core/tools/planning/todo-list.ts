// The list of what is to be done in a session. It is the last `todos_changed` of the log, and each change of it is one more.
import type { DurableEvent, Todo } from '../../events.ts';
import { ToolError, type CallEvent } from '../tool.ts';

export interface ListedTodo extends Todo {
  /** Who does it: the name of an agent. */
  readonly owner?: string;
}

/** An item without its place in the list. */
export type TodoItem = Pick<ListedTodo, 'content' | 'activeForm' | 'status'>;

export type TodoChange = Partial<Omit<ListedTodo, 'id' | 'blockedBy'>> & {
  /** Ids that wait for this one from now on. */
  readonly blocks?: readonly string[];
  /** Ids that this one waits for from now on. */
  readonly blockedBy?: readonly string[];
};

/** Puts a change into the session: `ToolContext.record`. */
export type RecordChange = (event: CallEvent) => void;

/** Those that change it throw `ToolError` for what does not fit, and change nothing then. */
export interface TodoList {
  readonly todos: readonly ListedTodo[];
  /** Grows with each change. */
  readonly changes: number;
  /** The whole list anew. An item with the words of an old one is that one still. Empty clears it. */
  replace(items: readonly TodoItem[], record: RecordChange): void;
  add(item: Omit<TodoItem, 'status'> & { readonly description?: string }, record: RecordChange): ListedTodo;
  get(id: string): ListedTodo;
  update(id: string, change: TodoChange, record: RecordChange): ListedTodo;
  remove(id: string, record: RecordChange): void;
}

export const MAX_TODOS = 100;
const MAX_WORDS = 500;
const MAX_DESCRIPTION = 5_000;

/** `entries`: the events of the session so far. */
export function createTodoList(entries: readonly DurableEvent[] = []): TodoList {
  let { todos, lastId } = foldTodos(entries);
  let changes = 0;
  const set = (next: readonly ListedTodo[], record: RecordChange) => {
    const ids = new Set(next.map(({ id }) => id));
    todos = next.map((todo) => withoutMissing(todo, ids));
    changes += 1;
    record({ type: 'todos_changed', todos });
  };
  const get = (id: string) => {
    const found = todos.find((todo) => todo.id === id);
    if (found) return found;
    const ids = todos.map((todo) => todo.id).join(', ');
    const known = ids === '' ? 'The list is empty: add to it with TaskCreate' : `The ids are ${ids}`;
    throw new ToolError(`There is no task ${JSON.stringify(id)}. ${known}.`);
  };
  const nextId = () => String((lastId += 1));

  return {
    get todos() {
      return todos;
    },
    get changes() {
      return changes;
    },
    get,
    replace(items, record) {
      checkCount(items.length);
      items.forEach((item, index) => checkWords(item, `Item ${index + 1}`));
      const old = [...todos];
      const next = items.map((item): ListedTodo => {
        const same = old.findIndex(({ content }) => content === item.content);
        const [kept] = same === -1 ? [] : old.splice(same, 1);
        return { ...kept, ...item, id: kept?.id ?? nextId() };
      });
      set(next, record);
    },
    add(item, record) {
      checkCount(todos.length + 1);
      checkWords(item, 'The task');
      const added: ListedTodo = { ...item, id: nextId(), status: 'pending' };
      set([...todos, added], record);
      return added;
    },
    update(id, { blocks = [], blockedBy = [], ...fields }, record) {
      const changed = { ...get(id), ...fields };
      checkWords(changed, `Task ${id}`);
      const waits = [...blocks.map((other) => [other, id] as const), ...blockedBy.map((other) => [id, other] as const)];
      for (const pair of waits) pair.forEach(get);
      set(waits.reduce(withWait, replaceTodo(todos, changed)), record);
      return get(id);
    },
    remove(id, record) {
      get(id);
      set(
        todos.filter((todo) => todo.id !== id),
        record,
      );
    },
  };
}

/** "2 of 5 done". */
export function progressWords(todos: readonly Pick<Todo, 'status'>[]): string {
  return `${todos.filter(({ status }) => status === 'completed').length} of ${todos.length} done`;
}

export function isBlocked(todo: Todo, todos: readonly Todo[]): boolean {
  return openBlockers(todo, todos).length > 0;
}

/** Ids of those that must still be done first. */
export function openBlockers({ blockedBy = [] }: Todo, todos: readonly Todo[]): string[] {
  return blockedBy.filter((id) => todos.some((todo) => todo.id === id && todo.status !== 'completed'));
}

function foldTodos(entries: readonly DurableEvent[]): { todos: readonly ListedTodo[]; lastId: number } {
  let todos: readonly ListedTodo[] = [];
  let lastId = 0;
  for (const entry of entries) {
    if (entry.type !== 'todos_changed') continue;
    ({ todos } = entry);
    // An id is not given twice, not even after its item has gone.
    for (const { id } of todos) lastId = Math.max(lastId, Number(id) || 0);
  }
  return { todos, lastId };
}

function replaceTodo(todos: readonly ListedTodo[], changed: ListedTodo): readonly ListedTodo[] {
  return todos.map((todo) => (todo.id === changed.id ? changed : todo));
}

/** Task `id` waits for task `first`. */
function withWait(todos: readonly ListedTodo[], [id, first]: readonly [string, string]): readonly ListedTodo[] {
  if (id === first) throw new ToolError(`Task ${id} cannot wait for itself. Name another task.`);
  if (waitsFor(first, id, todos)) {
    throw new ToolError(
      `Task ${first} already waits for task ${id}, so task ${id} cannot wait for it. Leave this out.`,
    );
  }
  return todos.map((todo) =>
    todo.id === id ? { ...todo, blockedBy: [...new Set([...(todo.blockedBy ?? []), first])] } : todo,
  );
}

function waitsFor(id: string, goal: string, todos: readonly ListedTodo[], seen = new Set<string>()): boolean {
  if (seen.has(id)) return false;
  seen.add(id);
  const { blockedBy = [] } = todos.find((todo) => todo.id === id) ?? {};
  return blockedBy.some((first) => first === goal || waitsFor(first, goal, todos, seen));
}

function withoutMissing(todo: ListedTodo, ids: ReadonlySet<string>): ListedTodo {
  if (todo.blockedBy === undefined) return todo;
  const { blockedBy, ...rest } = todo;
  const kept = blockedBy.filter((id) => ids.has(id));
  return kept.length > 0 ? { ...rest, blockedBy: kept } : rest;
}

function checkCount(count: number): void {
  if (count <= MAX_TODOS) return;
  throw new ToolError(
    `A list holds at most ${MAX_TODOS} items, not ${count}. Put small steps together into larger ones.`,
  );
}

function checkWords(item: { content: string; activeForm: string; description?: string }, which: string): void {
  if (item.content.trim() === '') throw new ToolError(`${which} is empty. Say in a few words what is to be done.`);
  const length = Math.max(item.content.length, item.activeForm.length);
  if (length > MAX_WORDS) {
    throw new ToolError(`${which} has a line of ${length} characters; at most ${MAX_WORDS} fit. Say it shorter.`);
  }
  const details = item.description?.length ?? 0;
  if (details > MAX_DESCRIPTION) {
    throw new ToolError(
      `${which} has a description of ${details} characters; at most ${MAX_DESCRIPTION} fit. Shorten it, or put it into a file and name that.`,
    );
  }
}

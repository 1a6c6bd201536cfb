// Brings the todo list back to the model's mind: when it is left alone with open items, and after the conversation was shortened.
import type { Reminder } from '../../engine/reminder.ts';
import { progressWords, type TodoList } from './todo-list.ts';

const ROUNDS = 8;

/** `forget`: what was told is no longer before the model. */
export function createTodoReminder(list: TodoList): Reminder & { forget(): void } {
  let { changes } = list;
  let rounds = 0;
  let forgotten = false;
  return {
    forget: () => void (forgotten = true),
    async take() {
      rounds = list.changes === changes ? rounds + 1 : 0;
      ({ changes } = list);
      const open = list.todos.filter(({ status }) => status !== 'completed');
      const tellAll = forgotten;
      forgotten = false;
      if (open.length === 0) return undefined;
      if (tellAll) return wholeList(list);
      if (rounds < ROUNDS) return undefined;
      rounds = 0;
      const current = open.find(({ status }) => status === 'in_progress') ?? open[0]!;
      return `Reminder: the todo list (${progressWords(list.todos)}, next: ${current.content.slice(0, 100)}) was not touched for a while. Bring it up to date if it is not.`;
    },
  };
}

function wholeList({ todos }: TodoList): string {
  const lines = todos.map(({ id, status, content }) => `${id} [${status}] ${content}`);
  return `Reminder: your todo list is\n${lines.join('\n')}`;
}

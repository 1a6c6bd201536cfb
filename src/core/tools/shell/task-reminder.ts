// Tells the model by itself that a task in the background has ended.
import type { Reminder } from '../../engine/reminder.ts';
import type { BackgroundTasks } from '../background-tasks.ts';

export function createTaskReminder(tasks: Pick<BackgroundTasks, 'takeNews'>): Reminder {
  return {
    take() {
      const news = tasks.takeNews();
      return Promise.resolve(news.length === 0 ? undefined : news.join('\n'));
    },
  };
}

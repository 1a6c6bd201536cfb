// The model's list of what is to be done, pinned above the composer: one line that opens to all of it.
import { useState } from 'preact/hooks';
import type { SessionView, TodoView } from '../../src/shared/view-model.ts';
import { usePanel } from '../panel-context.ts';
import { Icon } from './icon.tsx';
import { t } from '../l10n.ts';

const states = (): Record<TodoView['status'], { done: number; word: string }> => ({
  pending: { done: 0, word: t('to do') },
  in_progress: { done: 0.5, word: t('in progress') },
  completed: { done: 1, word: t('done') },
});

export function TodoList() {
  const [isOpen, setOpen] = useState(false);
  const session = usePanel().view.value?.session;
  const todos = session?.todos ?? [];
  const done = todos.filter(({ status }) => status === 'completed').length;
  const isRunning = session !== undefined && session.state !== 'idle';
  if (todos.length === 0 || (done === todos.length && !isRunning)) return null;
  return (
    <section class="todos" aria-label={t('Todo list')}>
      <div class="row row-line">
        <button type="button" class="row-main" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Ring done={done / todos.length} />
          <span class="todos-count" dir="auto">
            {t('{0} of {1}', done, todos.length)}
            <span class="sr-only"> {t('done')}</span>
          </span>
          <span class="todos-now" dir="auto">
            {nowWords(todos, session!.state)}
          </span>
          <Icon name="chevron-right" class="twistie" />
        </button>
      </div>
      {isOpen && (
        // A list that scrolls must be reachable by keys.
        <ul tabIndex={0} aria-label={t('What is to be done')}>
          {todos.map(({ content, status }, index) => (
            <li key={index} class={status}>
              <Ring done={states()[status].done} />
              <span dir="auto">
                {content}
                <span class="sr-only">, {states()[status].word}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What goes on, or comes next: "Fixing the parser" only while it is being done. */
function nowWords(todos: readonly TodoView[], state: SessionView['state']): string {
  const current = todos.find(({ status }) => status === 'in_progress');
  if (current && state !== 'idle') return current.activeForm;
  return (current ?? todos.find(({ status }) => status === 'pending'))?.content ?? t('All done');
}

/** A ring that fills; a check when it is full. The words beside it say the same. */
function Ring({ done }: { done: number }) {
  if (done === 1) return <Icon name="check" class="ring" />;
  return (
    <svg class="icon ring" viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="5.5" class="ring-track" />
      {done > 0 && <circle cx="8" cy="8" r="5.5" pathLength={1} stroke-dasharray={`${done} 1`} />}
    </svg>
  );
}

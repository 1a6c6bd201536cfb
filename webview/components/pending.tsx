// Edits that landed and are to be reviewed: the strip above the composer, and Keep and Undo on their rows.
import { useComputed } from '@preact/signals';
import type { ToolItem, View } from '../../src/shared/view-model.ts';
import { t } from '../l10n.ts';
import { usePanel } from '../panel-context.ts';
import { ChangeCount } from './change-count.tsx';

export function PendingStrip() {
  const { view, send, composing } = usePanel();
  const pending = view.value?.environment.pending;
  if (!pending) return null;
  const count = pending.paths.length;
  const settle = (action: 'keep' | 'undo') => () => {
    send({ type: 'pending', action });
    // The button that was pressed goes.
    composing.focus();
  };
  return (
    <section class="to-review" aria-label={t('Changes to review')}>
      <span dir="auto">{count === 1 ? t('1 file changed') : t('{0} files changed', count)}</span>
      <ChangeCount {...pending} />
      <span class="review-actions">
        <button type="button" class="link" onClick={() => send({ type: 'pending', action: 'review' })}>
          {t('Review')}
        </button>
        <button type="button" class="link" onClick={settle('undo')}>
          {t('Undo all')}
        </button>
        <button type="button" class="link" onClick={settle('keep')}>
          {t('Keep all')}
        </button>
      </span>
    </section>
  );
}

/** On the newest row of each file only: they mean all of its changes. */
export function PendingActions({ item }: { item: ToolItem }) {
  const { view, send } = usePanel();
  const isShown = useComputed(() => isNewestOfPending(view.value, item)).value;
  if (!isShown) return null;
  const button = (action: 'keep' | 'undo', words: string, label: string) => (
    <button
      type="button"
      class="link"
      tabIndex={-1}
      data-inner=""
      aria-label={label}
      title={label}
      onClick={({ currentTarget }) => {
        send({ type: 'pending', action, path: item.path });
        currentTarget.closest('.row-line')?.querySelector<HTMLElement>('.row-main')?.focus();
      }}
    >
      {words}
    </button>
  );
  return (
    <span class="review-actions">
      {button('undo', t('Undo'), t('Undo the changes in {0}', item.object))}
      {button('keep', t('Keep'), t('Keep the changes in {0}', item.object))}
    </span>
  );
}

function isNewestOfPending(view: View | undefined, { id, path = '' }: ToolItem): boolean {
  if (!view?.environment.pending?.paths.includes(path)) return false;
  for (const { items } of view.turns.toReversed()) {
    const newest = items.findLast((item) => item.kind === 'tool' && item.path === path && item.diff !== undefined);
    if (newest) return newest.id === id;
  }
  return false;
}

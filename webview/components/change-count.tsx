// How much an edit adds and removes: numbers, and a bar of five parts that shows their proportion.
import { t } from '../l10n.ts';

const PARTS = 5;

export function ChangeCount({ added, removed }: { added: number; removed: number }) {
  const total = added + removed;
  if (total === 0) return null;
  // A side that has lines at all has a part at least.
  const exact = Math.round((PARTS * added) / total);
  const addedParts = Math.min(removed > 0 ? PARTS - 1 : PARTS, Math.max(added > 0 ? 1 : 0, exact));
  return (
    <span class="change-count" dir="ltr">
      <span class="added">
        +{added}
        <span class="sr-only"> {t('lines added')}</span>
      </span>{' '}
      <span class="removed">
        −{removed}
        <span class="sr-only"> {t('lines removed')}</span>
      </span>
      <span class="change-bar" aria-hidden="true">
        {Array.from({ length: PARTS }, (_, part) => (
          <i key={part} class={part < addedParts ? 'added' : 'removed'} />
        ))}
      </span>
    </span>
  );
}

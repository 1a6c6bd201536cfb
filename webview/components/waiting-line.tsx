// What a row waits for, in words, with the buttons that answer it or bring the question to the front.
import type { ToolItem } from '../../src/shared/view-model.ts';
import { t } from '../l10n.ts';
import { usePanel } from '../panel-context.ts';
import { revealHidden } from '../state/visible-text.ts';
import { Button } from './controls.tsx';

export function WaitingLine({ item }: { item: ToolItem }) {
  const panel = usePanel();
  if (!item.waiting) return null;
  const { requestId, words, review } = item.waiting;
  const answer = (verdict: 'accept' | 'reject') => () => panel.send({ type: 'review', requestId, verdict });
  return (
    <div class="waiting-line">
      <p class="waiting-words" dir="auto">
        {revealHidden(words)}
      </p>
      <div class="waiting-actions">
        {review ? (
          <>
            <Button onClick={answer('reject')}>{t('Reject')}</Button>
            <Button primary onClick={answer('accept')}>
              {t('Accept')}
            </Button>
          </>
        ) : (
          <Button primary onClick={() => panel.send({ type: 'showQuestion', requestId })}>
            {t('Show Question')}
          </Button>
        )}
      </div>
    </div>
  );
}

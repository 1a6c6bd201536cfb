// What the model thought: one dim line that opens to the text.
import type { ThinkingItem } from '../../src/shared/view-model.ts';
import { t } from '../l10n.ts';
import { usePanel } from '../panel-context.ts';
import { shortDuration } from '../state/short-words.ts';
import { revealHidden } from '../state/visible-text.ts';
import { RowButton } from './row-button.tsx';

export function Thinking({ item }: { item: ThinkingItem }) {
  const panel = usePanel();
  const isOpen = panel.open.value.has(item.id);
  return (
    <div class="row thinking" data-group="">
      <div class="row-line">
        <RowButton id={item.id} icon="thinking" isOpen={isOpen}>
          <span class="verb">{thinkingWords(item)}</span>
        </RowButton>
      </div>
      {isOpen && (
        <div class="row-details thinking-text" dir="auto">
          {revealHidden(item.text.trim()) ||
            (item.state === 'streaming' ? '…' : t('The model keeps this thought to itself.'))}
        </div>
      )}
    </div>
  );
}

function thinkingWords(item: ThinkingItem): string {
  if (item.state === 'streaming') return t('Thinking');
  if (item.durationMs === undefined) return t('Thought');
  // Seconds are as exact as anybody wants to know it.
  return t('Thought for {0}', shortDuration(Math.max(1000, Math.round(item.durationMs / 1000) * 1000)));
}

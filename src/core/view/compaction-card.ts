// A conversation that is being shortened, and one that was: said plainly, with what is gone.
import type { CompactionTrigger, DurableEvent } from '../events.ts';
import { t } from '../../shared/l10n.ts';
import type { NoticeItem } from '../../shared/view-model.ts';

const WHY: Record<CompactionTrigger, () => string> = {
  auto: () => t('It was about to fill what the model can hold.'),
  manual: () => t('You asked for it.'),
  overflow: () => t('It no longer fitted what the model can hold.'),
};

export function compactingCard(id: string, trigger: CompactionTrigger): NoticeItem {
  return {
    id,
    kind: 'notice',
    level: 'info',
    title: t('Shortening the conversation…'),
    body: WHY[trigger](),
    actions: [],
  };
}

export function compactedCard(id: string, event: Extract<DurableEvent, { type: 'compacted' }>): NoticeItem {
  const { trigger, tokensBefore, tokensAfter, dropped, summary } = event;
  // Before is what was billed, after an estimate: a short conversation may even seem to grow.
  const size = { name: t('Size'), words: t('{0} → about {1} tokens', short(tokensBefore), short(tokensAfter)) };
  return {
    id,
    kind: 'notice',
    level: 'info',
    title: t('Conversation shortened'),
    body: WHY[trigger](),
    facts: [
      { name: t('Kept'), words: t('Your last request, word for word, and a summary of what came before') },
      ...(dropped.length > 0 ? [{ name: t('Dropped'), words: dropped.join(' and ') }] : []),
      ...(tokensAfter < tokensBefore ? [size] : []),
    ],
    more: { label: t('Summary'), text: summary },
    actions: [],
  };
}

function short(tokens: number): string {
  return tokens < 1000 ? String(tokens) : `${(tokens / 1000).toFixed(1)}k`;
}

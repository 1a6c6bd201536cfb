// A conversation that is being shortened, and one that was: said plainly, with what is gone.
import type { CompactionTrigger, DurableEvent } from '../events.ts';
import type { NoticeItem } from '../../shared/view-model.ts';

const WHY: Record<CompactionTrigger, string> = {
  auto: 'It was about to fill what the model can hold.',
  manual: 'You asked for it.',
  overflow: 'It no longer fitted what the model can hold.',
};

export function compactingCard(id: string, trigger: CompactionTrigger): NoticeItem {
  return { id, kind: 'notice', level: 'info', title: 'Shortening the conversation…', body: WHY[trigger], actions: [] };
}

export function compactedCard(id: string, event: Extract<DurableEvent, { type: 'compacted' }>): NoticeItem {
  const { trigger, tokensBefore, tokensAfter, dropped, summary } = event;
  // Before is what was billed, after an estimate: a short conversation may even seem to grow.
  const size = tokensAfter < tokensBefore ? `, ${short(tokensBefore)} → about ${short(tokensAfter)} tokens` : '';
  const gone = `Your last request is kept word for word. In place of ${dropped.join(' and ')} stands this summary:`;
  return {
    id,
    kind: 'notice',
    level: 'info',
    title: `Conversation shortened${size}`,
    body: `${WHY[trigger]} ${gone}\n\n${summary}`,
    actions: [],
  };
}

function short(tokens: number): string {
  return tokens < 1000 ? String(tokens) : `${(tokens / 1000).toFixed(1)}k`;
}

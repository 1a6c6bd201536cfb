// Chooses how an item is drawn.
import type { Item, TextItem, ToolItem } from '../../src/shared/view-model.ts';
import { EditRow } from './edit-row.tsx';
import { guarded } from './guarded.tsx';
import { Markdown } from './markdown.tsx';
import { Notice } from './notice.tsx';
import { PlanRow } from './plan-row.tsx';
import { QuestionRow } from './question-row.tsx';
import { Said } from './said.tsx';
import { Thinking } from './thinking.tsx';
import { ToolRow } from './tool-row.tsx';
import { t } from '../l10n.ts';

export const ItemRow = guarded('item', function ItemRow({ item, turnId }: { item: Item; turnId: string }) {
  switch (item.kind) {
    case 'text':
      return <Answer item={item} />;
    case 'thinking':
      return <Thinking item={item} />;
    case 'tool':
      return <Tool item={item} />;
    case 'notice':
      return <Notice item={item} turnId={turnId} />;
    case 'person':
      return <Said text={item.text} attachments={item.attachments} />;
    default:
      return item satisfies never;
  }
});

function Tool({ item }: { item: ToolItem }) {
  if (item.plan !== undefined) return <PlanRow item={item} plan={item.plan} />;
  if (item.questions) return <QuestionRow item={item} questions={item.questions} />;
  return isEdit(item) ? <EditRow item={item} /> : <ToolRow item={item} />;
}

function Answer({ item }: { item: TextItem }) {
  return (
    <div class="answer" data-stop="" data-group="" tabIndex={-1} role="group" aria-label={t('Answer')}>
      <Markdown text={item.text} streaming={item.state === 'streaming'} />
    </div>
  );
}

/** A row that a diff belongs to, there or to come. */
function isEdit(item: ToolItem): boolean {
  return item.diff !== undefined || item.waiting?.review === true;
}

// A plan: whole, with its decision, while it waits; then one line with the verdict that opens to it.
import type { ToolItem } from '../../src/shared/view-model.ts';
import { t } from '../l10n.ts';
import { usePanel } from '../panel-context.ts';
import { Button } from './controls.tsx';
import { Markdown } from './markdown.tsx';
import { MiddleText } from './middle-text.tsx';
import { RowButton } from './row-button.tsx';
import { RowNote } from './row-note.tsx';
import { StateMark } from './state-mark.tsx';

export function PlanRow({ item, plan }: { item: ToolItem; plan: string }) {
  const panel = usePanel();
  const { waiting } = item;
  // Open while it waits, closed afterwards, unless the person has it otherwise.
  const key = waiting ? `fold:${item.id}` : item.id;
  const isOpen = panel.open.value.has(key) !== (waiting !== undefined);
  const decide = (verdict: 'approve' | 'keep') => () => panel.send({ type: 'decidePlan', itemId: item.id, verdict });
  return (
    <div class={`row ${waiting ? 'waiting' : ''}`} data-group="" data-state={item.state}>
      <div class="row-line">
        <RowButton id={key} icon="list-selection" isOpen={isOpen}>
          <span class="verb">{t('Plan')}</span>
          <MiddleText class="words" text={item.object} />
          <span class="row-end">
            <StateMark state={item.verdict === 'rejected' ? 'denied' : item.state} />
          </span>
        </RowButton>
      </div>
      <RowNote item={item} />
      {isOpen && (
        <div class="card plan" data-stop="" tabIndex={-1} role="group" aria-label={t('The plan')}>
          <Markdown text={plan} streaming={false} />
        </div>
      )}
      {waiting && (
        <div class="waiting-actions">
          <Button onClick={decide('keep')}>{t('Keep Planning')}</Button>
          <Button
            title={t('Open the plan in the editor, where it can be changed')}
            onClick={() => panel.send({ type: 'showQuestion', requestId: waiting.requestId })}
          >
            {t('Open')}
          </Button>
          <Button primary onClick={decide('approve')}>
            {t('Approve')}
          </Button>
        </div>
      )}
    </div>
  );
}

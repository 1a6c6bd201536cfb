// One row of a turn: an item, a fold of items, or the steps that the focus view hides.
import { t } from '../l10n.ts';
import { usePanel } from '../panel-context.ts';
import { firstItem, type Steps } from '../state/focus-rows.ts';
import type { Row } from '../state/fold-rows.ts';
import { FoldRow } from './fold-row.tsx';
import { ItemRow } from './item-row.tsx';
import { RowButton } from './row-button.tsx';

interface TurnRowProps {
  row: Row | Steps;
  turnId: string;
}

export function TurnRow(props: TurnRowProps) {
  return (
    <div data-item={firstItem(props.row)}>
      <RowContent {...props} />
    </div>
  );
}

function RowContent({ row, turnId }: TurnRowProps) {
  if (row.kind === 'steps') return <HiddenSteps steps={row} turnId={turnId} />;
  if (row.kind !== 'fold') return <ItemRow item={row} turnId={turnId} />;
  return <FoldRow items={row.items} id={row.id} words={row.words} running={row.running} />;
}

function HiddenSteps({ steps: { id, rows, count }, turnId }: { steps: Steps; turnId: string }) {
  const panel = usePanel();
  const isOpen = panel.open.value.has(id);
  return (
    <div class="row fold steps">
      <div class="row-line" data-group="">
        <RowButton id={id} icon="ellipsis" isOpen={isOpen}>
          <span class="verb" dir="auto">
            {stepWords(count, isOpen)}
          </span>
        </RowButton>
      </div>
      {isOpen && (
        <div class="fold-rows">
          {rows.map((row) => (
            <TurnRow key={row.id} row={row} turnId={turnId} />
          ))}
        </div>
      )}
    </div>
  );
}

function stepWords(count: number, isOpen: boolean): string {
  if (isOpen) return count === 1 ? t('1 step') : t('{0} steps', count);
  return count === 1 ? t('1 step hidden') : t('{0} steps hidden', count);
}

// One row of a turn: an item, a fold of items, or the steps that the focus view hides.
import { t } from '../l10n.ts';
import { toggleOpen, usePanel } from '../panel-context.ts';
import { firstItem, type Steps } from '../state/focus-rows.ts';
import type { Row } from '../state/fold-rows.ts';
import { FoldRow } from './fold-row.tsx';
import { Icon } from './icon.tsx';
import { ItemRow } from './item-row.tsx';

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
        <button
          type="button"
          class="row-main"
          data-stop=""
          tabIndex={-1}
          aria-expanded={isOpen}
          onClick={() => toggleOpen(panel, id)}
        >
          <span class="row-icon">
            <Icon name="ellipsis" class="own-icon" />
            <Icon name="chevron-right" class="twistie" />
          </span>
          <span class="verb">{stepWords(count, isOpen)}</span>
        </button>
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

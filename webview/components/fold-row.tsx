// Several quiet tool calls as one row; opens to the rows that it holds.
import type { ToolItem } from '../../src/shared/view-model.ts';
import { usePanel } from '../panel-context.ts';
import { guarded } from './guarded.tsx';
import { RowButton } from './row-button.tsx';
import { StateMark } from './state-mark.tsx';
import { ToolRow } from './tool-row.tsx';

interface FoldRowProps {
  id: string;
  items: readonly ToolItem[];
  words: string;
  running: boolean;
}

export const FoldRow = guarded('item', function FoldRow({ id, items, words, running }: FoldRowProps) {
  const panel = usePanel();
  const isOpen = panel.open.value.has(id);
  return (
    <div class="row fold">
      <div class="row-line" data-group="">
        <RowButton id={id} icon="search" isOpen={isOpen}>
          <span class="verb" dir="auto">
            {words}
          </span>
          <span class="row-end">
            <StateMark state={running ? 'running' : 'done'} />
          </span>
        </RowButton>
      </div>
      {isOpen && (
        <div class="fold-rows">
          {items.map((item) => (
            <div key={item.id} data-item={item.id}>
              <ToolRow item={item} />
            </div>
          ))}
        </div>
      )}
    </div>
  );
});

// Several quiet tool calls as one row; opens to the rows that it holds.
import type { ToolItem } from '../../src/shared/view-model.ts';
import { toggleOpen, usePanel } from '../panel-context.ts';
import { guarded } from './guarded.tsx';
import { Icon } from './icon.tsx';
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
        <button
          type="button"
          class="row-main"
          data-stop=""
          tabIndex={-1}
          aria-expanded={isOpen}
          onClick={() => toggleOpen(panel, id)}
        >
          <span class="row-icon">
            <Icon name="search" class="own-icon" />
            <Icon name="chevron-right" class="twistie" />
          </span>
          <span class="verb">{words}</span>
          <span class="row-end">
            <StateMark state={running ? 'running' : 'done'} />
          </span>
        </button>
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

// An edit on one line: its name opens the diff in the editor, the icon before it shows the change here.
import type { ToolItem } from '../../src/shared/view-model.ts';
import { toggleOpen, usePanel } from '../panel-context.ts';
import { ChangeCount } from './change-count.tsx';
import { DiffLines } from './diff-lines.tsx';
import { Icon } from './icon.tsx';
import { MiddleText } from './middle-text.tsx';
import { PendingActions } from './pending.tsx';
import { RowNote } from './row-note.tsx';
import { StateMark } from './state-mark.tsx';
import { toolIcon } from './tool-row.tsx';
import { ToolDetails } from './tool-details.tsx';
import { WaitingLine } from './waiting-line.tsx';
import { t, wordOf } from '../l10n.ts';

export function EditRow({ item }: { item: ToolItem }) {
  const panel = usePanel();
  const isOpen = panel.open.value.has(item.id);
  return (
    <div class={`row edit ${item.waiting ? 'waiting' : ''}`} data-group="" data-state={item.state}>
      <div class="row-line">
        <button
          type="button"
          class="row-icon row-toggle"
          tabIndex={-1}
          data-inner=""
          aria-expanded={isOpen}
          aria-label={t('Show the change to {0} here', item.object)}
          title={t('Show the change here')}
          onClick={() => toggleOpen(panel, item.id)}
        >
          <Icon name={toolIcon(item.name)} class="own-icon" />
          <Icon name="chevron-right" class="twistie" />
        </button>
        <button
          type="button"
          class="row-main"
          data-stop=""
          tabIndex={-1}
          title={t('Open the diff of {0}', item.object)}
          onClick={() => panel.send({ type: 'openDiff', itemId: item.id })}
        >
          <span class="verb">{wordOf(item.verb)}</span>
          <MiddleText class="object" text={item.object} />
          <span class="row-end">
            <ChangeCount added={item.added ?? 0} removed={item.removed ?? 0} />
            <StateMark state={item.state} />
          </span>
        </button>
        <PendingActions item={item} />
      </div>
      <RowNote item={item} />
      <WaitingLine item={item} />
      {isOpen && (item.diff === undefined ? <ToolDetails item={item} /> : <DiffLines diff={item.diff} item={item} />)}
    </div>
  );
}

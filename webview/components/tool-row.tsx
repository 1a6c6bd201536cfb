// One tool call on one line; opens to what went in and what came out.
import type { ToolItem } from '../../src/shared/view-model.ts';
import { wordOf } from '../l10n.ts';
import { usePanel } from '../panel-context.ts';
import { shortDuration } from '../state/short-words.ts';
import { AgentSteps } from './agent-steps.tsx';
import type { IconName } from './icon.tsx';
import { MiddleText } from './middle-text.tsx';
import { RowButton } from './row-button.tsx';
import { RowNote } from './row-note.tsx';
import { StateMark } from './state-mark.tsx';
import { ToolDetails } from './tool-details.tsx';
import { WaitingLine } from './waiting-line.tsx';

const icons: Readonly<Record<string, IconName>> = {
  Read: 'file',
  Write: 'new-file',
  Edit: 'edit',
  MultiEdit: 'edit',
  NotebookEdit: 'edit',
  Glob: 'search',
  Grep: 'search',
  WebSearch: 'search',
  Bash: 'terminal',
  PowerShell: 'terminal',
};

export function toolIcon(name: string): IconName {
  return icons[name] ?? 'tools';
}

export function ToolRow({ item }: { item: ToolItem }) {
  const panel = usePanel();
  const isOpen = panel.open.value.has(item.id);
  return (
    <div class={`row tool ${item.waiting ? 'waiting' : ''}`} data-group="" data-state={item.state}>
      <div class="row-line">
        <RowButton id={item.id} icon={toolIcon(item.name)} isOpen={isOpen}>
          <span class="verb">{wordOf(item.verb)}</span>
          <MiddleText class="object" text={item.object} />
          <span class="row-end">
            {item.durationMs !== undefined && (
              <span class="duration" dir="auto">
                {shortDuration(item.durationMs)}
              </span>
            )}
            <StateMark state={item.state} />
          </span>
        </RowButton>
      </div>
      <RowNote item={item} />
      <WaitingLine item={item} />
      <AgentSteps item={item} isOpen={isOpen} />
      {isOpen && <ToolDetails item={item} />}
    </div>
  );
}

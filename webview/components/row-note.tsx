// The one line under a row: why it failed or was denied, or what the person changed.
import type { ToolItem } from '../../src/shared/view-model.ts';
import { revealHidden } from '../state/visible-text.ts';

export function RowNote({ item }: { item: ToolItem }) {
  if (!item.note) return null;
  return (
    <p dir="auto" class={`row-note ${item.state === 'failed' ? 'failed' : ''}`}>
      {revealHidden(item.note)}
    </p>
  );
}

// The line of a row that opens: its own icon, which gives way to an arrow, and whatever stands beside it.
import type { ComponentChildren } from 'preact';
import { toggleOpen, usePanel } from '../panel-context.ts';
import { Icon, type IconName } from './icon.tsx';

interface RowButtonProps {
  /** What `panel.open` knows the row by. */
  id: string;
  icon: IconName;
  isOpen: boolean;
  children: ComponentChildren;
}

export function RowButton({ id, icon, isOpen, children }: RowButtonProps) {
  const panel = usePanel();
  return (
    <button
      type="button"
      class="row-main"
      data-stop=""
      tabIndex={-1}
      aria-expanded={isOpen}
      onClick={() => toggleOpen(panel, id)}
    >
      <span class="row-icon">
        <Icon name={icon} class="own-icon" />
        <Icon name="chevron-right" class="twistie" />
      </span>
      {children}
    </button>
  );
}

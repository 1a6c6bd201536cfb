// A chip: something attached to a message. Its name opens it; a button beside it removes it or switches it off.
import type { Attachment } from '../../src/shared/view-model.ts';
import { t } from '../l10n.ts';
import { usePanel } from '../panel-context.ts';
import { IconButton } from './controls.tsx';
import { Icon, type IconName } from './icon.tsx';

const icons: Record<Attachment['kind'], IconName> = {
  selection: 'list-selection',
  symbol: 'list-selection',
  file: 'file',
  folder: 'folder',
  problem: 'warning',
  terminal: 'terminal',
  changes: 'git-commit',
  image: 'file',
};

interface ChipProps {
  attachment: Attachment;
  /** Shown but not sent. */
  off?: boolean;
  action?: { icon: IconName; label: string; run: () => void };
  /** In the transcript, where Tab does not stop at each chip. */
  inner?: boolean;
}

export function Chip({ attachment, off = false, action, inner = false }: ChipProps) {
  const panel = usePanel();
  const { path, startLine: line } = attachment;
  const open = () => path && panel.send({ type: 'openFile', path, ...(line === undefined ? {} : { line }) });
  return (
    <span class={`chip ${off ? 'off' : ''} ${attachment.thumb ? 'picture' : ''}`}>
      <button
        type="button"
        class="chip-name"
        title={path ?? attachment.label}
        onClick={open}
        {...(inner ? { tabIndex: -1, 'data-inner': '' } : {})}
      >
        {attachment.thumb ? <img src={attachment.thumb} alt="" /> : <Icon name={icons[attachment.kind]} />}
        <span class="chip-label" dir="auto">
          {attachment.label}
        </span>
        {off && <span class="sr-only"> {t('(not sent)')}</span>}
      </button>
      {action && <IconButton icon={action.icon} label={action.label} onClick={action.run} />}
    </span>
  );
}

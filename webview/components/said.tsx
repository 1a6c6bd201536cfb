// What the person said: the full width, on the colour of an input, with what was attached as chips.
import type { Attachment } from '../../src/shared/view-model.ts';
import { revealHidden } from '../state/visible-text.ts';
import { usePanel } from '../panel-context.ts';
import { Chip } from './chip.tsx';
import { IconButton } from './controls.tsx';
import { CopyButton } from './copy-button.tsx';
import { t } from '../l10n.ts';

interface SaidProps {
  text: string;
  attachments: readonly Attachment[];
  /** Its turn, where that can be gone back to. */
  turnId?: string | undefined;
}

export function Said({ text, attachments, turnId }: SaidProps) {
  const panel = usePanel();
  return (
    <div class="said" data-stop="" data-group="" tabIndex={-1} role="group" aria-label={t('Your message')}>
      <h2 class="sr-only">{t('You said')}</h2>
      {attachments.length > 0 && (
        <div class="chips">
          {attachments.map((attachment) => (
            <Chip inner key={`${attachment.kind} ${attachment.label} ${attachment.image}`} attachment={attachment} />
          ))}
        </div>
      )}
      <div class="said-text" dir="auto">
        {revealHidden(text)}
      </div>
      <div class="hover-actions">
        {turnId !== undefined && (
          <IconButton
            inner
            icon="edit"
            label={t('Edit and send again in a copy')}
            onClick={() => panel.send({ type: 'editAgain', turnId })}
          />
        )}
        <CopyButton label={t('Copy message')} text={() => text} />
      </div>
    </div>
  );
}

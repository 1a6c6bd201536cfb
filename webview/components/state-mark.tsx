// The state of a tool as an icon, and as a word for screen readers: never by colour alone.
import type { ToolState } from '../../src/shared/view-model.ts';
import { t } from '../l10n.ts';
import { Icon, type IconName } from './icon.tsx';

const marks = (): Record<ToolState, { icon: IconName; word: string }> => ({
  arriving: { icon: 'loading', word: t('being prepared') },
  queued: { icon: 'ellipsis', word: t('queued') },
  waiting: { icon: 'question', word: t('waiting for you') },
  running: { icon: 'loading', word: t('running') },
  done: { icon: 'check', word: t('done') },
  failed: { icon: 'error', word: t('failed') },
  denied: { icon: 'circle-slash', word: t('denied') },
  interrupted: { icon: 'debug-stop', word: t('interrupted') },
});

export function StateMark({ state }: { state: ToolState }) {
  const { icon, word } = marks()[state];
  return (
    <span class={`state-mark state-${state}`} title={word}>
      <Icon name={icon} class={icon === 'loading' ? 'spin' : ''} />
      <span class="sr-only">, {word}</span>
    </span>
  );
}

// The state of a tool as an icon, and as a word for screen readers: never by colour alone.
import type { ToolState } from '../../src/shared/view-model.ts';
import { Icon, type IconName } from './icon.tsx';

const marks: Record<ToolState, { icon: IconName; word: string }> = {
  arriving: { icon: 'loading', word: 'being prepared' },
  queued: { icon: 'ellipsis', word: 'queued' },
  waiting: { icon: 'question', word: 'waiting for you' },
  running: { icon: 'loading', word: 'running' },
  done: { icon: 'check', word: 'done' },
  failed: { icon: 'error', word: 'failed' },
  denied: { icon: 'circle-slash', word: 'denied' },
  interrupted: { icon: 'debug-stop', word: 'interrupted' },
};

export function StateMark({ state }: { state: ToolState }) {
  const { icon, word } = marks[state];
  return (
    <span class={`state-mark state-${state}`} title={word}>
      <Icon name={icon} class={icon === 'loading' ? 'spin' : ''} />
      <span class="sr-only">, {word}</span>
    </span>
  );
}

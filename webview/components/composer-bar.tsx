// The composer's bottom bar: the model's name and the buttons to send and to stop.
import { t } from '../l10n.ts';
import { usePanel, type Panel } from '../panel-context.ts';
import { IconButton } from './controls.tsx';

export function ComposerBar() {
  const panel = usePanel();
  const { composing } = panel;
  const session = panel.view.value?.session;
  const busy = session !== undefined && session.state !== 'idle';
  const sending = composing.pending.value !== undefined;
  const hasText = composing.draft.value.trim() !== '';
  return (
    <div class="composer-bar">
      <span class="model" title={session?.model && t('Model: {0}', session.model)}>
        {session?.model}
      </span>
      {(hasText || !busy) && (
        <IconButton
          icon={sending ? 'loading' : 'send'}
          label={sendLabel(panel, busy, sending)}
          class={`send ${sending ? 'spin' : ''}`}
          disabled={!composing.canSend.value}
          onClick={() => composing.submit()}
        />
      )}
      {busy && (
        <IconButton
          icon="stop-circle"
          label={session.state === 'stopping' ? t('Stopping') : t('Stop (Escape)')}
          class="stop"
          disabled={session.state === 'stopping'}
          onClick={() => panel.send({ type: 'stop' })}
        />
      )}
    </div>
  );
}

function sendLabel(panel: Panel, busy: boolean, sending: boolean): string {
  if (sending) return t('Sending');
  if (panel.view.value?.environment.trusted === false) return t('Send (trust this folder first)');
  if (!busy) return t('Send (Enter)');
  const control = /Mac/.test(navigator.platform) ? '⌘' : 'Ctrl+';
  return t('Send next (Enter), into this turn ({0}Enter), or stop and send ({0}Shift+Enter)', control);
}

// The composer's bottom bar: what the conversation works with, how full its context is, and the buttons to send and to stop.
import { commands } from '../../src/shared/contributions.ts';
import type { SessionView } from '../../src/shared/view-model.ts';
import { t } from '../l10n.ts';
import { usePanel, type Panel } from '../panel-context.ts';
import { IconButton } from './controls.tsx';
import { MiddleText } from './middle-text.tsx';

export function ComposerBar() {
  const panel = usePanel();
  const { composing } = panel;
  const session = panel.view.value?.session;
  const busy = session !== undefined && session.state !== 'idle';
  const sending = composing.pending.value !== undefined;
  return (
    <div class="composer-bar">
      <IconButton
        icon="add"
        label={t('Attach…')}
        onClick={() => panel.send({ type: 'runCommand', command: commands.attach })}
      />
      <div class="pickers">{session && <Pickers session={session} />}</div>
      {session && <ContextRing session={session} />}
      {(composing.canSend.value || sending || !busy) && (
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

/** Each opens a pick of the editor's own. */
function Pickers({ session: { mode, model, effort, bar } }: { session: SessionView }) {
  return (
    <>
      <Picker command="chooseMode" label={t('Permission mode: {0}', bar?.mode ?? mode)} text={bar?.mode ?? mode} />
      <Picker command="chooseModel" label={t('Model: {0}', model)} text={model} />
      <Picker
        command="chooseEffort"
        label={t('Effort: {0}', effort || t('left to the API'))}
        text={effort || t('effort')}
      />
    </>
  );
}

type PickerCommand = 'chooseMode' | 'chooseModel' | 'chooseEffort';

function Picker({ command, label, text }: { command: PickerCommand; label: string; text: string }) {
  const panel = usePanel();
  return (
    <button
      type="button"
      class="picker"
      title={label}
      aria-label={label}
      aria-haspopup="dialog"
      onClick={() => panel.send({ type: 'runCommand', command: `capstan.${command}` })}
    >
      {command === 'chooseModel' ? <MiddleText text={text} title={label} /> : text}
    </button>
  );
}

/** Says in words what it draws; a mark in its middle says that a budget is near its end. */
function ContextRing({ session: { context, bar } }: { session: SessionView }) {
  const panel = usePanel();
  const percent = context ? Math.min(100, Math.round((context.used / context.limit) * 100)) : 0;
  const level = bar?.level ?? 'none';
  return (
    <button
      type="button"
      class={`icon-button ring ring-${level}`}
      title={bar?.meter}
      aria-label={`${t('Context: {0} % full', percent)}\n${bar?.meter ?? ''}`}
      onClick={() => panel.send({ type: 'runCommand', command: commands.showContext })}
    >
      <svg viewBox="0 0 16 16" class="icon" aria-hidden="true">
        <circle cx="8" cy="8" r="6" />
        <circle cx="8" cy="8" r="6" pathLength={100} stroke-dasharray={`${percent} 100`} class="ring-used" />
        {level !== 'none' && <path d="M8 5v3.4m0 1.4v1.2" />}
      </svg>
    </button>
  );
}

function sendLabel(panel: Panel, busy: boolean, sending: boolean): string {
  if (sending) return t('Sending');
  if (panel.view.value?.environment.trusted === false) return t('Send (trust this folder first)');
  if (!busy) return t('Send (Enter)');
  const control = /Mac/.test(navigator.platform) ? '⌘' : 'Ctrl+';
  return t('Send next (Enter), into this turn ({0}Enter), or stop and send ({0}Shift+Enter)', control);
}

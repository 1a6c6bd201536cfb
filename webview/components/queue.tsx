// The messages that wait, above the composer: how each will be delivered, and what can be done with it.
import type { QueuedMessage } from '../../src/shared/view-model.ts';
import { t } from '../l10n.ts';
import { usePanel } from '../panel-context.ts';
import { IconButton } from './controls.tsx';

export function Queue() {
  const queued = usePanel().view.value?.session.queued ?? [];
  if (queued.length === 0) return null;
  return (
    <section class="queue" aria-label={t('Queued messages')}>
      <ul>
        {queued.map((message) => (
          <Waiting key={message.id} message={message} />
        ))}
      </ul>
    </section>
  );
}

function Waiting({ message: { id, text, steer = false, attachments } }: { message: QueuedMessage }) {
  const { view, send } = usePanel();
  // After a stop nothing goes out by itself.
  const idle = view.value?.session.state === 'idle';
  const words = text.trim() === '' ? attachments.map(({ label }) => label).join(', ') : text;
  const name = words.slice(0, 60);
  return (
    <li>
      <span class="queue-state">{idle ? t('Waits') : steer ? t('This turn') : t('Next')}</span>
      <span class="queue-text" dir="auto" title={words}>
        {words}
      </span>
      {!idle && (
        <IconButton
          icon="insert"
          label={t('Send into this turn: {0}', name)}
          pressed={steer}
          onClick={() => send({ type: 'deliver', id, delivery: steer ? 'follow_up' : 'steer' })}
        />
      )}
      <IconButton
        icon="send"
        label={idle ? t('Send now: {0}', name) : t('Stop and send now: {0}', name)}
        onClick={() => send({ type: 'deliver', id, delivery: 'interrupt' })}
      />
      <IconButton icon="edit" label={t('Edit: {0}', name)} onClick={() => send({ type: 'unqueue', id, edit: true })} />
      <IconButton
        icon="close"
        label={t('Remove from queue: {0}', name)}
        onClick={() => send({ type: 'unqueue', id })}
      />
    </li>
  );
}

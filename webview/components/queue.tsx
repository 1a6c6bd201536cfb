// The messages that wait for the running turn, above the composer; each can be taken back.
import { usePanel } from '../panel-context.ts';
import { IconButton } from './controls.tsx';

export function Queue() {
  const panel = usePanel();
  const queued = panel.view.value?.session.queued ?? [];
  if (queued.length === 0) return null;
  return (
    <section class="queue" aria-label="Queued messages">
      <ul>
        {queued.map((message) => (
          <li key={message.id}>
            <span class="queue-state">Queued</span>
            <span class="queue-text" title={message.text}>
              {message.text}
            </span>
            <IconButton
              icon="close"
              label={`Remove from queue: ${message.text.slice(0, 60)}`}
              onClick={() => panel.send({ type: 'unqueue', id: message.id })}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

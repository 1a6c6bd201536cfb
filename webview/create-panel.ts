// Puts the panel's state together over a transport; the root that draws it is in main.tsx.
import { effect, signal } from '@preact/signals';
import type { PanelMessage } from '../src/shared/protocol.ts';
import type { View } from '../src/shared/view-model.ts';
import { t } from './l10n.ts';
import type { Panel } from './panel-context.ts';
import { announcementFor } from './state/announcement.ts';
import { createCompletion } from './state/completion.ts';
import { createComposing } from './state/composing.ts';
import { createConversation, nextFrame } from './state/conversation.ts';
import { createSaver, loadState } from './state/saved-state.ts';
import type { Transport } from './transport.ts';

/** How long a sent message may stay unanswered. */
const PATIENCE_MS = 15_000;

export function createPanel(transport: Transport): Panel {
  const saved = loadState(transport.editor);
  const saver = createSaver(transport.editor, saved);
  const open = signal<ReadonlySet<string>>(new Set(saved.open));
  const focusView = signal(saved.focusView === true);
  const announcement = signal('');

  const conversation = createConversation({
    schedule: nextFrame,
    resync: () => transport.send({ type: 'ready' }),
    onOther,
    onChange(before, after, isSnapshot) {
      if (isSnapshot) open.value = stillThere(open.peek(), after);
      else if (before) announcement.value = announcementFor(before, after) ?? announcement.peek();
    },
  });
  const composing = createComposing(
    {
      view: conversation.view,
      send: transport.send,
      newId: () => crypto.randomUUID(),
      patience: PATIENCE_MS,
    },
    saved,
  );

  const completion = createCompletion({
    composing,
    send: transport.send,
    newId: () => crypto.randomUUID(),
    place(text, cursor) {
      const field = document.querySelector<HTMLTextAreaElement>('.draft');
      if (!field) return;
      field.value = text;
      field.setSelectionRange(cursor, cursor);
    },
  });

  function onOther(message: Exclude<PanelMessage, { type: 'snapshot' | 'patches' }>) {
    switch (message.type) {
      case 'accepted':
        return composing.onAccepted(message.id);
      case 'refused':
        return composing.onRefused(message.id, message.reason);
      case 'compose':
        return composing.compose(message.text, message.attachments, message.send);
      case 'toggleFocusView':
        focusView.value = !focusView.peek();
        announcement.value = focusView.peek() ? t('Focus view is on') : t('Focus view is off');
        return;
      case 'mentions':
        return completion.onMentions(message);
      case 'attached':
        return completion.onAttached(message);
      case 'focus':
        return composing.focus();
      default:
        return message satisfies never;
    }
  }

  effect(() => saver.save({ ...composing.drafts.value, open: [...open.value], focusView: focusView.value }));
  addEventListener('focus', () => transport.send({ type: 'focused' }));
  addEventListener('pagehide', saver.flush);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') saver.flush();
    // Messages sent to a hidden panel are lost.
    else transport.send({ type: 'ready' });
  });
  transport.listen(conversation.take);

  return {
    view: conversation.view,
    composing,
    completion,
    open,
    focusView,
    announcement,
    savedScroll: saved.scrollTop,
    saveScroll: (scrollTop) => saver.save({ scrollTop }),
    send: transport.send,
  };
}

/** The open rows whose items the view still holds. */
function stillThere(open: ReadonlySet<string>, view: View): ReadonlySet<string> {
  if (open.size === 0) return open;
  const ids = new Set(view.turns.flatMap((turn) => turn.items.map((item) => item.id)));
  return new Set([...open].filter((id) => ids.has(id.replace(/^(?:focus:)?(?:fold:)?/, ''))));
}

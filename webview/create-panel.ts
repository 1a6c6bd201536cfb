// Puts the panel's state together over a transport; the root that draws it is in main.tsx.
import { effect, signal } from '@preact/signals';
import type { PanelMessage } from '../src/shared/protocol.ts';
import { t } from './l10n.ts';
import type { Panel } from './panel-context.ts';
import { onTranscriptKey } from './components/transcript-keys.ts';
import type { Wanted } from './components/use-reveal.ts';
import { announcementFor } from './state/announcement.ts';
import { createCompletion } from './state/completion.ts';
import { createComposing } from './state/composing.ts';
import { createConversation, nextFrame } from './state/conversation.ts';
import { createFinding } from './state/finding.ts';
import { createKnownFiles } from './state/known-files.ts';
import { createDraftKeeper } from './state/draft-keeper.ts';
import { createSaver, loadState } from './state/saved-state.ts';
import type { Transport } from './transport.ts';

/** How long a sent message may stay unanswered. */
const PATIENCE_MS = 15_000;

export function createPanel(transport: Transport): Panel {
  const saved = loadState(transport.editor);
  const saver = createSaver(transport.editor, saved);
  const keeper = createDraftKeeper(transport.send);
  const open = signal<ReadonlySet<string>>(new Set(saved.open));
  const focusView = signal(saved.focusView === true);
  const announcement = signal('');
  const wanted = signal<Wanted | undefined>(undefined);
  const find = createFinding();
  let place = saved.place;
  const sayReady = () => {
    const { turnId, itemId } = place ?? {};
    const at = turnId === undefined ? undefined : { turnId, ...(itemId === undefined ? {} : { itemId }) };
    transport.send(at ? { type: 'ready', at } : { type: 'ready' });
  };
  const files = createKnownFiles(transport.send);

  const conversation = createConversation({
    schedule: nextFrame,
    resync: sayReady,
    onOther,
    onChange(before, after, isSnapshot) {
      // Rows outside of the window stay open; those of another conversation are forgotten.
      if (before && before.session.id !== after.session.id) open.value = new Set();
      else if (before && !isSnapshot) announcement.value = announcementFor(before, after) ?? announcement.peek();
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
      case 'files':
        return files.onFound(message.found);
      case 'toggleFocusView':
        focusView.value = !focusView.peek();
        announcement.value = focusView.peek() ? t('Focus view is on') : t('Focus view is off');
        return;
      case 'mentions':
        return completion.onMentions(message);
      case 'attached':
        return completion.onAttached(message);
      case 'attachImage':
        return completion.attachImages([message]);
      case 'focus':
        return composing.focus();
      case 'reveal':
        return void (wanted.value = { kind: 'place', at: message.at });
      case 'step':
        return void (wanted.value = { kind: 'step', to: message.to });
      case 'press':
        return void import('./state/press.ts').then(({ press }) => press(message.button, transport.send));
      case 'openFind':
        return find.open();
      case 'found':
        if (find.opened.peek() === 0 || message.words !== find.words) return undefined;
        find.found.value = message;
        if (message.match) wanted.value = { ...message.match, kind: 'match', at: message.match, words: message.words };
        return undefined;
      default:
        return message satisfies never;
    }
  }

  effect(() => saver.save({ ...composing.drafts.value, open: [...open.value], focusView: focusView.value }));
  addEventListener('focus', () => transport.send({ type: 'focused' }));
  effect(() => keeper.keep(composing.drafts.value));
  const flush = () => {
    keeper.flush();
    saver.flush();
  };
  addEventListener('pagehide', flush);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') flush();
    // Messages sent to a hidden panel are lost.
    else sayReady();
  });
  transport.listen(conversation.take);

  const panel: Panel = {
    view: conversation.view,
    composing,
    completion,
    open,
    focusView,
    files,
    announcement,
    savedPlace: saved.place,
    savePlace(at) {
      place = at;
      saver.save({ place: at });
    },
    find,
    wanted,
    sayReady,
    send: transport.send,
  };
  // Wherever the focus is, and after whoever has it.
  document.addEventListener('keydown', (event) => onTranscriptKey(event, panel));
  return panel;
}

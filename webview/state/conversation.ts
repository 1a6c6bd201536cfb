// Holds the view that the host sent, and changes it at most once a frame however many messages arrive.
import { batch, signal, type ReadonlySignal } from '@preact/signals';
import type { PanelMessage } from '../../src/shared/protocol.ts';
import type { View } from '../../src/shared/view-model.ts';
import { nothingReceived, receive, type Received } from './receive.ts';

export interface Conversation {
  readonly view: ReadonlySignal<View | undefined>;
  /** Keeps the message for the next frame; messages are taken in the order they came. */
  readonly take: (message: PanelMessage) => void;
}

export interface ConversationPorts {
  /** Runs `flush` at the next frame. */
  readonly schedule: (flush: () => void) => void;
  /** Asks the host for a snapshot. */
  readonly resync: () => void;
  /** The messages that are not about the view, in their place among the others. */
  readonly onOther: (message: Exclude<PanelMessage, { type: 'snapshot' | 'patches' }>) => void;
  /** Called after a frame's messages were taken, with the view before and after. */
  readonly onChange?: (before: View | undefined, after: View, isSnapshot: boolean) => void;
}

export function createConversation(ports: ConversationPorts): Conversation {
  const view = signal<View | undefined>(undefined);
  let received: Received = nothingReceived;
  let waiting: PanelMessage[] = [];

  function takeOne(message: PanelMessage): boolean {
    if (message.type !== 'snapshot' && message.type !== 'patches') {
      ports.onOther(message);
      return false;
    }
    const before = received;
    received = receive(before, message);
    if (received.awaiting && !before.awaiting) ports.resync();
    return message.type === 'snapshot';
  }

  function flush() {
    const messages = waiting;
    waiting = [];
    let from = 0;
    for (const [index, message] of messages.entries()) {
      if (message.type !== 'snapshot' || message.view.session.id === view.peek()?.session.id) continue;
      // What follows is meant for the conversation that begins here: its draft takes the words.
      takeAll(messages.slice(from, index + 1));
      from = index + 1;
    }
    takeAll(messages.slice(from));
  }

  function takeAll(messages: readonly PanelMessage[]) {
    const before = view.peek();
    batch(() => {
      const isSnapshot = messages.map(takeOne).includes(true);
      const after = received.view;
      if (!after || after === before) return;
      view.value = after;
      ports.onChange?.(before, after, isSnapshot);
    });
  }

  return {
    view,
    take(message) {
      waiting.push(message);
      if (waiting.length === 1) ports.schedule(flush);
    },
  };
}

/** Runs `flush` before the next paint, or soon after where nothing is painted because the panel is hidden. */
export function nextFrame(flush: () => void): void {
  let done = false;
  const once = () => {
    if (done) return;
    done = true;
    flush();
  };
  requestAnimationFrame(once);
  setTimeout(once, 100);
}

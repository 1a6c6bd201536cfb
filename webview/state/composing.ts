// Owns the draft: what is typed, its chips, and what becomes of it when it is sent. Only `accepted` lets a draft go.
import { computed, effect, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Intent } from '../../src/shared/protocol.ts';
import type { Attachment, Delivery, View } from '../../src/shared/view-model.ts';

export interface Composing {
  readonly draft: Signal<string>;
  readonly chips: Signal<readonly Attachment[]>;
  /** The editor's selection is left out until it is switched on again. */
  readonly selectionOff: Signal<boolean>;
  /** The message that the host has not answered yet. */
  readonly pending: ReadonlySignal<string | undefined>;
  /** Why the last message was not taken. */
  readonly refusal: ReadonlySignal<string | undefined>;
  readonly canSend: ReadonlySignal<boolean>;
  /** Counts up each time the composer should take the focus: the person asked for it in the editor. */
  readonly focusWanted: ReadonlySignal<number>;
  readonly type: (text: string) => void;
  readonly removeChip: (chip: Attachment) => void;
  /** While a turn runs the message goes out as `delivery` says; by default as the next turn. */
  readonly submit: (delivery?: Delivery) => void;
  /** Sends `text` without touching the draft. */
  readonly say: (text: string) => void;
  readonly onAccepted: (id: string) => void;
  readonly onRefused: (id: string, reason: string) => void;
  readonly compose: (text: string, attachments: readonly Attachment[], send: boolean) => void;
  readonly focus: () => void;
}

export interface ComposingPorts {
  readonly view: ReadonlySignal<View | undefined>;
  readonly send: (intent: Intent) => void;
  readonly newId: () => string;
  /** Milliseconds after which an unanswered message is given back to the person. */
  readonly patience: number;
}

export function createComposing(ports: ComposingPorts, saved: { draft: string; chips: Attachment[] }): Composing {
  const draft = signal(saved.draft);
  const chips = signal<readonly Attachment[]>(saved.chips);
  const selectionOff = signal(false);
  const pending = signal<string | undefined>(undefined);
  const refusal = signal<string | undefined>(undefined);
  const focusWanted = signal(0);
  const canSend = computed(
    () => draft.value.trim() !== '' && pending.value === undefined && ports.view.value?.environment.trusted === true,
  );
  let impatience: ReturnType<typeof setTimeout> | undefined;
  /** Enter was pressed before the host had said what the conversation is: the message goes out once it has. */
  let early = false;

  function attachments(): Attachment[] {
    const selection = ports.view.peek()?.environment.selection;
    const all = [...chips.peek()];
    // "Ask Capstan" on a selection brings it as a chip of its own.
    const isIn = selection && all.some((chip) => chip.label === selection.label && chip.path === selection.path);
    if (selection && !isIn && !selectionOff.peek()) all.push(selection);
    return all;
  }

  function settle(reason?: string) {
    clearTimeout(impatience);
    pending.value = undefined;
    refusal.value = reason;
  }

  const composing: Composing = {
    draft,
    chips,
    selectionOff,
    pending,
    refusal,
    canSend,
    focusWanted,
    type(text) {
      early = false;
      draft.value = text;
      refusal.value = undefined;
    },
    removeChip(chip) {
      chips.value = chips.peek().filter((other) => other !== chip);
    },
    submit(delivery) {
      early = ports.view.peek() === undefined;
      if (!canSend.peek()) return;
      const id = ports.newId();
      pending.value = id;
      refusal.value = undefined;
      const how = delivery === undefined ? {} : { delivery };
      ports.send({ type: 'submit', id, text: draft.peek(), attachments: attachments(), ...how });
      impatience = setTimeout(() => {
        settle(
          'Capstan has not answered. Your message is still here: send it again, or reload the window if that fails too.',
        );
      }, ports.patience);
    },
    say(text) {
      ports.send({ type: 'submit', id: ports.newId(), text, attachments: [] });
    },
    onAccepted(id) {
      if (id !== pending.peek()) return;
      settle();
      draft.value = '';
      chips.value = [];
    },
    onRefused(id, reason) {
      if (id === pending.peek() || pending.peek() === undefined) settle(reason);
    },
    compose(text, attached, send) {
      // What the person had typed stays; the new text goes below it.
      const typed = draft.peek().trimEnd();
      draft.value = typed && text ? `${typed}\n\n${text}` : typed || text;
      chips.value = [...chips.peek(), ...attached];
      composing.focus();
      if (send) composing.submit();
    },
    focus() {
      focusWanted.value += 1;
    },
  };
  effect(() => {
    if (ports.view.value !== undefined && early) composing.submit();
  });
  return composing;
}

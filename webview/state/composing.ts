// Owns the drafts: what is typed in each session, its chips, and what becomes of it when it is sent. Only `accepted` lets a draft go.
import { computed, effect, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Intent } from '../../src/shared/protocol.ts';
import type { Attachment, Delivery, Draft, View } from '../../src/shared/view-model.ts';
import { t } from '../l10n.ts';
import { joined, startWalk, step, textAt, typedIn, unsent, type Walk } from './message-history.ts';
import type { SavedDrafts } from './saved-state.ts';

export interface Composing {
  /** What stands in the composer. */
  readonly draft: Signal<string>;
  readonly chips: Signal<readonly Attachment[]>;
  /** All drafts, for keeping. */
  readonly drafts: ReadonlySignal<SavedDrafts>;
  /** The editor's selection is left out until it is switched on again. */
  readonly selectionOff: Signal<boolean>;
  /** The message that the host has not answered yet. */
  readonly pending: ReadonlySignal<string | undefined>;
  /** Why the last message was not taken. */
  readonly refusal: Signal<string | undefined>;
  readonly canSend: ReadonlySignal<boolean>;
  /** Counts up each time the composer should take the focus: the person asked for it in the editor. */
  readonly focusWanted: ReadonlySignal<number>;
  readonly type: (text: string) => void;
  /** Puts an earlier (-1) or later (1) message of the session in place of the text; false where there is none. */
  readonly recall: (by: 1 | -1) => boolean;
  readonly removeChip: (chip: Attachment) => void;
  /** Leaves out what is there already. */
  readonly addChips: (chips: readonly Attachment[]) => void;
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

type Shelf = SavedDrafts['drafts'];

/** Drafts of sessions that nobody has come back to for long go first. */
const MAX_DRAFTS = 100;

export function createComposing(ports: ComposingPorts, saved: SavedDrafts): Composing {
  /** Whose draft stands in the composer; empty for the conversation that has not begun. */
  const session = signal(saved.session);
  /** Those of the other sessions. */
  const shelf = signal<Shelf>(saved.drafts);
  const draft = signal(saved.drafts[saved.session]?.text ?? '');
  const chips = signal<readonly Attachment[]>(saved.drafts[saved.session]?.chips ?? []);
  /** When the draft was changed last; 0: it never was. */
  const touched = signal(saved.drafts[saved.session]?.at ?? 0);
  const walk = signal<Walk | undefined>(undefined);
  const selectionOff = signal(false);
  const pending = signal<string | undefined>(undefined);
  const refusal = signal<string | undefined>(undefined);
  const focusWanted = signal(0);
  const canSend = computed(
    () =>
      (draft.value.trim() !== '' || chips.value.some(({ kind }) => kind === 'image')) &&
      pending.value === undefined &&
      ports.view.value?.environment.trusted === true,
  );
  const drafts = computed(() => {
    const { [session.value]: _, ...others } = shelf.value;
    const text = typedIn(walk.value, draft.value);
    const { value: at } = touched;
    const own = at === 0 ? {} : { [session.value]: { text, chips: [...chips.value], at } };
    // The newest last.
    return {
      session: session.value,
      drafts: Object.fromEntries(Object.entries({ ...others, ...own }).slice(-MAX_DRAFTS)),
    };
  });
  let impatience: ReturnType<typeof setTimeout> | undefined;
  /** Enter was pressed before the host had said what the conversation is: the message goes out once it has. */
  let early = false;
  /** What was typed before that belongs to the conversation that the host then shows. */
  let typedEarly = false;
  /** The message that begins a conversation: the draft goes along into it. */
  let beginning: string | undefined;
  let pendingSession = '';

  function attachments(): Attachment[] {
    const selection = ports.view.peek()?.environment.selection;
    const all = [...chips.peek()];
    // "Ask Capstan" on a selection brings it as a chip of its own.
    const isIn = selection && all.some((chip) => chip.label === selection.label && chip.path === selection.path);
    if (selection && !isIn && !selectionOff.peek()) all.push(selection);
    return all;
  }

  const touch = () => (touched.value = Math.max(Date.now(), touched.peek() + 1));

  function settle(reason?: string) {
    clearTimeout(impatience);
    pending.value = undefined;
    refusal.value = reason;
  }

  /** Shows the draft of another session. */
  function turnTo(id: string) {
    const from = session.peek();
    if (id === from) return;
    const along = beginning !== undefined || typedEarly;
    const left = { text: typedIn(walk.peek(), draft.peek()), chips: chips.peek() };
    const { [from]: _, ...others } = drafts.peek().drafts;
    const own = shelf.peek()[id];
    // An empty draft is kept: it is newer than what others know of it.
    shelf.value = along ? { ...others, [from]: { text: '', chips: [], at: Date.now() } } : drafts.peek().drafts;
    walk.value = undefined;
    session.value = id;
    touched.value = own?.at ?? 0;
    if (along) touch();
    draft.value = joined(own?.text ?? '', along ? left.text : '');
    chips.value = [...(own?.chips ?? []), ...(along ? left.chips : [])];
    if (along) pendingSession = id;
    else if (pending.peek() === undefined) refusal.value = undefined;
  }

  /** What the host has kept is newer where another page, or this one before a reload that the editor was slower than, wrote it. */
  function takeKept({ text, chips: kept, at }: Draft) {
    const typed = draft.peek();
    if (typedEarly && !typed.includes(text)) {
      composing.type(joined(text, typed));
      composing.addChips(kept);
    }
    if (at <= touched.peek()) return;
    walk.value = undefined;
    touched.value = at;
    draft.value = text;
    chips.value = kept;
  }

  function forget(id: string) {
    if (id !== session.peek()) {
      shelf.value = { ...shelf.peek(), [id]: { text: '', chips: [], at: Date.now() } };
      return;
    }
    touch();
    const stop = walk.peek();
    draft.value = stop ? unsent(stop) : '';
    walk.value = undefined;
    chips.value = [];
  }

  function ask(text: string, attached: Attachment[], delivery?: Delivery): string {
    const id = ports.newId();
    if (session.peek() === '') beginning = id;
    const how = delivery === undefined ? {} : { delivery };
    ports.send({ type: 'submit', id, text, attachments: attached, ...how });
    return id;
  }

  const composing: Composing = {
    draft,
    chips,
    drafts,
    selectionOff,
    pending,
    refusal,
    canSend,
    focusWanted,
    type(text) {
      early = false;
      typedEarly = ports.view.peek() === undefined;
      draft.value = text;
      refusal.value = undefined;
      touch();
    },
    recall(by) {
      const next = step(walk.peek() ?? startWalk(ports.view.peek()), draft.peek(), by);
      if (!next || pending.peek() !== undefined) return false;
      const { at, messages, edits } = next;
      draft.value = textAt(next);
      touch();
      const edited = messages.some((text, index) => (edits[index] ?? text) !== text);
      walk.value = at === messages.length && !edited ? undefined : next;
      return true;
    },
    removeChip(chip) {
      touch();
      chips.value = chips.peek().filter((other) => other !== chip);
    },
    addChips(added) {
      touch();
      const there = chips.peek();
      const isNew = (chip: Attachment) =>
        !there.some(({ kind, label, image }) => kind === chip.kind && label === chip.label && image === chip.image);
      chips.value = [...there, ...added.filter(isNew)];
    },
    submit(delivery) {
      early = ports.view.peek() === undefined;
      if (!canSend.peek()) return;
      refusal.value = undefined;
      pendingSession = session.peek();
      pending.value = ask(draft.peek(), attachments(), delivery);
      impatience = setTimeout(() => {
        settle(
          t(
            'Capstan has not answered. Your message is still here: send it again, or reload the window if that fails too.',
          ),
        );
      }, ports.patience);
    },
    say(text) {
      ask(text, []);
    },
    onAccepted(id) {
      if (id === beginning) beginning = undefined;
      if (id !== pending.peek()) return;
      settle();
      forget(pendingSession);
    },
    onRefused(id, reason) {
      if (id === beginning) beginning = undefined;
      if (id === pending.peek() || pending.peek() === undefined) settle(reason);
    },
    compose(text, attached, send) {
      // What the person had typed stays; the new text goes below it.
      draft.value = joined(draft.peek(), text);
      composing.addChips(attached);
      composing.focus();
      if (send) composing.submit();
    },
    focus() {
      focusWanted.value += 1;
    },
  };
  effect(() => {
    const { session: shown, draft: kept } = ports.view.value ?? {};
    if (shown === undefined) return;
    turnTo(shown.id);
    if (kept) takeKept(kept);
    typedEarly = false;
    if (early) composing.submit();
  });
  return composing;
}

// What is offered while an `@` word or a `/` command is typed, and what becomes of the choice.
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { Intent, PanelMessage } from '../../src/shared/protocol.ts';
import { slashCommands, type SlashCommand } from '../../src/shared/slash-commands.ts';
import type { Mention } from '../../src/shared/view-model.ts';
import { t } from '../l10n.ts';
import type { GivenImage } from './images.ts';
import type { Composing } from './composing.ts';

export type Option =
  | { readonly key: string; readonly mention: Mention; readonly slash?: never }
  | { readonly key: string; readonly slash: SlashCommand; readonly mention?: never };

export interface Completion {
  /** Empty: nothing is offered. */
  readonly options: ReadonlySignal<readonly Option[]>;
  /** Why nothing is. */
  readonly note: ReadonlySignal<string | undefined>;
  readonly active: ReadonlySignal<number>;
  /** The text or the cursor has changed; a cursor of -1 is in no text. */
  readonly track: (text: string, cursor: number) => void;
  /** Takes a key; true when it was meant for what is offered. */
  readonly onKey: (key: string) => boolean;
  readonly choose: (index: number) => void;
  /** Runs the slash command that the draft is; false when it is none. */
  readonly runDraft: () => boolean;
  /** Makes a chip of each path or address; `text` is typed where one is none of the workspace's. */
  readonly attachPaths: (paths: readonly string[], text?: string) => void;
  /** Makes a chip of each image. */
  readonly attachImages: (files: readonly (File | GivenImage)[]) => void;
  readonly onMentions: (message: Extract<PanelMessage, { type: 'mentions' }>) => void;
  readonly onAttached: (message: Extract<PanelMessage, { type: 'attached' }>) => void;
}

export interface CompletionPorts {
  readonly composing: Composing;
  readonly send: (intent: Intent) => void;
  readonly newId: () => string;
  /** Shows a text with the cursor in it. */
  readonly place: (text: string, cursor: number) => void;
}

interface Trigger {
  readonly sign: '@' | '/';
  readonly query: string;
  readonly start: number;
  readonly end: number;
}

const NONE: readonly Option[] = [];

export function createCompletion({ composing, send, newId, place }: CompletionPorts): Completion {
  const table = slashCommands(t);
  const trigger = signal<Trigger | undefined>(undefined);
  const found = signal<readonly Option[]>(NONE);
  const said = signal<string | undefined>(undefined);
  const active = signal(0);
  /** Where the person has closed the list: it stays closed until another word begins. */
  let closedAt: number | undefined;
  /** The question that the host has not answered. */
  let awaited: string | undefined;
  let chooseFirst = false;
  const asked = new Map<string, string | undefined>();

  const options = computed(() => {
    const { sign, query } = trigger.value ?? {};
    if (sign !== '/') return sign ? found.value : NONE;
    const isMeant = ({ name, aka = [] }: SlashCommand) => [name, ...aka].some((each) => each.startsWith(query!));
    return table.flatMap((slash) => (isMeant(slash) ? [{ key: slash.name, slash }] : []));
  });

  function close() {
    trigger.value = undefined;
    found.value = NONE;
    said.value = awaited = undefined;
    chooseFirst = false;
  }

  function put(text: string, cursor: number) {
    composing.type(text);
    place(text, cursor);
  }

  function attach(mention: Mention, text?: string) {
    const id = newId();
    asked.set(id, text);
    send({ type: 'attach', id, mention });
  }

  function run({ command, takes }: SlashCommand, argument: string) {
    send({ type: 'runCommand', command, ...(takes === undefined ? {} : { argument }) });
    put('', 0);
  }

  const completion: Completion = {
    options,
    note: said,
    active,
    track(text, cursor) {
      const next = triggerAt(text, cursor);
      const last = trigger.peek();
      if (next?.start !== closedAt) closedAt = undefined;
      if (!next || closedAt !== undefined) return last && close();
      if (last?.start === next.start && last.query === next.query && last.sign === next.sign) return;
      trigger.value = next;
      active.value = 0;
      if (next.sign === '/') return;
      awaited = newId();
      send({ type: 'findMentions', id: awaited, query: next.query.slice(0, 300) });
    },
    onKey(key) {
      const at = trigger.peek();
      const { length } = options.peek();
      if (!at) return false;
      if (key === 'Escape') {
        if (length === 0 && said.peek() === undefined) return false;
        closedAt = at.start;
        close();
        return true;
      }
      const chooses = key === 'Enter' || key === 'Tab';
      if (chooses && awaited !== undefined) return (chooseFirst = true);
      if (length === 0) return false;
      if (chooses) completion.choose(active.peek());
      else if (key === 'ArrowDown') active.value = (active.peek() + 1) % length;
      else if (key === 'ArrowUp') active.value = (active.peek() + length - 1) % length;
      else return false;
      return true;
    },
    choose(index) {
      const at = trigger.peek();
      const option = options.peek()[index];
      if (!at || !option) return;
      close();
      if (option.slash) {
        if (option.slash.takes === undefined) run(option.slash, '');
        else put(`/${option.slash.name} `, option.slash.name.length + 2);
        return;
      }
      const text = composing.draft.peek();
      const before = text.slice(0, at.start);
      const after = text.slice(at.end);
      put(before + (/(^|\s)$/.test(before) ? after.trimStart() : after), before.length);
      attach(option.mention);
    },
    runDraft() {
      const [, name, argument = ''] = /^\/([\w-]+)(?:\s+([^]*))?$/.exec(composing.draft.peek()) ?? [];
      const slash = table.find((each) => each.name === name || each.aka?.includes(name!));
      if (!slash || (slash.takes === undefined && argument.trim() !== '')) return false;
      close();
      run(slash, argument.trim());
      return true;
    },
    attachPaths(paths, text) {
      for (const path of paths.slice(0, 30)) attach({ kind: 'file', label: path.slice(-300), path }, text);
    },
    attachImages(files) {
      for (const file of files) {
        const label = file.name.slice(-200) || t('Image');
        void import('./images.ts')
          .then(({ prepareImage }) => prepareImage(file))
          .then((image) => {
            if (image) send({ type: 'keepImage', id: newId(), label, ...image });
            else
              composing.refusal.value = t(
                '{0} cannot be attached: it is no image, or too large to be made smaller.',
                label,
              );
          });
      }
    },
    onMentions({ id, found: mentions, note }) {
      if (trigger.peek()?.sign !== '@') return;
      // A later answer to the same question adds to it; one to an older question is of no use.
      if (awaited !== undefined && id !== awaited) return;
      awaited = undefined;
      found.value = mentions.map((mention) => ({ key: `${mention.kind} ${mention.path} ${mention.label}`, mention }));
      said.value = mentions.length > 0 ? undefined : (note ?? t('Nothing found'));
      if (chooseFirst) completion.choose(0);
      chooseFirst = false;
    },
    onAttached({ id, attachment, reason }) {
      const text = asked.get(id);
      asked.delete(id);
      if (attachment) composing.addChips([attachment]);
      else if (text !== undefined) composing.type(composing.draft.peek() + text);
      else composing.refusal.value = reason;
    },
  };
  return completion;
}

function triggerAt(text: string, cursor: number): Trigger | undefined {
  const before = cursor < 0 ? '' : text.slice(0, cursor);
  const [, slash] = /^\/([\w-]*)$/.exec(before) ?? [];
  if (slash !== undefined) return { sign: '/', query: slash, start: 0, end: cursor };
  const [, word] = /(?:^|[\s([{])@([^\s@]*)$/.exec(before) ?? [];
  if (word === undefined) return undefined;
  return { sign: '@', query: word, start: cursor - word.length - 1, end: cursor };
}

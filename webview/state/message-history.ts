// A walk through what the person said in this session, as in a shell: each stop keeps its edits, the unsent draft is the last stop.
import type { View } from '../../src/shared/view-model.ts';

export interface Walk {
  /** Oldest first. */
  readonly messages: readonly string[];
  /** Where the walk stands; `messages.length` is the unsent draft. */
  readonly at: number;
  /** Texts that differ from their message, by their place; the unsent draft among them. */
  readonly edits: Readonly<Record<number, string>>;
}

/** Begins at the unsent draft. */
export function startWalk(view: View | undefined): Walk {
  const said = [
    ...(view?.turns ?? []).flatMap((turn) => [
      turn.text,
      ...turn.items.flatMap((item) => (item.kind === 'person' ? [item.text] : [])),
    ]),
    ...(view?.session.queued ?? []).map(({ text }) => text),
  ];
  const messages = said.filter((text, index) => text.trim() !== '' && text !== said[index + 1]);
  return { messages, at: messages.length, edits: {} };
}

/** One stop on, with `text` kept for the stop that is left; undefined where the walk ends. */
export function step({ messages, at, edits }: Walk, text: string, by: 1 | -1): Walk | undefined {
  const next = at + by;
  if (next < 0 || next > messages.length) return undefined;
  return { messages, at: next, edits: { ...edits, [at]: text } };
}

export function textAt({ messages, at, edits }: Walk): string {
  return edits[at] ?? messages[at] ?? '';
}

/** The unsent draft, while the walk stands elsewhere. */
export function unsent({ messages, at, edits }: Walk): string {
  return at < messages.length ? (edits[messages.length] ?? '') : '';
}

/** Everything that was typed and not sent, where `text` is what stands in the composer. */
export function typedIn(walk: Walk | undefined, text: string): string {
  if (!walk || walk.at === walk.messages.length) return text;
  return joined(unsent(walk), text === walk.messages[walk.at] ? '' : text);
}

export function joined(above: string, below: string): string {
  const first = above.trimEnd();
  return first && below ? `${first}\n\n${below}` : first || below;
}

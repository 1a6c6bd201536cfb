// What stands on the tab of a conversation: its title, and in a mark and words how it is with it. No editor in it.
import type { OpenSessionView } from '../sessions/session-pool.ts';

/** Longer titles are cut: a tab shows some thirty characters. */
const TITLE_CHARS = 60;

export interface TabWords {
  readonly needsYou: string;
  readonly failed: string;
  /** A conversation without a title. */
  readonly untitled: string;
}

export function tabTitle(session: OpenSessionView | undefined, words: TabWords): string {
  const title = shorten(session?.title || words.untitled);
  if (session?.state === 'waiting') return `● ${words.needsYou}: ${title}`;
  if (session && session.state !== 'idle') return `◌ ${title}`;
  return session?.lastTurn === 'failed' ? `✕ ${words.failed}: ${title}` : title;
}

function shorten(title: string): string {
  return title.length > TITLE_CHARS ? `${title.slice(0, TITLE_CHARS - 1)}…` : title;
}

// Keeps the transcript at its end while it is there, where the person left it otherwise, and asks for what lies beyond its window.
import type { RefObject } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { View } from '../../src/shared/view-model.ts';
import type { Panel } from '../panel-context.ts';
import { elementAt, partAt, partSeenIn, placeOf, seenIn, topIn } from './places.ts';

export interface FollowEnd {
  readonly atEnd: boolean;
  /** Something is hidden above the visible part. */
  readonly scrolled: boolean;
  readonly afterRender: () => void;
  readonly onScroll: () => void;
  readonly goToEnd: () => void;
  /** Leaves the end: an element is brought into sight. */
  readonly goTo: (element: HTMLElement, top: number) => void;
  readonly ask: (to: 'earlier' | 'later') => void;
}

/** This near to the end counts as being there. */
const NEAR_PX = 24;
/** The window is moved before its edge is in sight. */
const EDGE_PX = 900;

export function useFollowEnd(scroller: RefObject<HTMLElement | null>, panel: Panel): FollowEnd {
  const [atEnd, setAtEnd] = useState(true);
  const [scrolled, setScrolled] = useState(false);
  const place = useMemo(() => createFollower(scroller, panel, setAtEnd, setScrolled), [scroller, panel]);

  // Rows that open, chunks that load and a composer that grows change heights without a new view.
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const watcher = new ResizeObserver(() => place.onResize());
    watcher.observe(element);
    for (const child of element.children) watcher.observe(child);
    const added = new MutationObserver(() => {
      for (const child of element.children) watcher.observe(child);
    });
    added.observe(element, { childList: true });
    return () => {
      watcher.disconnect();
      added.disconnect();
    };
  }, [scroller, place]);

  return { atEnd, scrolled, ...place };
}

function createFollower(
  scroller: RefObject<HTMLElement | null>,
  panel: Panel,
  setAtEnd: (atEnd: boolean) => void,
  setScrolled: (scrolled: boolean) => void,
) {
  // What must be known within a frame, before a render.
  let following = panel.savedPlace === undefined;
  let restore = panel.savedPlace;
  let lastTop = 0;
  let session: string | undefined;
  /** The row that is seen first, and where. The browser holds what it sees first, which may be the words above a gap. */
  let anchor: { readonly element: HTMLElement; readonly top: number } | undefined;
  /** What was asked for, and at which edges. */
  let asked = '';

  function follow(on: boolean) {
    if (on !== following) panel.send({ type: 'follow', on });
    following = on;
  }

  function toEnd(element: HTMLElement) {
    element.scrollTop = element.scrollHeight;
    lastTop = element.scrollTop;
  }

  function settle(element: HTMLElement) {
    const first = following ? undefined : seenIn(element, 'first');
    const part = first && partSeenIn(element, first);
    const held = part?.element ?? first;
    anchor = held && { element: held, top: topIn(element, held) };
    const at = first && placeOf(first);
    if (!restore) panel.savePlace(at && { ...at, offset: anchor!.top, ...(part ? { part: part.index } : {}) });
    setScrolled(element.scrollTop > 0);
    setAtEnd(following);
  }

  function ask(to: 'earlier' | 'later') {
    const view = panel.view.peek();
    const element = scroller.current;
    if (!view || !element) return;
    const now = `${to} ${edgesOf(view)}`;
    if (now === asked || !(to === 'earlier' ? view.earlier || view.earlierItems : hasLater(view))) return;
    asked = now;
    const seen = seenIn(element, to === 'earlier' ? 'last' : 'first');
    const keep = seen && placeOf(seen);
    panel.send({ type: 'moveWindow', to, ...(keep ? { keep } : {}) });
  }

  return {
    ask,
    afterRender() {
      const element = scroller.current;
      const view = panel.view.peek();
      if (!element || !view) return;
      // A conversation that is brought back late takes the place of an empty one.
      if (session && session !== view.session.id) {
        following = true;
        restore = undefined;
      }
      session = view.session.id;
      if (restore && view.turns.length > 0) {
        const found = elementAt(element, panel, restore);
        const row = found && partAt(found, restore.part);
        if (row) element.scrollTop += topIn(element, row) - restore.offset;
        following = !row;
        restore = undefined;
      }
      if (following) toEnd(element);
      else if (anchor) hold(element, anchor.element, anchor.top);
      lastTop = element.scrollTop;
      settle(element);
    },
    onScroll() {
      const element = scroller.current;
      const view = panel.view.peek();
      if (!element || !view || restore) return;
      const top = element.scrollTop;
      const isUp = top < lastTop;
      // New text makes the end move away without anybody scrolling; only a move up, or reaching the end, is a choice.
      if (isNearEnd(element) && !hasLater(view)) follow(true);
      else if (isUp) follow(false);
      if (isUp && top < EDGE_PX) ask('earlier');
      else if (top > lastTop && gapBelow(element) < EDGE_PX && !following) ask('later');
      lastTop = top;
      settle(element);
    },
    onResize() {
      const element = scroller.current;
      if (element && following) toEnd(element);
    },
    goToEnd() {
      const element = scroller.current;
      const view = panel.view.peek();
      if (!element || !view) return;
      if (hasLater(view)) panel.send({ type: 'moveWindow', to: 'end' });
      else follow(true);
      following = true;
      toEnd(element);
      settle(element);
    },
    goTo(row: HTMLElement, top: number) {
      const element = scroller.current;
      if (!element) return;
      element.scrollTop += topIn(element, row) - top;
      follow(isNearEnd(element) && !hasLater(panel.view.peek()!));
      lastTop = element.scrollTop;
      settle(element);
    },
  };
}

function edgesOf({ earlier, earlierItems, later, laterItems }: View): string {
  return [earlier, earlierItems, later, laterItems].join(' ');
}

function hasLater(view: View): boolean {
  return view.later + view.laterItems > 0;
}

function gapBelow(element: HTMLElement): number {
  return element.scrollHeight - element.scrollTop - element.clientHeight;
}

function isNearEnd(element: HTMLElement): boolean {
  return gapBelow(element) < NEAR_PX;
}

/** Keeps a row at `top` when something came in above it. */
function hold(scroller: HTMLElement, row: HTMLElement, top: number): void {
  const moved = row.isConnected ? topIn(scroller, row) - top : 0;
  if (Math.abs(moved) >= 1) scroller.scrollTop += moved;
}

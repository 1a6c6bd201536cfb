// Keeps the transcript at its end while it is there, and where the person left it otherwise.
import type { RefObject } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Panel } from '../panel-context.ts';

export interface FollowEnd {
  readonly atEnd: boolean;
  /** Something is hidden above the visible part. */
  readonly scrolled: boolean;
  /** `first` is the id of the first turn that is shown. */
  readonly afterRender: (first: string | undefined) => void;
  readonly onScroll: () => void;
  readonly goToEnd: () => void;
}

/** This near to the end counts as being there. */
const NEAR_PX = 24;

export function useFollowEnd(scroller: RefObject<HTMLElement | null>, panel: Panel): FollowEnd {
  const [atEnd, setAtEnd] = useState(true);
  const [scrolled, setScrolled] = useState(false);
  // What must be known within a frame, before a render.
  const now = useMemo(
    () => ({ following: true, restore: panel.savedScroll, lastTop: 0, first: '', firstTop: 0 }),
    [panel],
  );

  const place = useMemo(() => {
    const toEnd = () => {
      const element = scroller.current;
      if (!element) return;
      element.scrollTop = element.scrollHeight;
      now.lastTop = element.scrollTop;
    };
    return {
      toEnd,
      afterRender(first: string | undefined) {
        const element = scroller.current;
        if (!element) return;
        if (now.restore !== undefined && element.scrollHeight > element.clientHeight) {
          element.scrollTop = now.restore;
          now.restore = undefined;
          now.following = isNearEnd(element);
        } else if (now.following) toEnd();
        // At the very top the browser does not hold the place by itself when earlier turns come in above it.
        else if (first !== now.first && element.scrollTop < 1) holdTurn(element, now.first, now.firstTop);
        now.first = first ?? '';
        now.firstTop = topOf(element, now.first) ?? 0;
        setScrolled(element.scrollTop > 0);
        setAtEnd(now.following);
      },
      onScroll() {
        const element = scroller.current;
        if (!element || now.restore !== undefined) return;
        const movedUp = element.scrollTop < now.lastTop;
        // New text makes the end move away without anybody scrolling; only a move up, or reaching the end, is a choice.
        if (isNearEnd(element)) now.following = true;
        else if (movedUp) now.following = false;
        now.lastTop = element.scrollTop;
        now.firstTop = topOf(element, now.first) ?? 0;
        setScrolled(element.scrollTop > 0);
        setAtEnd(now.following);
        panel.saveScroll(now.following ? undefined : element.scrollTop);
      },
      goToEnd() {
        now.following = true;
        toEnd();
        setAtEnd(true);
        panel.saveScroll(undefined);
      },
    };
  }, [scroller, panel, now]);

  // Rows that open, chunks that load and a composer that grows change heights without a new view.
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const watcher = new ResizeObserver(() => {
      if (now.following) place.toEnd();
    });
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
  }, [scroller, place, now]);

  return { atEnd, scrolled, ...place };
}

function isNearEnd(element: HTMLElement): boolean {
  return element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
}

/** How far below the scroller's upper edge a turn begins. */
function topOf(scroller: HTMLElement, turnId: string): number | undefined {
  const turn = scroller.querySelector(`[data-turn="${CSS.escape(turnId)}"]`);
  return turn ? turn.getBoundingClientRect().top - scroller.getBoundingClientRect().top : undefined;
}

/** Keeps a turn at `top` while what came in above it takes its real height, which is a matter of a few frames. */
function holdTurn(scroller: HTMLElement, turnId: string, top: number, frames = 4): void {
  const now = topOf(scroller, turnId);
  if (now === undefined) return;
  if (now !== top) scroller.scrollTop += now - top;
  if (frames > 1) requestAnimationFrame(() => holdTurn(scroller, turnId, top, frames - 1));
}

// Tells a part of the transcript whether it is near what is seen, so that what is far need not be drawn.
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';

export interface Near {
  readonly isNear: boolean;
  /** Height in pixels that it had when it was last near; absent: it never was. */
  readonly height?: number;
}

/** This far beyond an edge of the transcript is near. */
const NEAR_PX = 900;

/**
 * `watched`: as long as it is not, all is near. `first`: what counts until it has been looked at, which is before the first paint.
 * What is selected or has the focus stays near. The event `near` brings it near.
 */
export function useNear(element: RefObject<HTMLElement | null>, watched: boolean, first: boolean): Near {
  const [near, setNear] = useState<Near>({ isNear: first });
  // The transcript goes to its place after its parts are laid out.
  useLayoutEffect(() => {
    if (near.isNear) return;
    queueMicrotask(() => {
      if (element.current && isNearBy(element.current)) setNear(ALL_NEAR);
    });
  }, []);
  useEffect(() => {
    const own = element.current;
    if (!watched || !own) return undefined;
    const bring = () => setNear(ALL_NEAR);
    own.addEventListener('near', bring);
    const unwatch = watch(own, (isNear, height) =>
      setNear((before) => {
        if (before.isNear === isNear || (!isNear && isHeld(own))) return before;
        return isNear ? ALL_NEAR : { isNear, height };
      }),
    );
    return () => {
      own.removeEventListener('near', bring);
      unwatch();
    };
  }, [watched]);
  return watched ? near : ALL_NEAR;
}

const ALL_NEAR: Near = { isNear: true };

function rootOf(element: Element): Element {
  return element.closest('.transcript') ?? document.body;
}

function isNearBy(element: Element): boolean {
  const own = element.getBoundingClientRect();
  const root = rootOf(element).getBoundingClientRect();
  return own.bottom > root.top - NEAR_PX && own.top < root.bottom + NEAR_PX;
}

function isHeld(element: Element): boolean {
  const selection = document.getSelection();
  return (
    element.contains(document.activeElement) ||
    (selection !== null && !selection.isCollapsed && selection.containsNode(element, true))
  );
}

function watch(element: Element, heard: (isNear: boolean, height: number) => void): () => void {
  const observer = new IntersectionObserver(
    (entries) => {
      const { isIntersecting, boundingClientRect } = entries.at(-1)!;
      heard(isIntersecting, boundingClientRect.height);
    },
    { root: rootOf(element), rootMargin: `${NEAR_PX}px 0px` },
  );
  observer.observe(element);
  return () => observer.disconnect();
}

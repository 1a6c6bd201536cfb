// Tells a part of the transcript whether it is near what is seen, so that what is far need not be drawn.
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';

export interface Near {
  readonly isNear: boolean;
  /** Height in pixels that it had when it was last near; undefined: it never was. */
  readonly height: number | undefined;
}

/** This far beyond an edge of the transcript is near. */
const NEAR_PX = 900;

type Heard = (isNear: boolean, height: number) => void;

interface Watcher {
  readonly observer: IntersectionObserver;
  readonly heard: Map<Element, Heard>;
}

/** One for each transcript. */
const watchers = new WeakMap<Element, Watcher>();

/**
 * `watched`: as long as it is not, all is near. `first`: what counts until it has been looked at, which is before the first paint.
 * What is selected or has the focus stays near. The event `near` brings it near.
 */
export function useNear(element: RefObject<HTMLElement | null>, watched: boolean, first: boolean): Near {
  const [near, setNear] = useState<Near>({ isNear: first, height: undefined });
  // The transcript goes to its place after its parts are laid out.
  useLayoutEffect(() => {
    if (near.isNear) return;
    queueMicrotask(() => {
      if (element.current && isNearBy(element.current)) setNear({ isNear: true, height: undefined });
    });
  }, []);
  useEffect(() => {
    const own = element.current;
    if (!watched || !own) return undefined;
    const bring = () => setNear({ isNear: true, height: undefined });
    own.addEventListener('near', bring);
    const unwatch = watch(own, (isNear, height) =>
      setNear((before) => {
        if (before.isNear === isNear || (!isNear && isHeld(own))) return before;
        return { isNear, height: isNear ? undefined : height };
      }),
    );
    return () => {
      own.removeEventListener('near', bring);
      unwatch();
    };
  }, [watched]);
  return watched ? near : ALL_NEAR;
}

const ALL_NEAR: Near = { isNear: true, height: undefined };

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

function watch(element: Element, heard: Heard): () => void {
  const root = rootOf(element);
  let watcher = watchers.get(root);
  if (!watcher) {
    watcher = createWatcher(root);
    watchers.set(root, watcher);
  }
  const { observer, heard: all } = watcher;
  all.set(element, heard);
  observer.observe(element);
  return () => {
    all.delete(element);
    observer.unobserve(element);
  };
}

function createWatcher(root: Element): Watcher {
  const heard = new Map<Element, Heard>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting, boundingClientRect } of entries) {
        heard.get(target)?.(isIntersecting, boundingClientRect.height);
      }
    },
    { root, rootMargin: `${NEAR_PX}px 0px` },
  );
  return { observer, heard };
}

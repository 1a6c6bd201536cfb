// Moves the keyboard's focus through a transcript: arrows between turns and rows, Tab only through what the current one holds.

const STOP = '[data-stop]';

/** Arrow keys, Home and End move between stops; the one that leads on opens a row (Right, where text runs so) and the other closes it. */
export function moveByKeys(event: KeyboardEvent, scroller: HTMLElement): void {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const focused = document.activeElement;
  const isAtStop = focused === scroller || focused?.matches(STOP);
  if (!isAtStop) return;
  if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') return openByKey(event, focused as HTMLElement);
  const target = targetOf(event.key, scroller, focused as HTMLElement);
  if (!target) return;
  event.preventDefault();
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: 'nearest' });
}

function targetOf(key: string, scroller: HTMLElement, focused: HTMLElement): HTMLElement | undefined {
  const stops = [...scroller.querySelectorAll<HTMLElement>(STOP)];
  if (key === 'Home') return stops[0];
  if (key === 'End') return stops.at(-1);
  if (key !== 'ArrowDown' && key !== 'ArrowUp') return undefined;
  if (focused === scroller) return stops.findLast((stop) => isVisible(stop, scroller)) ?? stops.at(-1);
  if (hasMoreToShow(focused, scroller, key)) return undefined;
  return stops[stops.indexOf(focused) + (key === 'ArrowDown' ? 1 : -1)];
}

/** A long answer is scrolled through before the next stop is gone to. */
function hasMoreToShow(stop: HTMLElement, scroller: HTMLElement, key: 'ArrowDown' | 'ArrowUp'): boolean {
  const inner = stop.getBoundingClientRect();
  const outer = scroller.getBoundingClientRect();
  return key === 'ArrowDown' ? inner.bottom > outer.bottom + 1 : inner.top < outer.top - 1;
}

function isVisible(stop: HTMLElement, scroller: HTMLElement): boolean {
  const inner = stop.getBoundingClientRect();
  const outer = scroller.getBoundingClientRect();
  return inner.top < outer.bottom && inner.bottom > outer.top;
}

function openByKey(event: KeyboardEvent, stop: HTMLElement) {
  const toggle = stop.closest('[data-group]')?.querySelector<HTMLElement>('[aria-expanded]');
  if (!toggle) return;
  const isOpen = toggle.getAttribute('aria-expanded') === 'true';
  const opens = event.key === (document.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight');
  if (isOpen === opens) return;
  event.preventDefault();
  toggle.click();
}

/**
 * Lets Tab reach the inner controls of the group that has the focus, and of no other.
 * Returns the function that ends it.
 */
export function openInnerStops(scroller: HTMLElement): () => void {
  let group: Element | null = null;
  const set = (tabIndex: number) => {
    for (const inner of group?.querySelectorAll<HTMLElement>('[data-inner]') ?? []) inner.tabIndex = tabIndex;
  };
  const onFocus = (event: FocusEvent) => {
    const next = (event.target as Element).closest('[data-group]');
    if (next !== group) set(-1);
    group = next;
    set(0);
  };
  // What opens or streams in while its group has the focus can be reached too.
  const watcher = new MutationObserver((records) => {
    if (records.some(({ target }) => group?.contains(target))) set(0);
  });
  watcher.observe(scroller, { childList: true, subtree: true });
  scroller.addEventListener('focusin', onFocus);
  return () => {
    watcher.disconnect();
    scroller.removeEventListener('focusin', onFocus);
  };
}

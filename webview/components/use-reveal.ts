// Brings a place of the conversation into sight: a turn that was jumped to, a match that was found.
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Place, View } from '../../src/shared/view-model.ts';
import { toggleOpen, type Panel } from '../panel-context.ts';
import { markCurrent, rangesIn } from './find-marks.ts';
import { elementAt, holdersAt, topIn } from './places.ts';
import type { FollowEnd } from './use-follow-end.ts';

/** What the transcript is to go to. */
export type Wanted =
  | { readonly kind: 'place'; readonly at: Place }
  | { readonly kind: 'match'; readonly at: Place; readonly nth: number; readonly words: string }
  | { readonly kind: 'step'; readonly to: 'previous' | 'next' };

/** A turn that was gone to begins this far below the edge: room for the conversation's name. */
const TURN_TOP = 30;

type Go = Pick<FollowEnd, 'goTo' | 'goToEnd'>;

export function useReveal(scroller: RefObject<HTMLElement | null>, panel: Panel, go: Go): void {
  const done = useRef<Wanted | undefined>(undefined);
  const wanted = panel.wanted.value;
  const view = panel.view.value;
  const open = panel.open.value;
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || !view || !wanted || done.current === wanted) return;
    // What the same change draws in rows comes after this, and still before the paint.
    const reveal = () => {
      if (done.current === wanted) return;
      if (wanted.kind === 'step') step(element, view, panel, go, wanted.to);
      else if (wanted.kind === 'place') showTurn(elementAt(element, panel, wanted.at), go);
      // A row that had to be opened is drawn first; this runs again then.
      else if (!showMatch(element, panel, go, wanted, () => queueMicrotask(reveal))) return;
      done.current = wanted;
    };
    queueMicrotask(reveal);
  }, [wanted, view, open]);
}

function showTurn(row: HTMLElement | undefined, { goTo }: Go) {
  if (!row) return;
  goTo(row, TURN_TOP);
  // Who writes goes on writing.
  if (!document.activeElement?.matches('textarea, input')) row.focus({ preventScroll: true });
}

function step(scroller: HTMLElement, view: View, panel: Panel, go: Go, to: 'previous' | 'next') {
  const said = [...scroller.querySelectorAll<HTMLElement>('.turn > .said')];
  const top = (row: HTMLElement) => topIn(scroller, row);
  const row =
    to === 'previous'
      ? said.findLast((each) => top(each) < TURN_TOP - 2)
      : said.find(
          (each) => top(each) > TURN_TOP + 2 && scroller.scrollTop + scroller.clientHeight + 1 < scroller.scrollHeight,
        );
  const edge = to === 'previous' ? view.turns[0] : view.turns.at(-1);
  if (row) showTurn(row, go);
  else if (edge && (to === 'previous' ? view.earlier : view.later)) panel.send({ type: 'step', to, from: edge.id });
  else if (to === 'next') go.goToEnd();
}

/** False when a row was opened for it, and it can be shown once that is drawn, or when `again` has been called. */
function showMatch(
  scroller: HTMLElement,
  panel: Panel,
  { goTo }: Go,
  { at, nth, words }: Extract<Wanted, { kind: 'match' }>,
  again: () => void,
): boolean {
  const isClosed = (id: string) => !panel.open.peek().has(id);
  const holders = holdersAt(panel, at).filter(({ id }) => isClosed(id));
  if (holders.length > 0) {
    for (const { id } of holders) toggleOpen(panel, id);
    return false;
  }
  const row = elementAt(scroller, panel, at);
  if (!row) return true;
  const ranges = rangesIn(row, words, panel.find.matchCase.peek());
  if (ranges.length <= nth && at.itemId !== undefined && isClosed(at.itemId) && row.querySelector('[aria-expanded]')) {
    toggleOpen(panel, at.itemId);
    return false;
  }
  const range = ranges[Math.min(nth, ranges.length - 1)];
  const far = range?.startContainer.parentElement?.closest('.far');
  if (far) {
    far.dispatchEvent(new Event('near'));
    again();
    return false;
  }
  markCurrent(range);
  const place = range ? range.getBoundingClientRect().top - row.getBoundingClientRect().top : 0;
  goTo(row, scroller.clientHeight / 3 - place);
  return true;
}

// Where things stand in the scrolled transcript: from a place of the conversation to its element, and back.
import type { Place } from '../../src/shared/view-model.ts';
import type { Panel } from '../panel-context.ts';
import { firstItem, focusRows, holdersOf } from '../state/focus-rows.ts';
import { foldRows } from '../state/fold-rows.ts';

/** What a place may be: the person's words of a turn, or a row. */
const PLACED = '.turn > .said, [data-item]';

/** How far below the scroller's upper edge an element begins. */
export function topIn(scroller: HTMLElement, element: Element): number {
  return element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
}

/** The first, or the last, placed element that is in sight. */
export function seenIn(scroller: HTMLElement, which: 'first' | 'last'): HTMLElement | undefined {
  const { top, bottom } = scroller.getBoundingClientRect();
  const placed = [...scroller.querySelectorAll<HTMLElement>(PLACED)];
  if (which === 'first') {
    const first = placed.findIndex((element) => element.getBoundingClientRect().bottom > top);
    // Earlier steps come in below the words of their turn, so that a row is the better hold.
    return (
      placed.slice(first < 0 ? placed.length : first).find(({ dataset }) => dataset['item'] !== undefined) ??
      placed[first]
    );
  }
  return placed.findLast((element) => element.getBoundingClientRect().top < bottom);
}

/** Of a row that holds an answer, the part that is seen first: what is before it may not have its height yet. */
export function partSeenIn(
  scroller: HTMLElement,
  row: HTMLElement,
): { element: HTMLElement; index: number } | undefined {
  const { top } = scroller.getBoundingClientRect();
  const parts = [...row.querySelectorAll<HTMLElement>('.part')];
  const index = parts.findIndex((part) => part.getBoundingClientRect().bottom > top);
  return index < 0 ? undefined : { element: parts[index]!, index };
}

/** The row itself where it has no such part. */
export function partAt(row: HTMLElement, index: number | undefined): HTMLElement {
  return (index !== undefined && row.querySelectorAll<HTMLElement>('.part')[index]) || row;
}

export function placeOf(element: HTMLElement): Place | undefined {
  const turnId = element.closest<HTMLElement>('[data-turn]')?.dataset['turn'];
  const { item: itemId } = element.dataset;
  if (turnId === undefined) return undefined;
  return itemId === undefined ? { turnId } : { turnId, itemId };
}

/** The element at a place; for what is in a closed fold that is the fold. */
export function elementAt(scroller: HTMLElement, panel: Panel, place: Place): HTMLElement | undefined {
  const turn = scroller.querySelector(`[data-turn="${CSS.escape(place.turnId)}"]`);
  if (!turn || place.itemId === undefined) return turn?.querySelector<HTMLElement>('.said') ?? undefined;
  // A fold bears the name of its first item, which stands in it.
  const find = (id: string) => [...turn.querySelectorAll<HTMLElement>(`[data-item="${CSS.escape(id)}"]`)].at(-1);
  const names = [...holdersAt(panel, place).map(firstItem), place.itemId];
  return names.reduceRight<HTMLElement | undefined>((found, name) => found ?? find(name), undefined);
}

/** What must be open for what is at a place to be seen, the outermost first. */
export function holdersAt(panel: Panel, { turnId, itemId }: Place) {
  const view = panel.view.peek();
  const at = view?.turns.findIndex(({ id }) => id === turnId) ?? -1;
  const turn = view?.turns[at];
  if (!turn || itemId === undefined) return [];
  const rows = foldRows(turn.items, at === 0 ? view.earlierItems : 0);
  return holdersOf(panel.focusView.peek() ? focusRows(rows) : rows, itemId);
}

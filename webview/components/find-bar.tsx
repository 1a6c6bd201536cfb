// The search over the whole conversation: words, case, "3 of 17", previous and next. The host searches; this asks and marks.
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../l10n.ts';
import { usePanel, type Panel } from '../panel-context.ts';
import { IconButton } from './controls.tsx';
import { markAll, markCurrent, rangesIn } from './find-marks.ts';
import { placeOf, seenIn } from './places.ts';

interface FindBarProps {
  scroller: RefObject<HTMLElement | null>;
}

export function FindBar({ scroller }: FindBarProps) {
  const panel = usePanel();
  const { find } = panel;
  const field = useRef<HTMLInputElement>(null);
  const wanted = find.opened.value;
  const matchCase = find.matchCase.value;
  const search = () => {
    const first = scroller.current && seenIn(scroller.current, 'first');
    const { turnId, itemId } = find.found.peek()?.match ?? (first && placeOf(first)) ?? {};
    const from = turnId === undefined ? {} : { from: itemId === undefined ? { turnId } : { turnId, itemId } };
    panel.send({ type: 'find', words: find.words, matchCase: find.matchCase.peek(), ...from });
    if (find.words !== '') return;
    find.found.value = undefined;
    markCurrent(undefined);
  };
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [wanted]);
  // A conversation that takes the place of another is searched for the same.
  useEffect(search, [panel.view.value?.session.id, matchCase]);
  useEffect(() => () => end(panel), []);
  useMarks(panel, scroller);
  return (
    <div class="find-bar" role="search" onKeyDown={(event) => onKey(event, panel)}>
      <input
        ref={field}
        aria-label={t('Find in conversation')}
        placeholder={t('Find')}
        maxLength={1000}
        value={find.words}
        onInput={(event) => {
          find.words = event.currentTarget.value;
          search();
        }}
      />
      <span class="find-count" dir="auto" role="status">
        {countWords(panel)}
      </span>
      <button
        type="button"
        class="icon-button"
        title={t('Match case')}
        aria-label={t('Match case')}
        aria-pressed={matchCase}
        onClick={() => (find.matchCase.value = !matchCase)}
      >
        Aa
      </button>
      <IconButton
        icon="arrow-down"
        class="up"
        label={t('Previous match (Shift+Enter)')}
        onClick={() => go(panel, true)}
      />
      <IconButton icon="arrow-down" label={t('Next match (Enter)')} onClick={() => go(panel, false)} />
      <IconButton icon="close" label={t('Close (Escape)')} onClick={find.close} />
    </div>
  );
}

function countWords({ find }: Panel): string {
  const found = find.found.value;
  if (!found) return '';
  if (found.count === 0) return t('No results');
  return t('{0} of {1}', found.index + 1, `${found.count}${found.capped ? '+' : ''}`);
}

function end(panel: Panel) {
  panel.send({ type: 'find', words: '', matchCase: false });
  markCurrent(undefined);
}

function go(panel: Panel, back: boolean) {
  panel.send({ type: 'findNext', to: back ? 'previous' : 'next' });
}

function onKey(event: KeyboardEvent, panel: Panel) {
  if (event.isComposing) return;
  if (event.key === 'Escape') panel.find.close();
  else if (event.key === 'Enter' && event.target instanceof HTMLInputElement) go(panel, event.shiftKey);
  else return;
  event.preventDefault();
}

/** Marks what is found in the part that is drawn, now and whenever it changes. */
function useMarks({ find }: Panel, scroller: RefObject<HTMLElement | null>) {
  const words = find.found.value?.words ?? '';
  const matchCase = find.matchCase.value;
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    let frame = 0;
    const mark = () => {
      frame = 0;
      markAll(rangesIn(element, words, matchCase));
    };
    mark();
    const watcher = new MutationObserver(() => (frame ||= requestAnimationFrame(mark)));
    watcher.observe(element, { childList: true, subtree: true, characterData: true });
    return () => {
      cancelAnimationFrame(frame);
      watcher.disconnect();
      markAll([]);
    };
  }, [words, matchCase, scroller]);
}

// The scrolled column of turns. Follows the end only while it is there, and takes the focus only where a key asked for it.
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { View } from '../../src/shared/view-model.ts';
import { t } from '../l10n.ts';
import { usePanel } from '../panel-context.ts';
import { EmptyState } from './empty-state.tsx';
import { FindBar } from './find-bar-later.tsx';
import { Gap } from './gap.tsx';
import { Icon } from './icon.tsx';
import { moveByKeys, openInnerStops } from './row-focus.ts';
import { Turn } from './turn.tsx';
import { useFollowEnd, type FollowEnd } from './use-follow-end.ts';
import { useReveal } from './use-reveal.ts';

export function Transcript() {
  const panel = usePanel();
  const view = panel.view.value;
  const scroller = useRef<HTMLDivElement>(null);
  const follow = useFollowEnd(scroller, panel);
  useLayoutEffect(follow.afterRender, [view]);
  useReveal(scroller, panel, follow);
  useEffect(() => (scroller.current ? openInnerStops(scroller.current) : undefined), []);
  return (
    <div class="transcript-frame">
      <SessionName title={view?.session.title ?? ''} scrolled={follow.scrolled} />
      {panel.find.opened.value > 0 && <FindBar scroller={scroller} />}
      <section
        class="transcript"
        aria-label={t('Conversation')}
        tabIndex={0}
        ref={scroller}
        onScroll={follow.onScroll}
        onKeyDown={(event) => moveByKeys(event, event.currentTarget)}
      >
        {view && <Turns view={view} ask={follow.ask} />}
      </section>
      {!follow.atEnd && (
        <button type="button" class="latest" onClick={follow.goToEnd} title={t('Go to the end of the conversation')}>
          <Icon name="arrow-down" />
          {t('Latest')}
        </button>
      )}
    </div>
  );
}

function Turns({ view, ask }: { view: View } & Pick<FollowEnd, 'ask'>) {
  if (view.turns.length === 0) return <EmptyState environment={view.environment} />;
  const last = view.turns.length - 1;
  return (
    <div class="turns">
      {view.earlier > 0 && <Gap ask={ask} to="earlier" words={t('Show earlier turns ({0})', view.earlier)} />}
      {view.turns.map((turn, index) => (
        <Turn
          key={turn.id}
          turn={turn}
          // Only the turn that runs needs the session's state: a change of it must not redraw the others.
          sessionState={index === last && view.later === 0 ? view.session.state : 'idle'}
          before={index === 0 ? view.earlierItems : 0}
          after={index === last ? view.laterItems : 0}
          ask={ask}
        />
      ))}
      {view.later > 0 && <Gap ask={ask} to="later" words={t('Show later turns ({0})', view.later)} />}
    </div>
  );
}

function SessionName({ title, scrolled }: { title: string; scrolled: boolean }) {
  if (!title || !scrolled) return null;
  return (
    <div class="session-name" dir="auto" aria-hidden="true">
      {title}
    </div>
  );
}

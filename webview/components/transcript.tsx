// The scrolled column of turns. Follows the end only while it is there, and never takes the focus.
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { View } from '../../src/shared/view-model.ts';
import { usePanel, type Panel } from '../panel-context.ts';
import { EmptyState } from './empty-state.tsx';
import { Icon } from './icon.tsx';
import { moveByKeys, openInnerStops } from './row-focus.ts';
import { Turn } from './turn.tsx';
import { useFollowEnd } from './use-follow-end.ts';

export function Transcript() {
  const panel = usePanel();
  const view = panel.view.value;
  const scroller = useRef<HTMLDivElement>(null);
  const follow = useFollowEnd(scroller, panel);
  useLayoutEffect(() => follow.afterRender(view?.turns[0]?.id), [view]);
  useEffect(() => (scroller.current ? openInnerStops(scroller.current) : undefined), []);
  return (
    <div class="transcript-frame">
      <SessionName title={view?.session.title ?? ''} scrolled={follow.scrolled} />
      <section
        class="transcript"
        aria-label="Conversation"
        tabIndex={0}
        ref={scroller}
        onScroll={follow.onScroll}
        onKeyDown={(event) => moveByKeys(event, event.currentTarget)}
      >
        {view && <Turns view={view} panel={panel} />}
      </section>
      {!follow.atEnd && (
        <button type="button" class="latest" onClick={follow.goToEnd} title="Go to the end of the conversation">
          <Icon name="arrow-down" />
          Latest
        </button>
      )}
    </div>
  );
}

function Turns({ view, panel }: { view: View; panel: Panel }) {
  if (view.turns.length === 0) return <EmptyState environment={view.environment} />;
  return (
    <div class="turns">
      {view.earlier > 0 && (
        <button type="button" class="link earlier" onClick={() => panel.send({ type: 'loadEarlier' })}>
          Show {view.earlier === 1 ? '1 earlier turn' : `${view.earlier} earlier turns`}
        </button>
      )}
      {view.turns.map((turn, index) => {
        const isLast = index === view.turns.length - 1;
        // Only the turn that runs needs the session's state: a change of it must not redraw the others.
        return <Turn key={turn.id} turn={turn} sessionState={isLast ? view.session.state : 'idle'} />;
      })}
    </div>
  );
}

function SessionName({ title, scrolled }: { title: string; scrolled: boolean }) {
  if (!title || !scrolled) return null;
  return (
    <div class="session-name" aria-hidden="true">
      {title}
    </div>
  );
}

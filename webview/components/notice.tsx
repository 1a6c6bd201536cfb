// A notice of the host's as a card: an error, a limit, or a countdown to the next attempt.
import { useEffect, useRef, useState } from 'preact/hooks';
import { commands } from '../../src/shared/contributions.ts';
import type { Intent } from '../../src/shared/protocol.ts';
import type { NoticeItem } from '../../src/shared/view-model.ts';
import { usePanel, type Panel } from '../panel-context.ts';
import { Card } from './card.tsx';
import { memo } from './memo.ts';

type Action = NoticeItem['actions'][number]['action'];

export const Notice = memo(function Notice({ item, turnId }: { item: NoticeItem; turnId: string }) {
  const panel = usePanel();
  return (
    <div class="notice">
      <Card
        icon={item.level}
        level={item.level}
        title={item.title}
        body={
          <>
            {item.body && <span>{item.body}</span>}
            {item.until !== undefined && <Countdown until={item.until} />}
          </>
        }
        actions={item.actions.map(({ label, action }) => ({ label, run: () => act(panel, action, turnId) }))}
      />
    </div>
  );
});

function act(panel: Panel, action: Action, turnId: string) {
  // Going on after a limit is a message of its own in the conversation.
  if (action === 'continue') panel.composing.say('Continue.');
  else panel.send(intentFor(action, turnId));
}

function intentFor(action: Exclude<Action, 'continue'>, turnId: string): Intent {
  switch (action) {
    case 'retry':
      return { type: 'retry', turnId };
    case 'stop':
      return { type: 'stop' };
    case 'trust':
      return { type: 'runCommand', command: 'workbench.trust.manage' };
    default:
      return { type: 'runCommand', command: commands[action] };
  }
}

/** Counts once a second, and only while it is in sight. */
function Countdown({ until }: { until: number }) {
  const element = useRef<HTMLSpanElement>(null);
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    let timer: ReturnType<typeof setInterval> | undefined;
    const watcher = new IntersectionObserver(([entry]) => {
      clearInterval(timer);
      if (!entry?.isIntersecting) return;
      setNow(Date.now());
      timer = setInterval(() => setNow(Date.now()), 1000);
    });
    if (element.current) watcher.observe(element.current);
    return () => {
      clearInterval(timer);
      watcher.disconnect();
    };
  }, [until]);
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  return (
    <span class="countdown" ref={element} aria-live="off">
      {seconds > 0 ? `Next attempt in ${seconds} s` : 'Trying now'}
    </span>
  );
}

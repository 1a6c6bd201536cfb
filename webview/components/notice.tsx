// A notice of the host's as a card: an error, a limit, or a countdown to the next attempt.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Intent } from '../../src/shared/protocol.ts';
import type { NoticeItem } from '../../src/shared/view-model.ts';
import { toggleOpen, usePanel, type Panel } from '../panel-context.ts';
import { Card } from './card.tsx';
import { Icon } from './icon.tsx';
import { Markdown } from './markdown.tsx';
import { memo } from './memo.ts';
import { t } from '../l10n.ts';

type Action = NoticeItem['actions'][number]['action'];

export const Notice = memo(function Notice({ item, turnId }: { item: NoticeItem; turnId: string }) {
  const panel = usePanel();
  return (
    <div class="notice">
      <Card
        inner
        icon={item.level}
        level={item.level}
        title={item.title}
        body={
          <>
            {item.body && <span class="lines">{item.body}</span>}
            {item.facts && <Facts facts={item.facts} />}
            {item.until !== undefined && <Countdown until={item.until} />}
            {item.more && <More id={item.id} {...item.more} />}
          </>
        }
        actions={item.actions.map(({ label, action }) => ({
          label,
          run: () => act(panel, action, turnId),
          // What goes on by itself need not be stopped.
          quiet: action === 'stop',
        }))}
      />
    </div>
  );
});

function Facts({ facts }: { facts: NonNullable<NoticeItem['facts']> }) {
  return (
    <dl class="facts">
      {facts.map(({ name, words }) => (
        <>
          <dt>{name}</dt>
          <dd>{words}</dd>
        </>
      ))}
    </dl>
  );
}

function More({ id, label, text }: { id: string } & NonNullable<NoticeItem['more']>) {
  const panel = usePanel();
  const isOpen = panel.open.value.has(id);
  return (
    <>
      <button type="button" class="link" aria-expanded={isOpen} onClick={() => toggleOpen(panel, id)}>
        <Icon name="chevron-right" class="twistie" />
        {label}
      </button>
      {isOpen && <Markdown text={text} streaming={false} />}
    </>
  );
}

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
      return { type: 'runCommand', command: `capstan.${action}` };
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
      {seconds > 0 ? t('Next attempt in {0} s', seconds) : t('Trying now')}
    </span>
  );
}

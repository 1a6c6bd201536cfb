// Draws a part of the panel so that an error in it leaves a card in its place, and nothing else is lost.
import { h, type Component, type FunctionComponent } from 'preact';
import { commands } from '../../src/shared/contributions.ts';
import { t } from '../l10n.ts';
import { PanelContext, usePanel, type Panel } from '../panel-context.ts';
import { Card } from './card.tsx';
import { memo } from './memo.ts';

/** What a card stands in place of. */
type Part = 'item' | 'turn' | 'panel';

/** What was told to the host: the same fault in each frame is one line in the log. */
const told = new Set<string>();
const MOST_TOLD = 20;

/** Like `memo`; what fails is tried again as soon as its props are others. */
export function guarded<P extends object>(part: Part, Inner: FunctionComponent<P>): new (props: P) => Component<P> {
  const Memo = memo(Inner);
  return class Guarded extends Memo {
    static contextType = PanelContext;
    private failed = false;

    override shouldComponentUpdate(next: Readonly<P>) {
      const isOther = super.shouldComponentUpdate(next);
      if (isOther) this.failed = false;
      return isOther;
    }

    override componentDidCatch(error: unknown) {
      this.failed = true;
      this.forceUpdate();
      tell(this.context as Panel, part, error);
    }

    override render() {
      return this.failed ? <Failed part={part} /> : h(Inner, this.props as P);
    }
  };
}

function tell(panel: Panel, part: Part, error: unknown) {
  const { name, stack = '' } = error instanceof Error ? error : new Error('Not an error');
  // Where it was, never what was said: a message may quote what was to be drawn.
  const at = [...stack.matchAll(/[\w-]+\.js:\d+:\d+/g)].slice(0, 12).join(' ');
  const key = `${part} ${name} ${at}`;
  if (told.has(key) || told.size >= MOST_TOLD) return;
  told.add(key);
  panel.send({ type: 'renderFailed', part, error: name.slice(0, 100), at });
}

function Failed({ part }: { part: Part }) {
  const panel = usePanel();
  const titles = {
    item: t('This part of the answer could not be shown'),
    turn: t('This turn could not be shown'),
    panel: t('This part of the panel could not be shown'),
  };
  const title = titles[part];
  const body = t('The panel made a mistake. The conversation is kept and goes on. Reload the panel to see it again.');
  const actions = [
    { label: t('Show Log'), run: () => panel.send({ type: 'runCommand', command: commands.showLog }) },
    { label: t('Reload Panel'), run: () => panel.send({ type: 'reload' }) },
  ];
  if (part !== 'panel') return <Card icon="error" level="error" title={title} body={body} actions={actions} />;
  // The last resort is drawn with nothing that may be what failed.
  return (
    <section class="panel-failed" role="alert">
      <strong>{title}</strong>
      <p>{body}</p>
      {actions.map(({ label, run }) => (
        <button key={label} type="button" class="link" onClick={run}>
          {label}
        </button>
      ))}
    </section>
  );
}

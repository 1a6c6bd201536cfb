// One turn: what the person said, then the rows of the answer, then a line that says how it goes or what it took.
import { useMemo } from 'preact/hooks';
import type { SessionView, Turn as TurnView } from '../../src/shared/view-model.ts';
import { t } from '../l10n.ts';
import { usePanel } from '../panel-context.ts';
import { focusRows } from '../state/focus-rows.ts';
import { foldRows } from '../state/fold-rows.ts';
import { footerParts } from '../state/short-words.ts';
import { ProgressRing } from './controls.tsx';
import { CopyButton } from './copy-button.tsx';
import { Gap } from './gap.tsx';
import { guarded } from './guarded.tsx';
import { Said } from './said.tsx';
import { TurnRow } from './turn-row.tsx';
import type { FollowEnd } from './use-follow-end.ts';

type SessionState = SessionView['state'];

interface TurnProps extends Pick<FollowEnd, 'ask'> {
  turn: TurnView;
  sessionState: SessionState;
  /** How many of its items come before and after those that the window holds. */
  before: number;
  after: number;
}

export const Turn = guarded('turn', function Turn({ turn, sessionState, before, after, ask }: TurnProps) {
  const focused = usePanel().focusView.value;
  const rows = useMemo(() => {
    const all = foldRows(turn.items, before);
    return focused ? focusRows(all) : all;
  }, [turn.items, before, focused]);
  return (
    <article class="turn" data-turn={turn.id}>
      <Said text={turn.text} attachments={turn.attachments} turnId={turn.state === 'running' ? undefined : turn.id} />
      {(rows.length > 0 || turn.state === 'running') && <h3 class="sr-only">{t('Capstan answered')}</h3>}
      <div class="rows">
        {before > 0 && <Gap ask={ask} to="earlier" words={t('Show earlier steps ({0})', before)} />}
        {rows.map((row) => (
          <TurnRow key={row.id} row={row} turnId={turn.id} />
        ))}
        {after > 0 && <Gap ask={ask} to="later" words={t('Show later steps ({0})', after)} />}
      </div>
      {after === 0 && <End turn={turn} sessionState={sessionState} isWhole={before === 0} />}
    </article>
  );
});

function End({ turn, sessionState, isWhole }: Pick<TurnProps, 'turn' | 'sessionState'> & { isWhole: boolean }) {
  if (turn.state === 'running') return <Activity words={activityOf(turn, sessionState)} />;
  return <Footer turn={turn} isWhole={isWhole} />;
}

const activityWords = (): Record<SessionState, string> => ({
  idle: t('Working'),
  running: t('Working'),
  waiting: t('Waiting for you'),
  stopping: t('Stopping'),
});

/** What goes on, or nothing where the last row says it already. */
function activityOf(turn: TurnView, state: SessionState): string {
  const last = turn.items.at(-1);
  const saysItself = last?.kind === 'notice' && last.until !== undefined;
  return saysItself && state === 'running' ? '' : activityWords()[state];
}

/** Takes the place that the footer will have, so that nothing moves when the turn ends. */
function Activity({ words }: { words: string }) {
  return (
    <div class="turn-end activity">
      {words !== '' && words !== activityWords().waiting && <ProgressRing />}
      <span>{words}</span>
    </div>
  );
}

const endWords = () => ({
  running: '',
  done: '',
  stopped: t('Stopped'),
  failed: t('Failed'),
  limit: t('Limit reached'),
});

function Footer({ turn, isWhole }: { turn: TurnView; isWhole: boolean }) {
  const parts = turn.footer ? footerParts(turn.footer) : [];
  const answer = () => turn.items.flatMap((item) => (item.kind === 'text' ? [item.text] : [])).join('\n\n');
  return (
    <div class="turn-end" data-group="">
      {endWords()[turn.state] && <span class="turn-state">{endWords()[turn.state]}</span>}
      {parts.length > 0 && (
        <span
          class="turn-footer"
          dir="auto"
          data-stop=""
          tabIndex={-1}
          title={parts.map(({ words }) => words).join(' · ')}
        >
          {parts.map(({ name, words }, index) => (
            <span key={name} class={`footer-${name}`}>
              {index > 0 ? `\u00A0· ${words}` : words}
            </span>
          ))}
        </span>
      )}
      {isWhole && turn.items.some((item) => item.kind === 'text') && (
        <CopyButton label={t('Copy answer')} text={answer} />
      )}
    </div>
  );
}

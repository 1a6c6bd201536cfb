// What a screen reader is told, once for each thing that the person waits for and never for each streamed word.
import type { Turn, View } from '../../src/shared/view-model.ts';
import { t } from '../l10n.ts';

const LONGEST = 400;
type State = View['session']['state'];

/** The words for what happened between two views, or undefined where nothing needs saying. */
export function announcementFor(before: View, after: View): string | undefined {
  if (before.session.id !== after.session.id) return undefined;
  if (after.later + after.laterItems > 0) return farWords(before.session.state, after.session.state);
  const turn = after.turns.at(-1);
  if (!turn) return undefined;
  const earlier = before.turns.find((other) => other.id === turn.id);
  if (earlier?.state === 'running' && turn.state !== 'running') return endWords(turn);
  const question = waitingWords(turn);
  return question !== undefined && question !== (earlier && waitingWords(earlier)) ? question : undefined;
}

/** The end of the conversation is not in the window: only the state is known. */
function farWords(before: State, after: State): string | undefined {
  if (before === after) return undefined;
  if (after === 'waiting') return t('Capstan is waiting for you.');
  return after === 'idle' ? t('Capstan finished.') : undefined;
}

function endWords(turn: Turn): string {
  const answer = turn.items.findLast((item) => item.kind === 'text');
  const said = answer?.kind === 'text' ? answer.text.trim() : '';
  const short = said.length > LONGEST ? `${said.slice(0, LONGEST)} …` : said;
  switch (turn.state) {
    case 'stopped':
      return t('Capstan stopped.');
    case 'failed':
      return t('Capstan could not finish. The transcript says why.');
    case 'limit':
      return t('Capstan reached a limit and stopped.');
    case 'running':
    case 'done':
      return short ? t('Capstan finished: {0}', short) : t('Capstan finished.');
    default:
      return turn.state satisfies never;
  }
}

function waitingWords(turn: Turn): string | undefined {
  const item = turn.items.findLast((other) => other.kind === 'tool' && other.state === 'waiting');
  if (item?.kind !== 'tool') return undefined;
  return t('Capstan is waiting for you: {0}', item.waiting?.words ?? `${item.verb} ${item.object}`);
}

// Failures as cards: what happened, what was kept, what to do.
import type { Failure, FailureClass } from '../events.ts';
import { t } from '../../shared/l10n.ts';
import type { NoticeItem } from '../../shared/view-model.ts';

type Actions = NoticeItem['actions'];
interface Words {
  readonly title: string;
  readonly next: string;
  readonly actions: Actions;
}

const retry = (): Actions => [{ label: t('Try again'), action: 'retry' }];
const settings = (): Actions => [{ label: t('Settings'), action: 'openSettings' }];
const setKey = (): Actions => [{ label: t('Set API key'), action: 'setKey' }];

/** Names the hop at which it fails. */
const test = (): Actions => [{ label: t('Test connection'), action: 'testConnection' }];

const CARDS: Record<FailureClass, () => Words> = {
  authentication: () => ({
    title: t('The API key was refused'),
    next: t('Set a valid key, then try again.'),
    actions: [...retry(), ...setKey(), ...test()],
  }),
  permission: () => ({
    title: t('This key may not do that'),
    next: t('Choose a model that the key may use, or set another key.'),
    actions: [...settings(), ...setKey(), ...test()],
  }),
  connection: () => ({
    title: t('The model could not be reached'),
    next: t('Test the connection to see where it fails, then try again.'),
    actions: [...test(), ...settings(), ...retry()],
  }),
  rate_limit: () => ({
    title: t('The rate limit is reached'),
    next: t('Wait a little, then try again.'),
    actions: retry(),
  }),
  overloaded: () => ({
    title: t('The model is overloaded'),
    next: t('Wait a little, then try again.'),
    actions: retry(),
  }),
  api_error: () => ({
    title: t('The API failed'),
    next: t('This is on the other side, and mostly passes. Try again.'),
    actions: retry(),
  }),
  stream_truncated: () => ({
    title: t('The answer broke off'),
    next: t('What had arrived is kept. Try again.'),
    actions: retry(),
  }),
  idle_timeout: () => ({
    title: t('The model fell silent'),
    next: t('Try again, or raise the idle time in the settings.'),
    actions: [...retry(), ...test()],
  }),
  empty_response: () => ({ title: t('The model answered with nothing'), next: t('Try again.'), actions: retry() }),
  context_overflow: () => ({
    title: t('The conversation no longer fits the model'),
    next: t('Start a new conversation and say what matters from this one.'),
    actions: [],
  }),
  request_too_large: () => ({
    title: t('The request is too large'),
    next: t('Attach less, or start a new conversation.'),
    actions: [],
  }),
  invalid_request: () => ({
    title: t('The API did not accept the request'),
    next: t('Check the model name in the settings. If it is right, start a new conversation.'),
    actions: [...settings(), ...retry(), ...test()],
  }),
  protocol: () => ({
    title: t('The answer could not be read'),
    next: t('The endpoint does not speak the Messages API as expected. Check the address in the settings.'),
    actions: [...settings(), ...retry(), ...test()],
  }),
  unknown: () => ({
    title: t('Something went wrong'),
    next: t('Try again. The log may say more.'),
    actions: [{ label: t('Show log'), action: 'showLog' }, ...retry()],
  }),
};

export function failureCard(id: string, failure: Failure): NoticeItem {
  const { title, next, actions } = CARDS[failure.class]();
  return {
    id,
    kind: 'notice',
    level: 'error',
    title,
    body: `${failure.message}\n${t('Your message and everything up to here are kept.')} ${next}`,
    actions,
  };
}

export function retryCard(id: string, failure: Failure, attempt: number, until: number): NoticeItem {
  return {
    id,
    kind: 'notice',
    level: 'warning',
    title: CARDS[failure.class]().title,
    body: `${failure.message} ${t('Trying again, attempt {0}.', attempt + 1)}`,
    actions: [{ label: t('Stop'), action: 'stop' }],
    until,
  };
}

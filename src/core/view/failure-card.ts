// Failures as cards: what happened, what was kept, what to do.
import type { Failure, FailureClass } from '../events.ts';
import type { NoticeItem } from '../../shared/view-model.ts';

type Actions = NoticeItem['actions'];
const RETRY: Actions = [{ label: 'Try again', action: 'retry' }];
const KEPT = 'Your message and everything up to here are kept.';

const CARDS: Record<FailureClass, { title: string; next: string; actions: Actions }> = {
  authentication: {
    title: 'The API key was refused',
    next: 'Set a valid key, then try again.',
    actions: [...RETRY, { label: 'Set API key', action: 'setKey' }],
  },
  permission: {
    title: 'This key may not do that',
    next: 'Choose a model that the key may use, or set another key.',
    actions: [
      { label: 'Settings', action: 'openSettings' },
      { label: 'Set API key', action: 'setKey' },
    ],
  },
  connection: {
    title: 'The model could not be reached',
    next: 'Check the network, and the address in the settings if you set one. Then try again.',
    actions: [{ label: 'Settings', action: 'openSettings' }, ...RETRY],
  },
  rate_limit: {
    title: 'The rate limit is reached',
    next: 'Wait a little, then try again.',
    actions: RETRY,
  },
  overloaded: { title: 'The model is overloaded', next: 'Wait a little, then try again.', actions: RETRY },
  api_error: {
    title: 'The API failed',
    next: 'This is on the other side, and mostly passes. Try again.',
    actions: RETRY,
  },
  stream_truncated: { title: 'The answer broke off', next: 'What had arrived is kept. Try again.', actions: RETRY },
  idle_timeout: {
    title: 'The model fell silent',
    next: 'Try again, or raise the idle time in the settings.',
    actions: RETRY,
  },
  empty_response: { title: 'The model answered with nothing', next: 'Try again.', actions: RETRY },
  context_overflow: {
    title: 'The conversation no longer fits the model',
    next: 'Start a new conversation and say what matters from this one.',
    actions: [],
  },
  request_too_large: {
    title: 'The request is too large',
    next: 'Attach less, or start a new conversation.',
    actions: [],
  },
  invalid_request: {
    title: 'The API did not accept the request',
    next: 'Check the model name in the settings. If it is right, start a new conversation.',
    actions: [{ label: 'Settings', action: 'openSettings' }, ...RETRY],
  },
  protocol: {
    title: 'The answer could not be read',
    next: 'The endpoint does not speak the Messages API as expected. Check the address in the settings.',
    actions: [{ label: 'Settings', action: 'openSettings' }, ...RETRY],
  },
  unknown: {
    title: 'Something went wrong',
    next: 'Try again. The log may say more.',
    actions: [{ label: 'Show log', action: 'showLog' }, ...RETRY],
  },
};

export function failureCard(id: string, failure: Failure): NoticeItem {
  const { title, next, actions } = CARDS[failure.class];
  return { id, kind: 'notice', level: 'error', title, body: `${failure.message}\n${KEPT} ${next}`, actions };
}

export function retryCard(id: string, failure: Failure, attempt: number, until: number): NoticeItem {
  return {
    id,
    kind: 'notice',
    level: 'warning',
    title: CARDS[failure.class].title,
    body: `${failure.message} Trying again, attempt ${attempt + 1}.`,
    actions: [{ label: 'Stop', action: 'stop' }],
    until,
  };
}

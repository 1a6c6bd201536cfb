import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { DurableEvent } from '../../../src/core/events.ts';
import { History } from '../../../src/core/messages/history.ts';
import type { ApiBlock, ApiMessage } from '../../../src/core/messages/api.ts';
import { NO_USAGE } from '../../../src/core/usage/usage.ts';

/** What the API demands of a history. Throws with the reason when it is not met. */
function assertValid(messages: readonly ApiMessage[]): void {
  let open: string[] = [];
  messages.forEach((message, index) => {
    assert.equal(message.role, index % 2 === 0 ? 'user' : 'assistant', 'roles take turns, the person first');
    assert.ok(Array.isArray(message.content) && message.content.length > 0, 'no empty message');
    const types = message.content.map((block) => block.type);
    const results = message.content.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []));
    assert.deepEqual(results, open, 'each call has one result, in order');
    assert.deepEqual(
      types.slice(0, results.length),
      results.map(() => 'tool_result'),
      'results come first',
    );
    open = message.content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
    for (const block of message.content) if (block.type === 'text') assert.ok(block.text.trim(), 'no blank text');
  });
  assert.equal(new Set(messages.flatMap(callsOf)).size, messages.flatMap(callsOf).length, 'no call twice');
}

function callsOf(message: ApiMessage): string[] {
  return Array.isArray(message.content)
    ? message.content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []))
    : [];
}

const turnId = 'turn';
const started = (text: string): DurableEvent => ({
  type: 'turn_started',
  turnId,
  input: { id: text, text, attachments: [] },
});
const block = (messageId: string, value: object): DurableEvent => ({
  type: 'block_completed',
  turnId,
  messageId,
  index: 0,
  block: value as ApiBlock,
  durationMs: 0,
});
const call = (messageId: string, id: string): DurableEvent =>
  block(messageId, { type: 'tool_use', id, name: 'Echo', input: {} });
const completed = (toolUseId: string): DurableEvent => ({
  type: 'tool_completed',
  turnId,
  toolUseId,
  name: 'Echo',
  outcome: 'done',
  content: toolUseId,
  details: {},
  durationMs: 0,
});

const compacted = (replaced: number): DurableEvent => ({
  type: 'compacted',
  turnId,
  trigger: 'auto',
  text: 'What was before',
  summary: '',
  dropped: [],
  replaced,
  tokensBefore: 2,
  tokensAfter: 1,
  usage: NO_USAGE,
  model: '',
});

const id = fc.constantFrom('a', 'b', 'c', 'd');
const message = fc.constantFrom('m1', 'm2', 'm3');
const growing: fc.Arbitrary<DurableEvent> = fc.oneof(
  fc.string().map(started),
  fc.tuple(message, fc.string()).map(([m, text]) => block(m, { type: 'text', text })),
  fc.tuple(message, id).map(([m, callId]) => call(m, callId)),
  fc
    .tuple(message, fc.constantFrom('', 'signed'))
    .map(([m, signature]) => block(m, { type: 'thinking', thinking: 'hm', signature })),
  id.map(completed),
  fc.string().map((text): DurableEvent => ({ type: 'context_added', turnId, text })),
  fc.constant<DurableEvent>({
    type: 'turn_completed',
    turnId,
    outcome: 'stopped',
    reason: '',
    usage: NO_USAGE,
    model: '',
    durationMs: 0,
  }),
);

const anyEvent = fc.oneof(
  { weight: 8, arbitrary: growing },
  { weight: 1, arbitrary: fc.nat({ max: 6 }).map(compacted) },
);

describe('the history', () => {
  it('is valid whatever the events are, wherever the log was cut, and however often it was read', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyEvent, fc.boolean()), { maxLength: 40 }), (events) => {
        const history = new History();
        history.apply(started('Hello'));
        for (const [event, read] of events) {
          history.apply(event);
          if (read) history.messages();
        }
        assertValid(history.messages());
      }),
      { numRuns: 500 },
    );
  });

  it('never changes what it has handed out, save the end of its last message', () => {
    fc.assert(
      fc.property(fc.array(growing, { maxLength: 30 }), fc.array(growing, { maxLength: 30 }), (before, after) => {
        const history = new History();
        history.apply(started('Hello'));
        before.forEach((event) => history.apply(event));
        const first = JSON.stringify(history.messages()).replace(/\]+\}?\]+$/, '');
        after.forEach((event) => history.apply(event));
        assert.ok(JSON.stringify(history.messages()).startsWith(first));
      }),
      { numRuns: 300 },
    );
  });

  it('does not take a result that comes while its answer still streams for the end of the answer', () => {
    const history = new History();
    for (const event of [started('Go'), call('m1', 'a'), completed('a'), call('m1', 'b'), completed('b')])
      history.apply(event);
    const messages = history.messages();
    assertValid(messages);
    assert.equal(messages.length, 3);
  });
});

// What a copy of a conversation sends: all that stood before, unchanged, until it is shortened.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { InheritingHistory } from '../../../src/core/agents/inheriting-history.ts';
import type { DurableEvent } from '../../../src/core/events.ts';
import { History } from '../../../src/core/messages/history.ts';

const asked = (text: string): DurableEvent => ({
  type: 'turn_started',
  turnId: 't',
  input: { id: text, text, attachments: [] },
});
const answered = (messageId: string, text: string): DurableEvent => ({
  type: 'block_completed',
  turnId: 't',
  messageId,
  index: 0,
  block: { type: 'text', text, citations: null },
  durationMs: 0,
});

/** A conversation that ends with the person's side. */
function conversation(words: readonly string[]): History {
  const history = new History();
  words.forEach((text, index) => history.apply(index % 2 === 0 ? asked(text) : answered(`m${index}`, text)));
  if (words.length % 2 === 0) history.apply(asked('last'));
  return history;
}

const word = fc.string({ minLength: 1 }).filter((text) => text.trim() !== '');

describe('an inherited conversation', () => {
  it('goes on as the conversation itself would have, whatever was said', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), fc.array(word, { minLength: 1, maxLength: 4 }), (before, after) => {
        const parent = conversation(before);
        const child = new InheritingHistory([...parent.messages()]);
        after.forEach((text, index) => {
          const event = index % 2 === 0 ? asked(text) : answered(`n${index}`, text);
          parent.apply(event);
          child.apply(event);
          assert.equal(JSON.stringify(child.messages()), JSON.stringify(parent.messages()));
        });
        assert.equal(child.messages()[0], child.messages()[0]);
      }),
    );
  });

  it('is let go when it has been summed up', () => {
    const child = new InheritingHistory([...conversation(['one', 'two', 'three']).messages()]);
    child.apply(asked('task'));
    child.apply({
      type: 'compacted',
      turnId: 't',
      trigger: 'auto',
      text: 'A summary.',
      summary: '',
      dropped: [],
      replaced: child.messages().length,
      tokensBefore: 0,
      tokensAfter: 0,
      usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
      model: 'm',
    });
    assert.deepEqual(child.messages(), [{ role: 'user', content: [{ type: 'text', text: 'A summary.' }] }]);
  });
});

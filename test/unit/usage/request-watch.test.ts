// What is out of the ordinary in a request is said, with its cause, and once.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { RequestWatch } from '../../../src/core/usage/request-watch.ts';
import type { Usage } from '../../../src/core/events.ts';

const MINUTE = 60_000;
const parts = { model: 'm', tools: [], system: [{ text: 'Be good.' }], messages: [] };

function watching() {
  let now = 0;
  const context = { tokens: 0, conversation: 5_000, results: 90_000, told: 0, cached: 0, lastRequestAt: undefined };
  const watch = new RequestWatch({ now: () => now, context: () => context });
  const answer = (usage: Partial<Usage>, sent: object = {}, effort?: 'low' | 'high') => {
    watch.beforeRequest({ ...parts, ...sent }, effort ? { effort } : {});
    return watch
      .take({
        type: 'message_completed',
        turnId: 't',
        messageId: 'm',
        stopReason: 'end_turn',
        complete: true,
        usage: { inputTokens: 0, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, ...usage },
      })
      .map(({ title, body }) => `${title}. ${body}`);
  };
  return { watch, answer, pass: (ms: number) => (now += ms) };
}

describe('the watch on requests', () => {
  it('says that an input has become large, once until it was small again, and what it is', () => {
    const { watch, answer } = watching();
    assert.deepEqual(answer({ cacheReadTokens: 100_000 }), []);
    const [said] = answer({ cacheReadTokens: 90_000, inputTokens: 20_000 });
    assert.match(said!, /^Requests have become large.* 110k tokens\. Most of them are the results of tools, about 90k/);
    assert.deepEqual(answer({ cacheReadTokens: 120_000 }), []);
    watch.take({ type: 'compacted' } as never);
    assert.equal(answer({ inputTokens: 110_000 }).length, 1);
  });

  it('says that an answer was very long, and what made it so', () => {
    const { watch, answer } = watching();
    const block = (content: object) =>
      watch.take({
        type: 'block_completed',
        turnId: 't',
        messageId: 'm',
        index: 0,
        durationMs: 1,
        block: content as never,
      });
    watch.take({ type: 'message_started', turnId: 't', messageId: 'm', model: 'm' });
    block({ type: 'text', text: 'Here it is.' });
    block({ type: 'tool_use', id: '1', name: 'Write', input: { content: 'x'.repeat(40_000) } });
    assert.match(answer({ outputTokens: 12_000 })[0]!, /12k tokens\. Most of them are the input of Write, about 11k/);
    watch.take({ type: 'message_started', turnId: 't', messageId: 'n', model: 'm' });
    assert.match(answer({ outputTokens: 20_000 })[0]!, /thinking that is not shown/);
    assert.deepEqual(answer({ outputTokens: 10_000 }), []);
  });

  it('says that the cache served little, and why', () => {
    const { answer, pass } = watching();
    assert.deepEqual(answer({ cacheWriteTokens: 50_000 }), []);
    assert.deepEqual(answer({ cacheReadTokens: 50_000 }), []);
    pass(MINUTE);
    assert.match(
      answer({ cacheReadTokens: 1_000, cacheWriteTokens: 50_000 })[0]!,
      /1k tokens of this request, after 50k.*endpoint let it go/,
    );
    assert.deepEqual(answer({ cacheReadTokens: 900, cacheWriteTokens: 50_000 }), [], 'it was low before');
    answer({ cacheReadTokens: 50_000 });
    pass(12 * MINUTE);
    assert.match(answer({ cacheWriteTokens: 50_000 })[0]!, /12 minutes ago/);
    answer({ cacheReadTokens: 50_000 });
    assert.match(answer({ cacheWriteTokens: 50_000 }, { model: 'other' })[0]!, /Another model has its own cache/);
    answer({ cacheReadTokens: 50_000 });
    assert.match(answer({ cacheWriteTokens: 50_000 }, {}, 'high')[0]!, /Another effort or way of thinking has its own/);
  });

  it('keeps quiet about small losses, a compaction, a break that was said before, and a clock set back', () => {
    const { watch, answer, pass } = watching();
    answer({ cacheReadTokens: 15_000 });
    pass(-90 * MINUTE);
    assert.deepEqual(answer({ cacheReadTokens: 11_000 }), []);
    pass(30 * MINUTE);
    assert.deepEqual(answer({ cacheWriteTokens: 15_000 }), [], 'everybody pauses');
    answer({ cacheReadTokens: 60_000 });
    watch.take({ type: 'compacted' } as never);
    assert.deepEqual(answer({ cacheWriteTokens: 9_000 }), []);
    answer({ cacheReadTokens: 60_000 });
    assert.deepEqual(answer({ cacheWriteTokens: 60_000 }, { system: [{ text: 'Be bad.' }] }), []);
    const broken = watch.beforeRequest(parts);
    assert.match(broken!.body, /^The system part is not what it was, from byte \d+ on/);
  });
});

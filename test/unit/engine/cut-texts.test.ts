import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { DurableEvent, LogEntry } from '../../../src/core/events.ts';
import { cutTexts } from '../../../src/core/engine/cut-texts.ts';
import { NO_USAGE } from '../../../src/core/usage/usage.ts';
import { inputOf, instantClock, startEngine } from '../../support/engine/engine-harness.ts';
import { MemoryLog } from '../../support/engine/memory-log.ts';
import { text } from '../../support/model/answer.ts';

const entry = (event: DurableEvent): LogEntry => ({ ...event, v: 1, seq: 0, parent: null, at: 1 });
const arrived = (messageId: string, index: number, words: string) =>
  entry({ type: 'text_arrived', turnId: 't', messageId, index, text: words });
const texts = (...entries: LogEntry[]) =>
  cutTexts(entries, 't').map(({ block }) => (block.type === 'text' ? block.text : block.type));

describe('the text that was arriving when the process was killed', () => {
  it('is what the log has of it; what became whole, or was asked for again, is not taken twice', () => {
    assert.deepEqual(texts(arrived('m', 0, 'One '), arrived('m', 1, 'Two '), arrived('m', 0, 'more')), [
      'One more',
      'Two ',
    ]);
    const whole: DurableEvent = {
      type: 'block_completed',
      turnId: 't',
      messageId: 'm',
      index: 0,
      block: { type: 'text', text: 'One more.', citations: null },
      durationMs: 1,
    };
    assert.deepEqual(texts(arrived('m', 0, 'One '), entry(whole), arrived('m', 1, 'Two')), ['Two']);
    const failed: DurableEvent = {
      type: 'message_completed',
      turnId: 't',
      messageId: 'm',
      stopReason: null,
      usage: NO_USAGE,
      complete: false,
      firstEventMs: 0,
      durationMs: 1,
    };
    assert.deepEqual(texts(arrived('m', 0, 'Dropped'), entry(failed), arrived('n', 0, 'Again')), ['Again']);
    assert.deepEqual(cutTexts([arrived('m', 0, 'Of another turn')], 'later'), []);
  });

  it('comes back with the conversation, and the model is shown it when it goes on', async () => {
    // A slow model: all waits are over before the next word comes.
    const clock = { ...instantClock, after: (_ms: number, callback: () => void) => instantClock.after(1, callback) };
    const log = new MemoryLog();
    await using engine = await startEngine(
      [{ blocks: [text('One two three four five.', { gate: 'go', gateAt: 3 })] }],
      {
        log,
        clock,
      },
    );
    engine.session.submit(inputOf('Count'));
    for (let round = 0; !log.all.some(({ type }) => type === 'text_arrived'); round++) {
      assert.ok(round < 500, `nothing was written down: ${JSON.stringify(engine.events)}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    // What a kill leaves: no end of the block, of the answer or of the turn.
    const left = new MemoryLog(log.all);
    await using again = await startEngine([{ blocks: [text('Six.')] }], { log: left });
    const [turn] = again.session.view.turns;
    const [said] = turn?.items ?? [];
    assert.ok(said?.kind === 'text' && said.text.startsWith('One'), JSON.stringify(turn?.items));
    assert.equal(turn?.state, 'stopped');
    await again.ask('Continue.');
    const { messages } = again.server.requests[0]!.body as { messages: { role: string }[] };
    assert.deepEqual(
      messages.map(({ role }) => role),
      ['user', 'assistant', 'user'],
    );
    const once = new MemoryLog(left.all);
    await using third = await startEngine([], { log: once });
    assert.equal(
      third.session.view.turns[0]?.items.filter(({ kind }) => kind === 'text').length,
      1,
      'it is there once',
    );
  });
});

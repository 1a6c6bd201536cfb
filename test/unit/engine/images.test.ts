// Images of a message: the model sees them, the log keeps them, no view and no export carries them.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { LogEntry, UserInput } from '../../../src/core/events.ts';
import { ContextMeter } from '../../../src/core/context/context-meter.ts';
import { exportSession } from '../../../src/core/sessions/export/export-session.ts';
import { text } from '../../support/model/answer.ts';
import { startEngine } from '../../support/engine/engine-harness.ts';
import { MemoryLog } from '../../support/engine/memory-log.ts';
import { TINY_PNG } from '../../support/tiny-png.ts';

const thumb = 'data:image/webp;base64,QUJD';
const input: UserInput = {
  id: 'm1',
  text: 'What is this?',
  attachments: [
    { kind: 'image', label: 'shot.png', text: '', image: 'abc', thumb },
    { kind: 'file', label: 'a.ts', text: 'The file a.ts' },
  ],
  images: [{ id: 'abc', mediaType: 'image/png', data: TINY_PNG }],
};

function contentOf(server: { requests: readonly { body: unknown }[] }) {
  const body = server.requests.at(-1)!.body as {
    messages: { content: { type: string; text?: string; source?: object }[] }[];
  };
  return body.messages[0]!.content;
}

describe('an image of a message', () => {
  it('is a block before the words, again after the log is opened anew, and in no view', async () => {
    await using engine = await startEngine([{ blocks: [text('A pixel.')] }]);
    engine.session.submit(input);
    await engine.session.whenIdle();
    const blocks = contentOf(engine.server);
    assert.deepEqual(blocks.map(({ type }) => type).slice(0, 3), ['image', 'text', 'text']);
    assert.deepEqual(blocks[0]?.source, { type: 'base64', media_type: 'image/png', data: TINY_PNG });
    assert.ok(!JSON.stringify(engine.session.view).includes(TINY_PNG));
    assert.equal(engine.session.view.turns[0]?.attachments[0]?.thumb, thumb);
    await using again = await startEngine([{ blocks: [text('Still.')] }], { log: new MemoryLog(engine.log.all) });
    await again.ask('And now?');
    assert.deepEqual(contentOf(again.server)[0], blocks[0]);
  });

  it('waits with its message, and comes back with it', async () => {
    await using engine = await startEngine([{ blocks: [text('Long', { gate: 'never', gateAt: 1 })] }]);
    engine.session.submit({ id: 'm0', text: 'Go', attachments: [] });
    await engine.server.waitForRequest(1);
    engine.session.submit(input, 'steer');
    assert.ok(!JSON.stringify(engine.session.view).includes(TINY_PNG));
    assert.deepEqual(engine.session.unqueue('m1'), input);
    engine.session.stop();
    await engine.session.whenIdle();
  });

  it('is told of where it is lost, and counts in the context', async () => {
    const { images: _, ...without } = input;
    await using engine = await startEngine([{ blocks: [text('Hm.')] }]);
    engine.session.submit(without);
    await engine.session.whenIdle();
    assert.match(contentOf(engine.server)[0]?.text ?? '', /shot\.png.*not there any more/s);
    const tokensOf = (given: UserInput) => {
      const meter = new ContextMeter();
      meter.apply({ type: 'turn_started', turnId: 't', input: given });
      return meter.tokens;
    };
    assert.ok(tokensOf(input) - tokensOf(without) > 1_000);
  });

  for (const format of ['md', 'html', 'json'] as const) {
    it(`is a name alone in an export as ${format}`, async () => {
      const entry: LogEntry = { type: 'turn_started', turnId: 't', input, v: 1, seq: 0, parent: null, at: 0 };
      const waiting: LogEntry = { type: 'queue_changed', queue: [input], v: 1, seq: 1, parent: 0, at: 0 };
      const page = await exportSession('s', [entry, waiting], format);
      assert.ok(page.includes('shot.png'));
      assert.ok(!page.includes(TINY_PNG) && !page.includes(thumb));
    });
  }
});

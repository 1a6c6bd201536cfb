import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { EventStreamDecoder, type ServerEvent } from '../../../src/adapters/event-stream.ts';

function decode(bytes: Buffer, cuts: readonly number[] = []): ServerEvent[] {
  const decoder = new EventStreamDecoder();
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  let start = 0;
  return ends.flatMap((end) => {
    const chunk = bytes.subarray(start, end);
    start = end;
    return decoder.push(chunk);
  });
}

describe('an event stream', () => {
  it('tells events with name and data, and nothing else', () => {
    const text =
      ': a comment\n\nevent: one\ndata: {"a":1}\n\nid: 7\nretry: 3\ndata: nameless\n\nevent: empty\n\nevent:two\ndata:x\ndata\ndata:  y\n\n';
    assert.deepEqual(decode(Buffer.from(text)), [
      { name: 'one', data: '{"a":1}' },
      { name: 'two', data: 'x\n\n y' },
    ]);
  });

  it('does not tell an event that was cut before its empty line', () => {
    assert.deepEqual(decode(Buffer.from('event: one\ndata: 1\n\nevent: two\ndata: 2\n')), [{ name: 'one', data: '1' }]);
  });

  it('reads the same events wherever the bytes are cut, with any line ends', () => {
    const content = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n]/g, ' ').trim());
    const events = fc.array(fc.tuple(fc.constantFrom('a', 'ping'), content), { maxLength: 5 });
    const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
    fc.assert(
      fc.property(events, lineEnd, fc.array(fc.nat(), { maxLength: 8 }), (list, end, cuts) => {
        const lines = list.flatMap(([name, data]) => [`event: ${name}`, `data: ${data}`, '']);
        // A carriage return at the very end may still be half of a line end: a comment settles it.
        const bytes = Buffer.from([...lines, ': end', ''].join(end));
        assert.deepEqual(
          decode(bytes, cuts),
          list.flatMap(([name, data]) => (data === '' ? [] : [{ name, data }])),
        );
      }),
    );
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { verifyLog } from '../../../src/headless/sessions/verify-log.ts';
import { sampleLines, sampleLog } from './sample-log.ts';

const lines = sampleLines('s');
const whole = Buffer.from(sampleLog('s'));

/** The log with one line changed as text. */
const changed = (index: number, change: (line: string) => string | Buffer): Buffer =>
  Buffer.concat(lines.flatMap((line, at) => [Buffer.from(at === index ? change(line) : line), Buffer.from('\n')]));
const field = (index: number, values: object): Buffer =>
  changed(index, (line) => JSON.stringify({ ...(JSON.parse(line) as object), ...values }));

describe('verify', () => {
  const broken: [string, Buffer, number, RegExp][] = [
    ['an empty file', Buffer.alloc(0), 1, /empty/],
    ['a line that is not JSON', changed(3, (line) => line.slice(0, -1)), 4, /not valid JSON/],
    ['an empty line', changed(3, () => ''), 4, /not valid JSON/],
    ['a line that is no object', changed(3, () => '[]'), 4, /not an object/],
    ['zero bytes', changed(5, () => Buffer.alloc(40)), 6, /not valid JSON/],
    [
      'bytes that are not UTF-8',
      changed(1, (line) => Buffer.concat([Buffer.from(line), Buffer.from([0xff])])),
      2,
      /UTF-8/,
    ],
    ['a version of the future', field(2, { v: 99 }), 3, /version 99/],
    ['no version', field(2, { v: undefined }), 3, /no version/],
    ['an unknown type', field(2, { type: 'frob' }), 3, /"frob" is not known/],
    ['a type from the prototype', field(2, { type: 'constructor' }), 3, /is not known/],
    ['a gap', field(4, { seq: 5 }), 5, /number 5, where 4 follows/],
    ['a wrong parent', field(4, { parent: 2 }), 5, /follows 2, where 3/],
    ['a first entry with a parent', field(0, { parent: 0 }), 1, /follows 0, where null/],
    ['no time', field(4, { at: 'now' }), 5, /no time/],
    ["another file's session", field(0, { sessionId: 'other' }), 1, /"other", not the file's/],
    ['a missing field', field(3, { model: undefined }), 4, /no model/],
    ['a null field', field(2, { input: null }), 3, /no input/],
    ['an entry of another turn', field(4, { turnId: 't9' }), 5, /"t9", which is not the running one/],
    [
      'a second start',
      Buffer.from(`${[lines[0], lines[0]!.replace('"seq":0,"parent":null', '"seq":1,"parent":0')].join('\n')}\n`),
      2,
      /starts inside/,
    ],
    [
      'a log without a start',
      Buffer.from(`${lines[1]!.replace('"seq":1,"parent":0', '"seq":0,"parent":null')}\n`),
      1,
      /does not begin/,
    ],
  ];
  for (const [name, bytes, line, problem] of broken) {
    it(`stops at ${name}`, () => {
      const verdict = verifyLog(bytes, 's');
      assert.ok(!verdict.whole);
      assert.equal(verdict.line, line);
      assert.match(verdict.problem, problem);
      assert.equal(verdict.entries, line - 1);
      // The byte is where that line begins, and what stands before it is whole by itself.
      assert.equal(verdict.byte === 0 || bytes[verdict.byte - 1] === 0x0a, true);
      if (line > 1) assert.ok(verifyLog(bytes.subarray(0, verdict.byte), 's').whole);
    });
  }

  it('accepts what the writer writes', () => {
    assert.deepEqual(verifyLog(whole, 's'), { whole: true, entries: lines.length, open: false });
  });

  it('finds a cut at every byte, and none at the end of a line', () => {
    for (let length = 1; length < whole.length; length++) {
      const verdict = verifyLog(whole.subarray(0, length), 's');
      assert.equal(verdict.whole, whole[length - 1] === 0x0a, `cut after ${length} bytes`);
      if (!verdict.whole) assert.match(verdict.problem, /cut off/);
    }
  });

  it('says that a turn has not ended', () => {
    const verdict = verifyLog(Buffer.from(`${lines.slice(0, 5).join('\n')}\n`), 's');
    assert.deepEqual(verdict, { whole: true, entries: 5, open: true });
  });
});

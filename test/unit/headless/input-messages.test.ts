import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { describe, it } from 'mocha';
import { readMessages } from '../../../src/headless/input-messages.ts';

async function read(input: NodeJS.ReadableStream): Promise<{ texts: string[]; problems: string[] }> {
  const texts: string[] = [];
  const problems: string[] = [];
  for await (const message of readMessages(input, (problem) => problems.push(problem))) texts.push(message.text);
  return { texts, problems };
}

const user = (content: unknown): string => JSON.stringify({ type: 'user', message: { role: 'user', content } });

describe('messages on standard input', () => {
  const notMessages: [string, RegExp][] = [
    ['{"type":"user"', /Line 1 .*not valid JSON/],
    ['7', /not an object/],
    ['[]', /not an object/],
    ['{}', /type is missing/],
    ['{"type":"control_request"}', /its type is "control_request"/],
    ['{"type":"user","message":"hi"}', /role "user"/],
    ['{"type":"user","message":{"role":"assistant","content":"x"}}', /role "user"/],
    [user(undefined), /neither text nor a list/],
    [user(''), /empty/],
    [user([]), /empty/],
    [user([{ type: 'image', source: {} }]), /kind image, and only text/],
    [user([{ type: 'text', text: 7 }]), /kind text/],
  ];
  for (const [line, problem] of notMessages) {
    it(`passes over ${line} and goes on`, async () => {
      const { texts, problems } = await read(Readable.from([`${line}\n${user('next')}\n`]));
      assert.deepEqual(texts, ['next']);
      assert.equal(problems.length, 1);
      assert.match(problems[0]!, problem);
    });
  }

  it('takes text, blocks of text, empty lines, CRLF, a byte order mark and a last line without end', async () => {
    const blocks = user([
      { type: 'text', text: 'two' },
      { type: 'text', text: 'parts' },
    ]);
    const { texts, problems } = await read(Readable.from([`\ufeff${user('one')}\r\n\r\n${blocks}\n${user('last')}`]));
    assert.deepEqual(texts, ['one', 'two\n\nparts', 'last']);
    assert.deepEqual(problems, []);
  });

  it('joins characters that were cut between chunks', async () => {
    const bytes = Buffer.from(`${user('Grüße, 日本')}\n`);
    const { texts } = await read(Readable.from([...bytes].map((byte) => Buffer.from([byte]))));
    assert.deepEqual(texts, ['Grüße, 日本']);
  });

  it('gives a message as soon as its line is there, under the id that it came with', async () => {
    const input = new PassThrough();
    const messages = readMessages(input, assert.fail);
    input.write(`${JSON.stringify({ type: 'user', uuid: 'mine', message: { content: 'now' } })}\n`);
    const { value } = await messages.next();
    assert.deepEqual(value, { id: 'mine', text: 'now', attachments: [] });
    input.end();
    assert.equal((await messages.next()).done, true);
  });
});

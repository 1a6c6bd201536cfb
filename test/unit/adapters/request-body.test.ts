// The bytes of a request: the JSON that the API takes, whatever was kept of earlier ones.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bodyBytes, bytesOf, promptBytes } from '../../../src/adapters/request-body.ts';
import type { ApiMessage } from '../../../src/core/messages/api.ts';
import type { ModelRequest } from '../../../src/core/ports.ts';

const user = (text: string): ApiMessage => ({ role: 'user', content: [{ type: 'text', text }] });

function requestOf(messages: readonly ApiMessage[], more: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: 'a "model"',
    maxTokens: 100,
    system: [{ type: 'text', text: 'Be brief — in “quotes”.' }],
    tools: [
      { name: 'One', input_schema: { type: 'object' } },
      { name: 'Two', input_schema: { type: 'object' } },
    ],
    messages,
    ...more,
  };
}

function read(bytes: Uint8Array): Record<string, unknown> {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Record<string, unknown>;
}

describe('the body of a request', () => {
  it('is one JSON value with all that was asked', () => {
    const messages = [user('Grüße, 漢字 and \ud83d\ude00'), user('x'.repeat(100_000))];
    const request = requestOf(messages, { parameters: { temperature: 0.5, thinking: { budgetTokens: 9 } } });
    const { model, system, tools } = request;
    assert.deepEqual(read(bodyBytes(request)), {
      model,
      max_tokens: 100,
      stream: true,
      temperature: 0.5,
      thinking: { type: 'enabled', budget_tokens: 9 },
      system,
      tools,
      messages,
    });
    assert.deepEqual(read(promptBytes(request)), { model, system, tools, messages });
  });

  it('holds empty lists', () => {
    assert.deepEqual(read(promptBytes(requestOf([], { system: [], tools: [] }))), {
      model: 'a "model"',
      system: [],
      tools: [],
      messages: [],
    });
  });

  it('begins as the last one did where the conversation went on', () => {
    const messages = [user('one'), user('two')];
    const before = Buffer.from(bodyBytes(requestOf(messages))).toString();
    const after = Buffer.from(bodyBytes(requestOf([...messages, user('three')]))).toString();
    assert.ok(after.startsWith(before.slice(0, -2)));
    const changed = Buffer.from(bodyBytes(requestOf([user('one'), user('TWO')])));
    assert.deepEqual(read(changed)['messages'], [user('one'), user('TWO')]);
  });

  it('keeps what was made for a part, and no more memory than that takes', () => {
    const part = user('A short question, with “quotes”.');
    const bytes = bytesOf(part);
    assert.equal(bytesOf(part), bytes);
    assert.equal(bytes.buffer.byteLength, bytes.length);
    const large = user('x'.repeat(100_000));
    assert.notEqual(bytesOf(large), bytesOf(large));
  });
});

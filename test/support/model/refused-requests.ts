/** Request bodies for tests: parts to build a conversation from, and one of each kind that the API refuses. */

export type Json = Record<string, unknown>;

export const readTool = { name: 'Read', description: 'Reads', input_schema: { type: 'object' as const } };
export const hello: Json = {
  model: 'm',
  max_tokens: 100,
  stream: true,
  messages: [{ role: 'user', content: 'hello' }],
};

export function conversation(...messages: [role: string, content: unknown][]): Json {
  return { ...hello, tools: [readTool], messages: messages.map(([role, content]) => ({ role, content })) };
}

export function use(id: string): Json {
  return { type: 'tool_use', id, name: 'Read', input: {} };
}

export function result(id: string): Json {
  return { type: 'tool_result', tool_use_id: id, content: 'ok' };
}

/** Each with what the answer's message must say. */
export const refusedRequests: readonly [name: string, body: unknown, message: RegExp][] = [
  ['a body that is not JSON', '{"model":', /not valid JSON/],
  ['no max_tokens', { ...hello, max_tokens: undefined }, /max_tokens: Field required/],
  ['no messages', { ...hello, messages: [] }, /at least one message is required/],
  [
    'an empty text block',
    conversation(['user', [{ type: 'text', text: ' ' }]]),
    /text content blocks must be non-empty/,
  ],
  ['an empty message', conversation(['user', []]), /non-empty content/],
  ['half a surrogate pair', conversation(['user', 'cut \ud83d here']), /no low surrogate/],
  ['an answer first', conversation(['assistant', 'hi'], ['user', 'hi']), /roles must alternate/],
  ['two user messages in a row', conversation(['user', 'a'], ['user', 'b']), /messages\.1: roles must alternate/],
  ['an answer last', conversation(['user', 'a'], ['assistant', 'b']), /must end with a user message/],
  ['two tools of one name', { ...hello, tools: [readTool, readTool] }, /Tool names must be unique/],
  [
    'a call without a result',
    conversation(['user', 'a'], ['assistant', [use('t1'), use('t2')]], ['user', [result('t1')]]),
    /without `tool_result` blocks immediately after: t2/,
  ],
  [
    'a result after text',
    conversation(['user', 'a'], ['assistant', [use('t1')]], ['user', [{ type: 'text', text: 'no' }, result('t1')]]),
    /without `tool_result` blocks immediately after: t1/,
  ],
  [
    'a result twice',
    conversation(['user', 'a'], ['assistant', [use('t1')]], ['user', [result('t1'), result('t1')]]),
    /single result/,
  ],
  ['a result without a call', conversation(['user', [result('t9')]]), /unexpected `tool_use_id`.*t9/],
  [
    'a call id used again',
    conversation(
      ['user', 'a'],
      ['assistant', [use('t1')]],
      ['user', [result('t1')]],
      ['assistant', [use('t1')]],
      ['user', [result('t1')]],
    ),
    /ids must be unique/,
  ],
  [
    'thinking nobody signed',
    conversation(['user', 'a'], ['assistant', [{ type: 'thinking', thinking: 'x', signature: 'y' }]], ['user', 'b']),
    /Invalid `signature`/,
  ],
  [
    'five cache marks',
    conversation([
      'user',
      [1, 2, 3, 4, 5].map((n) => ({ type: 'text', text: `${n}`, cache_control: { type: 'ephemeral' } })),
    ]),
    /maximum of 4 blocks with cache_control.*Found 5/,
  ],
];

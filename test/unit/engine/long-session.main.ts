// A long session in a process of its own, started with --expose-gc: says, as JSON, what is still held as it goes on.
//
// Every turn brings an image, many large inputs and large results; the scripted model shortens the conversation again and again.
import * as z from 'zod/mini';
import { createSessionFiles } from '../../../src/adapters/session-files.ts';
import { systemClock } from '../../../src/adapters/system-clock.ts';
import { openAgentSession } from '../../../src/core/engine/open-agent-session.ts';
import type { ApiStreamEvent } from '../../../src/core/messages/api.ts';
import type { ModelClient } from '../../../src/core/ports.ts';
import { fixedContext } from '../../../src/core/prompt/session-context.ts';
import type { Tool } from '../../../src/core/tools/tool.ts';
import { allowAll } from '../../support/engine/engine-harness.ts';

const TURNS = 16;
const CALLS = 20;
const INPUT_CHARS = 60_000;
const OUTPUT_CHARS = 90_000;
const IMAGE_CHARS = 500_000;
const WINDOW_TOKENS = 500_000;

let named = 0;
const unique = (chars: number): string => `${(named += 1)} of many. `.repeat(Math.ceil(chars / 10)).slice(0, chars);

const sent: WeakRef<object>[] = [];
const seen = new WeakSet<object>();
let inLastRequest = 0;
let calls = 0;

const model: ModelClient = {
  async *stream(request) {
    for (const message of request.messages) {
      if (!seen.has(message)) sent.push(new WeakRef(message));
      seen.add(message);
    }
    const text = JSON.stringify(request.messages);
    const asksForSummary = text.includes('Write a summary for yourself');
    if (!asksForSummary) inLastRequest = request.messages.length;
    const callsOn = !asksForSummary && calls++ % (CALLS + 1) < CALLS;
    for (const event of callsOn ? aCall() : aText(asksForSummary ? 'What was done.' : 'Done.', tokensOf(text)))
      yield { type: 'stream', event };
  },
};

function tokensOf(text: string): number {
  return Math.ceil(text.length / 4);
}

function aCall(): ApiStreamEvent[] {
  const block = { type: 'tool_use', id: `call-${calls}`, name: 'Fetch', input: {} };
  const partial_json = JSON.stringify({ value: unique(INPUT_CHARS) });
  return anAnswer(block, { type: 'input_json_delta', partial_json }, 'tool_use', 10);
}

function aText(text: string, tokens: number): ApiStreamEvent[] {
  return anAnswer({ type: 'text', text: '' }, { type: 'text_delta', text }, 'end_turn', tokens);
}

function anAnswer(block: object, delta: object, stop_reason: string, input_tokens: number): ApiStreamEvent[] {
  const usage = { input_tokens, output_tokens: 10 };
  return [
    { type: 'message_start', message: { id: 'm', model: 'test', usage } },
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason }, usage },
    { type: 'message_stop' },
  ] as unknown as ApiStreamEvent[];
}

const schema = z.object({ value: z.string() });
const fetchTool: Tool = {
  name: 'Fetch',
  description: 'Gives something large.',
  schema: () => schema,
  summarize: () => ({ verb: 'Fetched', activeVerb: 'Fetching', object: 'it', quiet: true }),
  prepare: () => ({
    access: { kind: 'read', tool: 'Fetch', path: '/' },
    run: async () => ({ content: unique(OUTPUT_CHARS), details: {} }),
  }),
};

const [folder = ''] = process.argv.slice(2);
const warn = (message: string): void => void process.stderr.write(`${message}\n`);
const log = await createSessionFiles({ folder, onFailure: warn, onWarning: warn }).open('long');
let ids = 0;
let compactions = 0;
const session = openAgentSession({
  model,
  settings: () => ({
    model: 'test',
    maxTokens: 4_096,
    maxTurns: 100,
    maxRetries: 0,
    maxRetryWaitMs: 0,
    contextWindow: WINDOW_TOKENS,
  }),
  context: fixedContext('You are a test.'),
  tools: [fetchTool],
  gate: allowAll,
  log,
  clock: systemClock,
  newId: () => `id-${(ids += 1)}`,
  random: () => 0.5,
  cwd: () => '/workspace',
  product: 'capstan-test',
});
session.subscribe((event) => {
  if (event.type === 'compacted') compactions += 1;
});

/** What is in use, in characters of one byte. */
const heap: number[] = [];
for (let turn = 0; turn < TURNS; turn += 1) {
  const image = { id: `image-${turn}`, mediaType: 'image/png' as const, data: unique(IMAGE_CHARS) };
  session.submit({
    id: `turn-${turn}`,
    text: 'Go on.',
    attachments: [{ kind: 'image', label: 'shot.png', text: '', image: image.id }],
    images: [image],
  });
  await session.whenIdle();
  await session.compact();
  gc!();
  heap.push(process.memoryUsage().heapUsed);
}
await new Promise((resolve) => setTimeout(resolve, 10));
gc!();
const first = await session.toolResult('call-1');
console.log(
  JSON.stringify({
    compactions,
    heap,
    passed: TURNS * (CALLS * (INPUT_CHARS + OUTPUT_CHARS) + IMAGE_CHARS),
    messagesSent: sent.length,
    messagesHeld: sent.filter((one) => one.deref() !== undefined).length,
    inLastRequest,
    firstResult: first?.text.length,
  }),
);
await session.dispose();

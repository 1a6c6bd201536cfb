// The floor: the least that a Node program must do for the same work. A loop over node:http with four tools, and nothing else:
// no settings, no session file, no permission check, no context. What an agent takes beyond this is its own cost.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import http from 'node:http';

interface Block {
  type: string;
  id?: string;
  name?: string;
  text?: string;
  input?: Record<string, string>;
  content?: string;
  tool_use_id?: string;
  cache_control?: object;
}

const [prompt = ''] = process.argv.slice(2);
const url = new URL('/v1/messages', process.env['ANTHROPIC_BASE_URL']);
const agent = new http.Agent({ keepAlive: true });
const messages: { role: string; content: Block[] }[] = [{ role: 'user', content: [{ type: 'text', text: prompt }] }];

function tool(name: string, ...fields: string[]): object {
  const properties = Object.fromEntries(fields.map((field) => [field, { type: 'string' }]));
  return { name, description: name, input_schema: { type: 'object', properties, required: fields } };
}

const tools = [
  tool('Read', 'file_path'),
  tool('Grep', 'pattern', 'path'),
  tool('Bash', 'command'),
  tool('Write', 'file_path', 'content'),
];

function execute(command: string, args: string[]): Promise<string> {
  return new Promise((resolve) => execFile(command, args, (_, out, err) => resolve(out + err)));
}

const run: Record<string, (input: Record<string, string>) => Promise<string>> = {
  Read: (input) => readFile(input['file_path']!, 'utf8'),
  Grep: (input) => execute('rg', ['-l', input['pattern']!, input['path']!]),
  Bash: (input) => execute('/bin/sh', ['-c', input['command']!]),
  Write: (input) => writeFile(input['file_path']!, input['content']!).then(() => 'written'),
};

/** Folds the stream into the answer; tools start as soon as their block is whole. */
function createReader(content: Block[], results: Promise<Block>[]): (text: string) => void {
  const pieces: string[][] = [];
  let rest = '';
  function take(event: Record<string, any>): void {
    const index = event['index'] as number;
    const block = content[index];
    if (event['type'] === 'content_block_start') {
      content[index] = { ...event['content_block'] };
      pieces[index] = [];
    } else if (event['type'] === 'content_block_delta') {
      pieces[index]!.push(event['delta'].text ?? event['delta'].partial_json ?? '');
    } else if (event['type'] === 'content_block_stop' && block) {
      const text = pieces[index]!.join('');
      if (block.type === 'tool_use') results.push(call(block, text));
      else block.text = text;
    }
  }
  return (text) => {
    const events = (rest + text).split('\n\n');
    rest = events.pop()!;
    for (const event of events) take(JSON.parse(event.slice(event.indexOf('data: ') + 6)) as Record<string, any>);
  };
}

async function call(block: Block, text: string): Promise<Block> {
  block.input = JSON.parse(text) as Record<string, string>;
  return { type: 'tool_result', tool_use_id: block.id!, content: await run[block.name!]!(block.input) };
}

/** Sends one request; returns the results of the calls in its answer. */
function request(): Promise<Block[]> {
  const last = messages.at(-1)!.content.at(-1)!;
  last.cache_control = { type: 'ephemeral' };
  const system = [{ type: 'text', text: 'You are a coding agent.' }];
  const body = JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 8192, stream: true, system, tools, messages });
  delete last.cache_control;
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'anthropic-version': '2023-06-01',
  };
  return new Promise((resolve, reject) => {
    const sent = http.request(url, { method: 'POST', agent, headers }, (response) => {
      const content: Block[] = [];
      const results: Promise<Block>[] = [];
      response.setEncoding('utf8').on('data', createReader(content, results));
      response.on('end', () => {
        messages.push({ role: 'assistant', content });
        resolve(Promise.all(results));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

for (;;) {
  const results = await request();
  if (results.length === 0) break;
  messages.push({ role: 'user', content: results });
}
agent.destroy();

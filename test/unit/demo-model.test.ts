/** The demo model's script, played against real files and real test runs in a copy of the sample project. */
import assert from 'node:assert/strict';
import { exec } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type DemoModel, startDemoModel } from '../../scripts/demo/demo-model.ts';

interface Call {
  name: string;
  input: Record<string, string>;
}

interface Reply {
  content: string;
  is_error?: boolean;
}

/** Stands in for a person or a broken tool: a reply takes the place of running the call. */
type Interception = (call: Call) => Reply | undefined | Promise<Reply | undefined>;

const sample = path.join(import.meta.dirname, '../fixtures/sample');
const toolNames = ['Read', 'Write', 'Edit', 'Glob', 'Grep', 'Bash'];
const wrapFile = (): string => path.join(folder, 'src', 'wrap.js');

let folder: string;
let demo: DemoModel;
let history: Anthropic.MessageParam[];
let calls: Call[];

async function runTests(command = 'node --test'): Promise<Reply> {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH ?? ''}`,
  };
  delete env.NODE_OPTIONS;
  delete env.NODE_TEST_CONTEXT;
  return new Promise((resolve) => {
    exec(command, { cwd: folder, env }, (error, stdout, stderr) => {
      resolve({ content: `${stdout}${stderr}${error ? `\nExit code ${error.code}` : ''}`, is_error: error !== null });
    });
  });
}

async function edit({ file_path = '', old_string = '', new_string = '' }: Record<string, string>): Promise<Reply> {
  const before = await readFile(file_path, 'utf8');
  if (before.split(old_string).length !== 2) {
    return { content: 'old_string was not found exactly once. Read the file again.', is_error: true };
  }
  await writeFile(
    file_path,
    before.replace(old_string, () => new_string),
  );
  return { content: `Edited ${file_path}.` };
}

async function run({ name, input }: Call): Promise<Reply> {
  switch (name) {
    case 'Read': {
      const lines = (await readFile(input.file_path ?? '', 'utf8')).split('\n');
      return { content: lines.map((line, index) => `${String(index + 1).padStart(6)}→${line}`).join('\n') };
    }
    case 'Edit':
      return edit(input);
    case 'Glob': {
      const files = await readdir(path.join(folder, 'src'));
      return { content: files.map((file) => path.join(folder, 'src', file)).join('\n') };
    }
    case 'Bash':
      return runTests();
    default:
      return { content: 'src/wrap.js:7:export function wrap' };
  }
}

/** Says something to the demo model and plays the harness until it stops. Returns all that it said. */
async function say(prompt: string, intercept: Interception = () => undefined, tools = toolNames): Promise<string> {
  const client = new Anthropic({ apiKey: 'any', authToken: null, baseURL: demo.url, maxRetries: 0 });
  const said: string[] = [];
  history.push({ role: 'user', content: prompt });
  for (;;) {
    const message = await client.messages
      .stream({
        model: demo.model,
        max_tokens: 4000,
        system: `You are an agent.\nWorking directory: ${folder}\n`,
        thinking: { type: 'adaptive' },
        tools: tools.map((name) => ({ name, input_schema: { type: 'object' as const } })),
        messages: history,
      })
      .finalMessage();
    history.push({ role: 'assistant', content: message.content });
    said.push(...message.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])));
    const uses = message.content.filter((block) => block.type === 'tool_use');
    if (uses.length === 0) {
      return said.join('\n');
    }
    const results = uses.map(async (use): Promise<Anthropic.ToolResultBlockParam> => {
      const call = { name: use.name, input: use.input as Record<string, string> };
      calls.push(call);
      const reply = (await intercept(call)) ?? (await run(call));
      return { type: 'tool_result', tool_use_id: use.id, ...reply };
    });
    history.push({ role: 'user', content: await Promise.all(results) });
  }
}

function on(name: string, reply: Reply): Interception {
  return (call) => (call.name === name ? reply : undefined);
}

describe('demo model', function () {
  this.timeout(60_000);

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), 'capstan demo ')));
    await cp(sample, folder, { recursive: true });
    demo = await startDemoModel({ pace: {} });
    history = [];
    calls = [];
  });

  afterEach(async () => {
    assert.deepEqual(demo.server.problems, []);
    await demo[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, maxRetries: 5 });
  });

  it('finds and fixes the bug of the sample through real tools', async () => {
    assert.match((await runTests()).content, /fail 2/);
    const said = await say('Please fix the failing tests', (call) =>
      call.name === 'Bash' ? runTests('npm test') : undefined,
    );
    assert.match((await runTests()).content, /fail 0/);
    assert.equal(said.match(/scripted demo model/g)?.length, 1);
    assert.match(
      said,
      /2 of 13 tests fail: \*an item one character too wide goes on below\*, \*no line is wider than asked\*/,
    );
    assert.match(said, /Done\. Before, 2 of 13 tests failed; now all 13 pass/);
    assert.deepEqual(
      calls.map((call) => call.name),
      ['Bash', 'Read', 'Read', 'Glob', 'Grep', 'Read', 'Read', 'Edit', 'Bash'],
    );
    assert.ok(calls.every((call) => !call.input.file_path || path.isAbsolute(call.input.file_path)));
    const fixed = await readFile(wrapFile(), 'utf8');
    const original = await readFile(path.join(sample, 'src/wrap.js'), 'utf8');
    assert.equal(fixed, original.replace('displayWidth(line) + displayWidth', 'displayWidth(line) + 1 + displayWidth'));
    assert.ok(history.some((message) => JSON.stringify(message.content).includes('"thinking"')));
  });

  it('reads test reports in TAP form and finds code that was formatted differently', async () => {
    const source = await readFile(wrapFile(), 'utf8');
    await writeFile(
      wrapFile(),
      source.replace('displayWidth(line) + displayWidth(word)', 'displayWidth( line )  +displayWidth( word )'),
    );
    const said = await say('there is a bug', (call) =>
      call.name === 'Bash' ? runTests('node --test --test-reporter=tap') : undefined,
    );
    assert.match(said, /2 of 13 tests fail: \*an item one.*now all 13 pass/s);
    assert.match((await runTests()).content, /fail 0/);
  });

  it('says that the tests pass when the bug is gone already', async () => {
    const source = await readFile(wrapFile(), 'utf8');
    await writeFile(wrapFile(), source.replace('displayWidth(line) + ', 'displayWidth(line) + 1 + '));
    assert.match(await say('fix the tests'), /All 13 tests pass, so there is nothing to fix/);
    assert.deepEqual(
      calls.map((call) => call.name),
      ['Bash'],
    );
  });

  it('stops when running the tests is denied, and can go on without them', async () => {
    const denial = on('Bash', { content: 'The user denied this call. Reason: "not on this laptop"', is_error: true });
    const said = await say('Fix the failing tests', denial);
    assert.match(said, /Running `npm test` was not allowed\. You said: “not on this laptop”/);
    assert.equal(calls.length, 1);
    const again = await say('Fix the bug without running the tests', denial);
    assert.match(again, /is made, but not checked: the tests were not run/);
    assert.match((await runTests()).content, /fail 0/);
  });

  it('takes a pasted test report in place of a run', async () => {
    const { content } = await runTests();
    const said = await say(content, on('Bash', { content: 'Permission denied by the user.', is_error: true }));
    assert.match(said, /2 of 13 tests fail.*not checked: running the tests again was not allowed/s);
  });

  it('stops when the edit is denied, shows it, and proposes it once more when asked', async () => {
    const before = await readFile(wrapFile(), 'utf8');
    const said = await say(
      'Fix the bug',
      on('Edit', { content: 'The user rejected the change and said: use a helper', is_error: true }),
    );
    assert.match(said, /The change to `src\/wrap\.js` was not allowed\. You said: “use a helper”/);
    assert.match(said, /^\+.*displayWidth\(line\) \+ 1 \+ displayWidth\(word\)/m);
    assert.equal(await readFile(wrapFile(), 'utf8'), before);
    assert.match(await say('try again'), /now all 13 pass/);
  });

  it('acknowledges that the person changed the proposal', async () => {
    const said = await say('Fix the bug', async (call) => {
      if (call.name !== 'Edit') {
        return undefined;
      }
      const mine = call.input.new_string?.replace('displayWidth(line) + 1', '1 + displayWidth(line)') ?? '';
      await edit({ ...call.input, new_string: mine });
      return { content: 'Edited. The user changed the proposal before accepting it.' };
    });
    assert.match(
      said,
      /You changed my proposal.*now all 13 pass, with your version of the change in `src\/wrap\.js`\.$/s,
    );
  });

  it('says so when the person changed the proposal into something that does not help', async () => {
    const said = await say('Fix the bug', (call) =>
      call.name === 'Edit' ? { content: 'The user modified the proposal: it is unchanged now.' } : undefined,
    );
    assert.match(said, /with your version of the change it is 2 of 13/);
  });

  it('reads the file again when an edit fails, and gives up after the second', async () => {
    let failures = 1;
    const flaky: Interception = (call) =>
      call.name === 'Edit' && failures-- > 0
        ? { content: 'The file changed since it was read.', is_error: true }
        : undefined;
    assert.match(await say('Fix the bug', flaky), /I read it again.*once more.*now all 13 pass/s);
    await cp(sample, folder, { recursive: true });
    failures = 2;
    assert.match(await say('Fix the bug', flaky), /could not be made, twice/);
  });

  it('does not pretend about failures it does not know or runs it cannot read', async () => {
    await writeFile(wrapFile(), 'export function wrap() { return []; }\n');
    assert.match(await say('fix it'), /did not find the one bug my script knows/);
    const broken = on('Bash', { content: 'sh: npm: command not found', is_error: true });
    assert.match(await say('fix it', broken), /did not end in a test report.*npm: command not found/s);
  });

  it('tells what it is when asked for anything else, and when tools are missing', async () => {
    const first = await say('Write me a poem');
    assert.match(first, /scripted demo model: there is no intelligence.*API key/s);
    const second = await say('Fix the bug', undefined, ['Read', 'Grep']);
    assert.match(second, /needs the Bash tool/);
    assert.doesNotMatch(second, /no intelligence/);
  });

  it('answers side requests with a short text', async () => {
    const client = new Anthropic({ apiKey: 'any', authToken: null, baseURL: demo.url });
    const question = { role: 'user' as const, content: 'Title for: fix the failing tests' };
    const title = await client.messages.create({ model: 'any', max_tokens: 20, messages: [question] });
    assert.deepEqual(title.content, [{ type: 'text', text: 'Fix the failing tests' }]);
    assert.equal((await client.models.list()).data[0]?.display_name, 'Scripted demo model');
  });
});

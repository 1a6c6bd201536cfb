import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import {
  createAgent,
  type AgentEvent,
  type AgentOptions,
  type PermissionQuestion,
} from '../../../src/headless/library.ts';
import { text, toolUse } from '../../support/model/answer.ts';
import { startModelServer } from '../../support/model/model-server.ts';

async function collect(events: AsyncIterable<AgentEvent>): Promise<AgentEvent[]> {
  const all: AgentEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

const textOf = (events: readonly AgentEvent[]): string =>
  events
    .map((event) => (event.type === 'block_completed' && event.block.type === 'text' ? event.block.text : ''))
    .join('');

describe('the library', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'capstan-library-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

  const options = (baseUrl: string, more: Partial<AgentOptions> = {}): AgentOptions => ({
    cwd: folder,
    home: join(folder, 'state'),
    apiKey: 'test-key',
    baseUrl,
    ...more,
  });

  it('refuses options that make no sense before anything is opened', async () => {
    await assert.rejects(createAgent(options('ftp://x')), /not an http or https address/);
    await assert.rejects(
      createAgent(options('http://127.0.0.1:1', { permissions: { deny: ['Bash(('] } })),
      /not a permission rule/,
    );
    await assert.rejects(
      createAgent(options('http://127.0.0.1:1', { origin: { kind: 'resume', id: 'x' } })),
      /no session "x"/,
    );
  });

  it('gives typed events of each message, the second after the first', async () => {
    await using server = await startModelServer([{ blocks: [text('One.')] }, { blocks: [text('Two.')] }]);
    const agent = await createAgent(options(server.url));
    const [first, second] = await Promise.all([collect(agent.run('a')), collect(agent.run('b'))]);
    assert.deepEqual([textOf(first), textOf(second)], ['One.', 'Two.']);
    for (const events of [first, second]) {
      assert.equal(events[0]!.type, 'turn_started');
      assert.equal(events.at(-1)!.type, 'turn_completed');
    }
    await agent.dispose();
    assert.deepEqual(await collect(agent.run('c')), []);
    assert.deepEqual(server.problems, []);
  });

  it('goes on with what was chosen for a session, unless it is told otherwise', async () => {
    await using server = await startModelServer(() => ({ blocks: [text('Yes.')] }));
    const once = async (more: Partial<AgentOptions>) => {
      const agent = await createAgent(options(server.url, more));
      await collect(agent.run('a'));
      await agent.dispose();
      return server.requests.at(-1)!.body as { model: string; output_config?: unknown };
    };
    await once({ sessionId: 's', model: 'first' });
    const file = join(folder, 'state', 'sessions', 's.jsonl');
    const last = (await readFile(file, 'utf8')).trimEnd().split('\n').length - 1;
    const choices = [
      { type: 'model_selected', model: 'chosen' },
      { type: 'effort_selected', effort: 'low' },
    ];
    const lines = choices.map((choice, at) =>
      JSON.stringify({ v: 1, seq: last + at + 1, parent: last + at, at: 1, ...choice }),
    );
    await appendFile(file, `${lines.join('\n')}\n`);
    const origin = { kind: 'resume', id: 's' } as const;
    assert.partialDeepStrictEqual(await once({ origin }), { model: 'chosen', output_config: { effort: 'low' } });
    const told = await once({ origin, model: 'told', effort: 'high' });
    assert.partialDeepStrictEqual(told, { model: 'told', output_config: { effort: 'high' } });
  });

  it('asks the prompter that it is given', async () => {
    await using server = await startModelServer([
      { blocks: [toolUse('Bash', { command: 'echo hello > made.txt' })], stopReason: 'tool_use' },
      { blocks: [text('Done.')] },
    ]);
    const questions: PermissionQuestion[] = [];
    const prompter: NonNullable<AgentOptions['permissions']>['prompter'] = {
      ask: async (question) => {
        questions.push(question);
        return { decision: 'allow_once' };
      },
    };
    const agent = await createAgent(options(server.url, { permissions: { prompter } }));
    await collect(agent.run('a'));
    await agent.dispose();
    assert.deepEqual(
      questions.map((question) => question.subject),
      ['echo hello > made.txt'],
    );
    assert.equal(await readFile(join(folder, 'made.txt'), 'utf8'), 'hello\n');
  });

  it('accepts edits in the workspace in that mode, and none of protected files', async () => {
    await writeFile(join(folder, '.mcp.json'), '{}');
    await using server = await startModelServer([
      {
        blocks: [
          toolUse('Write', { file_path: join(folder, 'a.txt'), content: 'a' }),
          toolUse('Write', { file_path: join(folder, '.vscode/tasks.json'), content: '{}' }),
          toolUse('Write', { file_path: join(tmpdir(), 'capstan-outside.txt'), content: 'a' }),
        ],
        stopReason: 'tool_use',
      },
      { blocks: [text('Done.')] },
    ]);
    const agent = await createAgent(options(server.url, { permissions: { mode: 'acceptEdits' } }));
    const events = await collect(agent.run('a'));
    await agent.dispose();
    const outcomes = events.flatMap((event) => (event.type === 'tool_completed' ? [event.outcome] : []));
    assert.deepEqual(outcomes.toSorted(), ['denied', 'denied', 'done']);
    assert.equal(await readFile(join(folder, 'a.txt'), 'utf8'), 'a');
  });

  it('stops a turn and keeps what had arrived', async () => {
    await using server = await startModelServer([{ blocks: [text('x'.repeat(200), { gate: 'never', gateAt: 48 })] }]);
    const agent = await createAgent(options(server.url));
    const events: AgentEvent[] = [];
    for await (const event of agent.run('a')) {
      events.push(event);
      if (event.type === 'block_delta') agent.stop();
    }
    const last = events.at(-1)!;
    assert.ok(last.type === 'turn_completed' && last.outcome === 'stopped');
    assert.equal(textOf(events), 'x'.repeat(48));
    await agent.dispose();
  });
});

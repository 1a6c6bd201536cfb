// Subagents: what they know and may use, how they run side by side, end, fail and are stopped.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { createAgents, type Agents } from '../../../src/core/agents/agents.ts';
import type { Grant, PermissionGate } from '../../../src/core/permissions/access.ts';
import { contentText } from '../../../src/core/view/tool-view.ts';
import type { ToolItem } from '../../../src/shared/view-model.ts';
import type { Tool } from '../../../src/core/tools/tool.ts';
import {
  eventsOf,
  inputOf,
  startEngine,
  testTool,
  type EngineHarness,
  type HarnessOptions,
} from '../../support/engine/engine-harness.ts';
import { text, toolUse, type Answer } from '../../support/model/answer.ts';
import { httpError } from '../../support/model/fault.ts';
import { createPromptCache } from '../../support/model/prompt-cache.ts';
import type { WireBody } from '../../support/model/wire-body.ts';
import { agent, call, requestsOf, say, scriptOf } from './agent-script.ts';

const read = testTool('Read', async ({ value }) => `content of ${value}`, { safe: true });
// As the shell: a failure of it would end the calls beside it.
const write = testTool('Write', async () => 'written', { cancelsSiblings: true });

function agentsWith(tools: readonly Tool[] = [read, write]): Agents {
  return createAgents({ toolset: () => ({ tools, cwd: () => '/workspace' }) });
}

function start(
  main: readonly Answer[],
  tasks: Readonly<Record<string, readonly Answer[]>>,
  options: HarnessOptions = {},
): Promise<EngineHarness> {
  const tools = options.tools ?? [read, write];
  return startEngine(scriptOf(main, tasks), { agents: agentsWith(tools), ...options, tools });
}

function resultOf(engine: EngineHarness, task: string): { outcome: string; words: string } {
  const ended = eventsOf(engine.events, 'tool_completed').find(({ toolUseId }) => toolUseId === `call_${task}`)!;
  return { outcome: ended.outcome, words: contentText(ended.content) };
}

function rowOf(engine: EngineHarness, task: string): ToolItem {
  const items = engine.session.view.turns.flatMap((turn) => turn.items);
  return items.find((item): item is ToolItem => item.id === `call_${task}`)!;
}

/** Without the marks that a cache goes by. */
function plain(value: unknown): string {
  return JSON.stringify(value, (key, inner: unknown) => (key === 'cache_control' ? undefined : inner));
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; !condition() && i < 1000; i++) await sleep(5);
  assert.ok(condition(), 'it came to that');
}

describe('a subagent', () => {
  it('is refused without a task, of a kind that there is not, or on another model as a copy', async () => {
    await using engine = await start(
      [
        call(
          agent('a', { subagent_type: 'magic' }),
          agent('b', { prompt: '  ' }),
          agent('c', { subagent_type: 'fork', model: 'other' }),
          toolUse('Agent', { description: 'x' }, { id: 'call_d' }),
          agent('e', { run_in_background: true }),
        ),
        say('I see.'),
      ],
      {},
    );
    await engine.ask('Go');
    assert.equal(
      resultOf(engine, 'a').words,
      'There is no subagent_type magic. The types are: general, explore, fork.',
    );
    assert.match(resultOf(engine, 'b').words, /The prompt is empty/);
    assert.match(resultOf(engine, 'c').words, /goes on with your own model/);
    assert.match(resultOf(engine, 'd').words, /prompt: is missing/);
    assert.match(resultOf(engine, 'e').words, /there is no field run_in_background/);
    assert.equal(engine.server.requests.length, 2);
  });

  it('works in a conversation of its own and answers with its report', async () => {
    await using engine = await start([call(agent('a')), say('Done.')], {
      a: [call(text('Looking.'), toolUse('Read', { value: 'x' })), say('It is in x.')],
    });
    await engine.ask('Find it');
    assert.deepEqual(resultOf(engine, 'a'), {
      outcome: 'done',
      words: 'It is in x.\n\n[2 requests, 1 tool call, 220 tokens]',
    });
    const [first] = requestsOf(engine.server.requests, 'a');
    assert.equal(first!.messages.length, 1);
    assert.doesNotMatch(plain(first!.messages), /Find it/);
    const { agent: card, verb, object } = rowOf(engine, 'a');
    assert.deepEqual([verb, object], ['Asked an agent', 'Do a']);
    assert.deepEqual(card, {
      type: 'general',
      steps: [{ verb: 'Read', object: 'x', state: 'done' }],
      earlierSteps: 0,
      inputTokens: 200,
      outputTokens: 20,
    });
    assert.deepEqual(engine.server.problems, []);
  });

  it('is known by its older name', async () => {
    const older = toolUse('Task', { description: 'Do a', prompt: 'TASK a' }, { id: 'call_a' });
    await using engine = await start([call(older), say('Done.')], { a: [say('Found.')] });
    await engine.ask('Go');
    assert.equal(resultOf(engine, 'a').outcome, 'done');
    const tools = (engine.server.requests[0]!.body as WireBody).tools!.map(({ name }) => name);
    assert.deepEqual(tools, ['Read', 'Write', 'Agent']);
  });

  it('starts none of its own, and as an explorer only reads', async () => {
    await using engine = await start([call(agent('a', { subagent_type: 'Explore' })), say('Done.')], {
      a: [call(toolUse('Write', {}), agent('b'), toolUse('Read', { value: 'x' })), say('Found.')],
    });
    await engine.ask('Go');
    const [, second] = requestsOf(engine.server.requests, 'a');
    const results = second!.messages[2]!.content as unknown as { content: string }[];
    assert.match(results[0]!.content, /An agent of the kind explore may not use Write/);
    assert.match(results[1]!.content, /cannot start agents of its own/);
    assert.equal(results[2]!.content, 'content of x');
    assert.deepEqual(
      rowOf(engine, 'a').agent?.steps.map(({ verb, state }) => [verb, state]),
      [
        ['Write', 'failed'],
        ['Agent', 'failed'],
        ['Read', 'done'],
      ],
    );
  });

  it('runs side by side with others', async () => {
    const meet: Answer = { ...say('Met.'), pace: { headersGate: 'all' } };
    await using engine = await start([call(agent('a'), agent('b'), agent('c')), say('Done.')], {
      a: [meet],
      b: [meet],
      c: [meet],
    });
    engine.session.submit(inputOf('Go'));
    await engine.server.waitForRequest(4);
    engine.server.release('all');
    await engine.session.whenIdle();
    assert.deepEqual(
      ['a', 'b', 'c'].map((task) => resultOf(engine, task).outcome),
      ['done', 'done', 'done'],
    );
  });

  it('waits in line as a ninth, and is refused as a forty-first in one turn', async () => {
    const names = Array.from({ length: 41 }, (_, index) => `t${index}`);
    const slow: Answer = { ...say('Done.'), pace: { headersGate: 'go' } };
    await using engine = await start(
      [call(...names.map((name) => agent(name))), say('Done.'), call(agent('later')), say('Done.')],
      { ...Object.fromEntries(names.map((name) => [name, [slow]])), later: [say('Fine.')] },
    );
    engine.session.submit(inputOf('Go'));
    await engine.server.waitForRequest(9);
    await sleep(50);
    assert.equal(engine.server.requests.length, 9);
    engine.server.release('go');
    await engine.session.whenIdle();
    assert.match(resultOf(engine, 't40').words, /40 agents were started for this message, the most/);
    assert.equal(resultOf(engine, 't39').outcome, 'done');
    await engine.ask('Again');
    assert.equal(resultOf(engine, 'later').outcome, 'done');
  });

  it('says who asks, at the card of the call that started it', async () => {
    const origins: (string | undefined)[] = [];
    let answer: (() => void) | undefined;
    const gate: PermissionGate = {
      async authorize({ access, origin, onWaiting, onAnswered }) {
        if (access.tool === 'Write') {
          origins.push(origin);
          onWaiting({ requestId: 'q1', words: 'Write?', review: false });
          await new Promise<void>((resolve) => (answer = resolve));
          onAnswered();
        }
        return { decision: 'allow', grant: { path: '', access } as Grant, by: 'person', reason: 'test' };
      },
    };
    await using engine = await start(
      [call(agent('a')), say('Done.')],
      { a: [call(toolUse('Write', {})), say('Written.')] },
      { gate },
    );
    engine.session.submit(inputOf('Go'));
    await until(() => rowOf(engine, 'a')?.waiting !== undefined);
    assert.deepEqual(rowOf(engine, 'a').waiting, { requestId: 'q1', words: 'Write?', review: false });
    assert.deepEqual([rowOf(engine, 'a').state, engine.session.view.session.state], ['waiting', 'waiting']);
    answer!();
    await until(() => rowOf(engine, 'a').waiting === undefined);
    await engine.session.whenIdle();
    assert.deepEqual(origins, ['the agent “Do a”']);
    assert.equal(rowOf(engine, 'a').state, 'done');
  });

  it('that is stopped in the middle keeps what it had said, and its call is answered', async () => {
    const hang: Answer = { ...say('never'), pace: { headersGate: 'never' } };
    await using engine = await start([call(agent('a'))], {
      a: [call(text('Halfway there.'), toolUse('Read', { value: 'x' })), hang],
    });
    engine.session.submit(inputOf('Go'));
    await engine.server.waitForRequest(3);
    engine.session.stop();
    await engine.session.whenIdle();
    const { outcome, words } = resultOf(engine, 'a');
    assert.equal(outcome, 'interrupted');
    assert.match(words, /^The agent was stopped before it ended\. What it said last:\n\nHalfway there\./);
    assert.equal(engine.session.view.turns[0]!.state, 'stopped');
    const ends = eventsOf(engine.events, 'agent_event').filter(({ event }) => event.type === 'turn_completed');
    assert.equal(ends.length, 1);
  });

  it('that fails says why, and what it had found until then', async () => {
    await using engine = await start([call(agent('a'), agent('b')), say('I do it myself.')], {
      a: [
        call(text('Found one.'), toolUse('Read', { value: 'x' })),
        { fault: httpError(400, { message: 'No such model' }) },
      ],
      b: [{ fault: httpError(400, { message: 'No such model' }) }],
    });
    await engine.ask('Go');
    const { outcome, words } = resultOf(engine, 'a');
    assert.equal(outcome, 'failed');
    assert.match(words, /^The agent failed\. .*No such model.*What it said last:\n\nFound one\./);
    assert.match(resultOf(engine, 'b').words, /had not said anything yet\. Start another one/);
    assert.equal(engine.session.view.turns[0]!.state, 'done');
    assert.equal(rowOf(engine, 'a').agent?.steps.at(-1)?.verb, 'Failed');
  });

  it('ends at fifty requests with what it had said', async () => {
    const steps = Array.from({ length: 60 }, (_, at) => call(text(`Step ${at}.`), toolUse('Read', { value: `${at}` })));
    await using engine = await start([call(agent('a')), say('Done.')], { a: steps });
    await engine.ask('Go');
    const { outcome, words } = resultOf(engine, 'a');
    assert.equal(outcome, 'failed');
    assert.match(words, /made 50 requests, the most that one may make\. What it said last:\n\nStep 49\./);
    const { steps: shown, earlierSteps } = rowOf(engine, 'a').agent!;
    assert.deepEqual([shown.length, earlierSteps], [50, 0]);
  });
});

describe('the prefix of a subagent', () => {
  const parameters = { thinking: { budgetTokens: 2048 }, effort: 'low' } as const;

  async function bodies(type: string): Promise<{ parent: WireBody; child: WireBody; next: WireBody }> {
    await using engine = await start(
      [
        say('Hello.'),
        call(text('I ask.'), agent('a', { subagent_type: type }), toolUse('Read', { value: 'y' })),
        say('Done.'),
      ],
      { a: [call(toolUse('Read', { value: 'x' })), say('Found.')] },
      { parameters },
    );
    await engine.ask('Hi');
    await engine.ask('Go');
    assert.deepEqual(engine.server.problems, []);
    const [, parent] = requestsOf(engine.server.requests, undefined);
    const [child, next] = requestsOf(engine.server.requests, 'a');
    return { parent: parent!, child: child!, next: next! };
  }

  for (const type of ['general', 'explore', 'fork']) {
    it(`is its parent's, byte for byte: ${type}`, async () => {
      const { parent, child, next } = await bodies(type);
      const fixed = ({ messages: _, ...rest }: WireBody) => JSON.stringify(rest);
      assert.equal(fixed(child), fixed(parent));
      assert.equal(fixed(next), fixed(parent));
    });
  }

  it('is served from the cache that the parent wrote, and for a copy with the whole conversation', async () => {
    const served = async (type: string) => {
      const { parent, child } = await bodies(type);
      const cache = createPromptCache(1);
      const all = (usage: ReturnType<typeof cache.account>) =>
        usage.input_tokens + usage.cache_creation_input_tokens + usage.cache_read_input_tokens;
      const written = all(cache.account(parent));
      const alone = all(createPromptCache(1).account({ ...parent, messages: [] }));
      return { written, alone, read: cache.account(child).cache_read_input_tokens };
    };
    const general = await served('general');
    assert.ok(general.alone > 0);
    assert.equal(general.read, general.alone);
    const fork = await served('fork');
    assert.equal(fork.read, fork.written);
  });

  it('holds the conversation up to the call, for a copy', async () => {
    const { parent, child, next } = await bodies('fork');
    const words = plain(parent.messages);
    assert.ok(plain(child.messages).startsWith(words.slice(0, -']}]'.length)));
    assert.ok(plain(next.messages).startsWith(plain(child.messages).slice(0, -1)));
    assert.doesNotMatch(plain(child.messages), /I ask/);
  });
});

// Agents that go on after their call was answered, and those that a process left behind.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAgents } from '../../../src/core/agents/agents.ts';
import { createBackgroundTasks } from '../../../src/core/tools/shell/background-task-list.ts';
import { sessionState } from '../../../src/core/usage/session-state.ts';
import type { BackgroundTasks } from '../../../src/core/tools/background-tasks.ts';
import { contentText } from '../../../src/core/view/tool-view.ts';
import type { ToolItem } from '../../../src/shared/view-model.ts';
import { verifyLog } from '../../../src/headless/sessions/verify-log.ts';
import { eventsOf, instantClock, startEngine, testTool } from '../../support/engine/engine-harness.ts';
import { MemoryLog } from '../../support/engine/memory-log.ts';
import { text, toolUse, type Answer } from '../../support/model/answer.ts';
import { agent, call, requestsOf, say, scriptOf } from './agent-script.ts';

const MODEL = 'claude-haiku-4-5';
const read = testTool('Read', async ({ value }) => `content of ${value}`, { safe: true });

function agentsOf() {
  let ids = 0;
  const background = createBackgroundTasks({ clock: instantClock, newId: () => `task-${++ids}` });
  const agents = createAgents({ toolset: () => ({ tools: [read], cwd: () => '/workspace' }), tasks: background });
  return { agents, background };
}

async function start(main: readonly Answer[], tasks: Readonly<Record<string, readonly Answer[]>>) {
  const { agents, background } = agentsOf();
  const engine = await startEngine(scriptOf(main, tasks), { tools: [read], agents, model: MODEL });
  return { engine, background };
}

/** Until the task has ended. */
async function ended({ background }: { background: BackgroundTasks }, id: string): Promise<void> {
  for (let i = 0; background.find(id)?.state === 'running' && i < 1000; i++) await sleep(5);
}

function verdictOn(log: MemoryLog) {
  const lines = log.all.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  return verifyLog(Buffer.from(lines), log.sessionId);
}

describe('an agent in the background', () => {
  it('lets the turn end, is counted and shown while no turn runs, and leaves its report with the task', async () => {
    const run = await start([call(agent('a', { run_in_background: true })), say('It works.')], {
      a: [{ ...call(toolUse('Read', { value: 'x' })), pace: { headersGate: 'go' } }, say('Found.')],
    });
    const { engine, background } = run;
    await using _ = engine;
    await engine.ask('Go');
    const [started] = eventsOf(engine.events, 'tool_completed');
    assert.match(contentText(started!.content), /works in the background as task task-1/);
    const before = engine.session.view;
    assert.equal(before.turns[0]!.state, 'done');
    assert.equal(before.turns[0]!.footer!.inputTokens, 200);
    engine.server.release('go');
    await ended(run, 'task-1');
    assert.equal(await background.read('task-1'), 'Read x\n\nFound.\n\n[2 requests, 1 tool call, 220 tokens]');
    assert.deepEqual(background.find('task-1')?.state, 'done');
    const { session, turns } = engine.session.view;
    const row = turns[0]!.items.find((item): item is ToolItem => item.id === 'call_a')!;
    assert.deepEqual([row.state, row.agent?.steps.length, row.agent?.inputTokens], ['done', 1, 200]);
    assert.deepEqual([session.inputTokens, turns[0]!.footer!.inputTokens, session.state], [400, 400, 'idle']);
    assert.equal(sessionState(engine.log.all).total.usage.inputTokens, 400);
    assert.equal(verdictOn(engine.log).whole, true);
  });

  it('is shown at its own row and counted in its own turn while the next one runs', async () => {
    const run = await start([call(agent('a', { run_in_background: true })), say('It works.'), say('Next.')], {
      a: [{ ...say('Found.'), pace: { headersGate: 'go' } }],
    });
    const { engine } = run;
    await using _ = engine;
    await engine.ask('Go');
    await engine.ask('More');
    engine.server.release('go');
    await ended(run, 'task-1');
    assert.deepEqual(
      engine.session.view.turns.map(({ footer, items }) => [footer!.inputTokens, items.length]),
      [
        [300, 2],
        [100, 1],
      ],
    );
    assert.deepEqual(
      sessionState(engine.log.all).byTurn.map(({ usage }) => usage.inputTokens),
      [300, 100],
    );
  });

  it('ends when it is stopped, and with its session', async () => {
    const hang: Answer = { ...say('never'), pace: { headersGate: 'never' } };
    const run = await start(
      [call(agent('a', { run_in_background: true }), agent('b', { run_in_background: true })), say('They work.')],
      { a: [hang], b: [hang] },
    );
    const { engine, background } = run;
    await using server = engine.server;
    await engine.ask('Go');
    await server.waitForRequest(4);
    await background.stop('task-1');
    assert.equal(background.find('task-1')?.state, 'stopped');
    await engine.session.dispose();
    assert.match(await background.read('task-2'), /stopped before it ended/);
    const ends = eventsOf(engine.events, 'agent_event').filter(({ event }) => event.type === 'turn_completed');
    assert.equal(ends.length, 2);
    assert.equal(verdictOn(engine.log).whole, true);
  });
});

describe('a session whose process ended while an agent worked', () => {
  it('answers the call as interrupted, and counts what the agent had used once', async () => {
    const { engine } = await start([call(agent('a')), say('Done.')], {
      a: [call(text('Halfway.'), toolUse('Read', { value: 'x' })), say('Found.')],
    });
    await engine.ask('Go');
    const cut = engine.log.all.findIndex(
      (entry) => entry.type === 'agent_event' && entry.event.type === 'message_completed',
    );
    await engine.session.dispose();
    await engine.server.close();

    const log = new MemoryLog(engine.log.all.slice(0, cut + 1));
    await using again = await startEngine(scriptOf([say('I go on.')], {}), {
      log,
      model: MODEL,
      tools: [read],
      agents: agentsOf().agents,
    });
    const { session, turns } = again.session.view;
    assert.deepEqual([session.inputTokens, turns[0]!.footer!.inputTokens, turns[0]!.state], [200, 200, 'stopped']);
    const row = turns[0]!.items.find((item): item is ToolItem => item.id === 'call_a')!;
    assert.deepEqual([row.state, row.agent?.inputTokens], ['interrupted', 100]);
    assert.equal(
      row.agent?.steps.some((step) => step.state === 'running'),
      false,
    );
    await again.ask('Go on');
    const [body] = requestsOf(again.server.requests, undefined);
    const [result] = body!.messages[2]!.content as unknown as { tool_use_id: string; content: string }[];
    assert.equal(result!.tool_use_id, 'call_a');
    assert.match(result!.content, /^Interrupted before it finished/);
    const books = sessionState(log.all);
    assert.equal(books.total.usage.inputTokens, 300);
    assert.equal(books.byTool.get('Agent')?.usage.inputTokens, 100);
    assert.equal(again.session.view.session.costUsd?.toFixed(8), books.total.costUsd?.toFixed(8));
    assert.equal(verdictOn(log).whole, true);
    assert.deepEqual(again.server.problems, []);
  });
});

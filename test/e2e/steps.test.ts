// A turn of many parts in a real workbench with high contrast and reduced motion: thought, list of work, an agent's steps; told once at its end.
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'mocha';
import type { Frame } from 'playwright-core';
import { until } from '../support/conversation.ts';
import { insist } from '../support/insist.ts';
import { openScene, screenFile } from '../support/e2e.ts';
import { text, thinking, toolUse, type Answer } from '../support/model/answer.ts';
import type { Script } from '../support/model/model-server.ts';

const WAIT_MS = 30_000;
const usage = { input_tokens: 1200, output_tokens: 10 };

const todos = [
  { content: 'Find the loop', status: 'completed', activeForm: 'Finding the loop' },
  { content: 'Ask who uses it', status: 'in_progress', activeForm: 'Asking who uses it' },
  { content: 'Say what is odd', status: 'pending', activeForm: 'Saying what is odd' },
];

const script: Script = ({ body }) => {
  const cwd = /Working directory: ([^\\"]+)/.exec(JSON.stringify(body.system))![1]!;
  const file = path.posix.join(cwd, 'src/wrap.js');
  const step = body.messages.filter(({ role }) => role === 'assistant').length;
  const task = { description: 'Find who uses it', prompt: 'TASK: who uses wrap?', subagent_type: 'explore' };
  const ofAgent: Answer[] = [
    { blocks: [toolUse('Read', { file_path: file })], usage },
    { blocks: [text('Only the index uses it.', { gate: 'report' })], usage },
  ];
  const own: Answer[] = [
    {
      blocks: [thinking('Where would one look first?'), toolUse('TodoWrite', { todos }), toolUse('Agent', task)],
      usage,
    },
    { blocks: [text('Nothing is odd about it.')], usage },
  ];
  const isAgent = /subagent[^]*TASK: who/.test(JSON.stringify(body.messages.filter(({ role }) => role === 'user')));
  return (isAgent ? ofAgent : own)[step] ?? { blocks: [text('No more.')] };
};

/** Keeps what the panel tells a screen reader from now on. */
async function listen(panel: Frame): Promise<() => Promise<readonly string[]>> {
  await panel.locator('.sr-only[aria-live]').waitFor({ state: 'attached', timeout: WAIT_MS });
  const told = await panel.evaluateHandle(() => {
    const words: string[] = [];
    const region = document.querySelector('.sr-only[aria-live]')!;
    const note = () => words.push(region.textContent ?? '');
    new MutationObserver(note).observe(region, { childList: true, characterData: true, subtree: true });
    return words;
  });
  return () => told.jsonValue();
}

describe('a turn of many parts', () => {
  it('shows its thought, what is to be done and the steps of an agent with their cost, moves nothing, and is told once', async () => {
    await using scene = await openScene(script, {
      settings: {
        'capstan.model': 'claude-haiku-4-5',
        'window.autoDetectColorScheme': false,
        'workbench.reduceMotion': 'on',
      },
    });
    const { workbench, talk, model } = scene;
    const panel = await talk.panel();
    const look = () => panel.evaluate(() => document.body.className);
    // By hand: on a busy machine the editor of a new window now and then forgets the theme that its settings name.
    await insist(
      async () => {
        await workbench.command('Preferences: Color Theme');
        await workbench.input('Dark High Contrast');
      },
      async () => /vscode-high-contrast/.test(await look()),
      { patienceMs: 8000, timeoutMs: 60_000, explain: async () => `The panel looks like: ${await look()}` },
    );
    const told = await listen(panel);
    await talk.send('Is anything odd about wrap?');

    const list = panel.getByRole('region', { name: 'Todo list' });
    await list.getByText('Asking who uses it').waitFor({ timeout: WAIT_MS });
    await panel.locator('.agent-newest').filter({ hasText: 'wrap.js' }).waitFor({ timeout: WAIT_MS });
    await model.waitForGate('report');
    await list.getByRole('button').click();
    await list.getByText('Say what is odd').waitFor({ timeout: WAIT_MS });
    await workbench.screenshot(screenFile('e2e-agent-works'));
    const moving = () =>
      panel.evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').length);
    // What had begun before the editor said so may end.
    await until(
      async () => /vscode-reduce-motion/.test(await look()) && (await moving()) === 0,
      WAIT_MS,
      async () => `${await moving()} things move. The panel looks like: ${await look()}`,
    );
    assert.equal((await told()).length, 0, 'nothing is told while it works');

    model.release('report');
    await talk.sees('Nothing is odd about it.');
    await talk.idle();
    await until(
      async () => (await told()).length > 0,
      WAIT_MS,
      async () => 'The end was not told.',
    );
    assert.deepEqual(await told(), ['Capstan finished: Nothing is odd about it.']);
    assert.ok(await list.isVisible(), 'what is still to be done stays');

    const agent = panel.getByRole('button', { name: /Find who uses it/ });
    await agent.click();
    const figures = panel.locator('.agent-figures');
    await figures.waitFor({ timeout: WAIT_MS });
    assert.match(await figures.innerText(), /explore · \d+k in · 20 out · under \$0\.01/);
    await panel.getByRole('list', { name: 'Steps of the agent' }).getByText('wrap.js').first().waitFor();
    const thought = panel.getByRole('button', { name: /^Thought/ });
    assert.equal(await panel.getByText('Where would one look first?').isVisible(), false);
    await thought.click();
    await panel.getByText('Where would one look first?').waitFor({ timeout: WAIT_MS });
    await workbench.screenshot(screenFile('e2e-agent-done'));
    assert.deepEqual(model.problems, []);
  });
});

// What an answer holds, by clicks in a real workbench: a question, plans, a link to a line, a block of code, and the steps that focus view hides.
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'mocha';
import { until } from '../support/conversation.ts';
import { openScene, screenFile, type Scene } from '../support/e2e.ts';
import { intoEditor } from '../support/gestures.ts';
import { insist } from '../support/insist.ts';
import { text, toolUse, type Answer } from '../support/model/answer.ts';
import type { Script } from '../support/model/model-server.ts';

const FILE = 'src/wrap.js';
const CODE = 'function wrapParagraph(paragraph, width) {\n  return paragraph.slice(0, width).split(0);\n}';
const ANSWER = `The loop stands in \`${FILE}:16\`. Shorter:\n\n\`\`\`js\n${CODE}\n\`\`\`\n`;

const question = {
  question: 'How should the loop go?',
  header: 'Loop',
  options: [
    { label: 'Shorten it', description: 'One line is left.' },
    { label: 'Name it', description: 'It becomes a function.' },
  ],
};

const script: Script = ({ body }) => {
  const cwd = /Working directory: ([^\\"]+)/.exec(JSON.stringify(body.system))![1]!;
  const answers: Answer[] = [
    { blocks: [toolUse('Read', { file_path: path.posix.join(cwd, FILE) })] },
    { blocks: [toolUse('AskUserQuestion', { questions: [question] })] },
    { blocks: [toolUse('ExitPlanMode', { plan: '# Rewrite it all\n\n1. Everything.\n' })] },
    { blocks: [toolUse('ExitPlanMode', { plan: '# Shorten the loop\n\n1. Return early.\n2. Run the tests.\n' })] },
    { blocks: [text(ANSWER)] },
  ];
  return answers[body.messages.filter(({ role }) => role === 'assistant').length] ?? { blocks: [text('No more.')] };
};

/** What the model was told last. */
function lastResult({ model }: Scene): string {
  const { messages } = model.requests.at(-1)!.body as { messages: unknown[] };
  return JSON.stringify(messages.at(-1));
}

async function press({ talk }: Scene, name: string | RegExp): Promise<void> {
  const exact = typeof name === 'string';
  await (await talk.panel()).getByRole('button', { name, exact }).first().click();
}

/** Saves what the focused editor holds, and waits until the file reads so. */
async function savesAs(scene: Scene, expected: string): Promise<void> {
  await insist(
    () => scene.workbench.page.keyboard.press('Control+S'),
    async () => (await scene.read(FILE)) === expected,
    { explain: async () => `The file reads:\n${await scene.read(FILE)}` },
  );
}

/** Undoes the one step there is, and saves. */
async function undoneTo(scene: Scene, expected: string): Promise<void> {
  const { page } = scene.workbench;
  await insist(
    async () => {
      await intoEditor(page);
      await page.keyboard.press('Control+Z');
      await page.keyboard.press('Control+S');
    },
    async () => (await scene.read(FILE)) === expected,
    { explain: async () => `The file reads:\n${await scene.read(FILE)}` },
  );
}

async function choosePlanMode(scene: Scene): Promise<void> {
  await press(scene, /^Permission mode: Ask/);
  await scene.workbench.pick('Plan');
  await (await scene.talk.panel()).getByRole('button', { name: /^Permission mode: Plan/ }).waitFor();
}

async function answerQuestion(scene: Scene): Promise<void> {
  const { talk, workbench } = scene;
  await talk.sees('It becomes a function.');
  await press(scene, 'Answer…');
  const choice = workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Shorten it' });
  await choice.waitFor();
  await workbench.screenshot(screenFile('e2e-question-card'));
  // As long as a person takes to read: an answer that comes at once is not believed.
  await workbench.page.waitForTimeout(600);
  await insist(
    () => choice.click({ timeout: 4000 }),
    async () => !(await choice.isVisible()),
  );
}

async function decidePlans(scene: Scene): Promise<void> {
  const { talk, workbench, model } = scene;
  await talk.sees('Rewrite it all');
  assert.match(lastResult(scene), /Shorten it/, 'the model has the answer');
  await press(scene, 'Keep Planning');
  await talk.sees('Return early.');
  assert.match(lastResult(scene), /not approve|keep planning/i);
  const tab = workbench.page.locator('.tab.active').filter({ hasText: 'Plan.md' });
  await press(scene, 'Open');
  await tab.waitFor();
  await workbench.screenshot(screenFile('e2e-plan-card'));
  await press(scene, 'Approve');
  await model.waitForRequest(5);
  await until(
    async () => /approved the plan/.test(lastResult(scene)),
    30_000,
    async () => lastResult(scene),
  );
  await (await talk.panel()).getByRole('button', { name: /^Permission mode: Ask/ }).waitFor();
  await workbench.page.locator('.tab').filter({ hasText: 'Plan.md' }).first().waitFor({ state: 'detached' });
}

async function useCode(scene: Scene): Promise<void> {
  const { talk, workbench } = scene;
  const { page } = workbench;
  const before = await scene.read(FILE);
  await press(scene, `${FILE}:16`);
  await page.locator('.statusbar-item').filter({ hasText: 'Ln 16, Col 1' }).waitFor();

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await press(scene, 'Copy code');
  const copied = () => page.evaluate('navigator.clipboard.readText()') as Promise<string>;
  await until(async () => (await copied()) === CODE, 30_000, copied);

  await press(scene, 'Insert at cursor');
  await page.locator('.editor-instance .view-line').filter({ hasText: 'split(0)' }).waitFor();
  await page.locator('.editor-instance .monaco-editor.focused').waitFor();
  const lines = before.split('\n');
  await savesAs(scene, [...lines.slice(0, 15), CODE + lines[15], ...lines.slice(16)].join('\n'));
  await undoneTo(scene, before);

  await press(scene, `Apply as edit to ${FILE}`);
  await until(
    () => talk.isReviewing(),
    30_000,
    async () => `No review opened. The panel shows:\n${await talk.text()}`,
  );
  await workbench.screenshot(screenFile('e2e-code-applied'));
  assert.equal(await scene.read(FILE), before, 'nothing is written before the verdict');
  await talk.pressTitle('Accept Edit');
  const end = before.indexOf('\n}\n', before.indexOf('function wrapParagraph')) + 2;
  await savesAs(scene, before.slice(0, before.indexOf('function wrapParagraph')) + CODE + before.slice(end));
  await page.locator('.tab').filter({ hasText: 'proposed edit' }).waitFor({ state: 'detached' });
  // The tab that closed had been left by pressing its button: who gets the focus then is the editor's affair.
  await undoneTo(scene, before);
}

async function focusOnWords(scene: Scene): Promise<void> {
  const { talk, workbench } = scene;
  const panel = await talk.panel();
  const answered = panel.locator('.answered');
  const hidden = panel.getByRole('button', { name: /steps? hidden/ });
  await workbench.command('Capstan: Toggle Focus View');
  await hidden.first().waitFor();
  await workbench.screenshot(screenFile('e2e-focus-view'));
  await panel.getByRole('button', { name: /Read .*wrap\.js/ }).waitFor({ state: 'detached' });
  await talk.sees('The loop stands in');
  await hidden.first().click();
  await panel.getByRole('button', { name: /Read .*wrap\.js/ }).waitFor();
  await workbench.command('Capstan: Toggle Focus View');
  await hidden.first().waitFor({ state: 'detached' });
  assert.match(await answered.innerText(), /Shorten it/);
}

describe('an answer', () => {
  it('asks, plans, links to a line, and has code that is copied, inserted and applied; focus view hides the steps', async () => {
    await using scene = await openScene(script);
    await choosePlanMode(scene);
    await scene.talk.send('Make the loop shorter');
    await answerQuestion(scene);
    await decidePlans(scene);
    await scene.talk.sees('The loop stands in');
    await scene.talk.idle();
    await useCode(scene);
    await focusOnWords(scene);
    assert.deepEqual(scene.model.problems, []);
  });
});

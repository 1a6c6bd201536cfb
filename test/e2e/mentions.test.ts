// Everything that `@` offers, chosen by keys in a real workbench: what becomes a chip, and what of it the model is sent.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';
import { until } from '../support/conversation.ts';
import { openScene, screenFile, type Scene } from '../support/e2e.ts';
import { openFile } from '../support/gestures.ts';
import { insist } from '../support/insist.ts';
import { text } from '../support/model/answer.ts';

const WAIT_MS = 30_000;
const exec = promisify(execFile);

/** A repository with one change, and a file that the editor has something to say about. */
async function prepare(folder: string): Promise<void> {
  const git = (...args: string[]) =>
    exec('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], { cwd: folder });
  await writeFile(path.join(folder, 'src/odd.ts'), "export function oddCount(): number {\n  return 'three';\n}\n");
  await git('init', '-q', '-b', 'main');
  await git('add', '.');
  await git('commit', '-q', '-m', 'All of it');
  await appendFile(path.join(folder, 'README.md'), 'A line that is not committed.\n');
}

/** Types `@` and the words, goes down to the option and takes it. What is not there yet is asked for again, as a person would. */
async function mention(scene: Scene, words: string, option: RegExp, chip: RegExp): Promise<void> {
  const { keyboard } = scene.workbench.page;
  const panel = await scene.talk.panel();
  const wanted = panel.getByRole('option', { name: option }).first();
  const active = panel.locator('[role=option][aria-selected=true]');
  const end = Date.now() + WAIT_MS;
  for (;;) {
    await keyboard.type(`@${words}`);
    const there = await wanted.waitFor({ timeout: 3000 }).then(
      () => true,
      () => false,
    );
    if (there) break;
    const offered = await panel.getByRole('listbox').allInnerTexts();
    if (Date.now() > end) throw new Error(`@${words} does not offer ${String(option)}, but:\n${offered.join('\n')}`);
    for (let count = 0; count <= words.length; count += 1) await keyboard.press('Backspace');
  }
  await until(
    async () => {
      if ((await wanted.getAttribute('aria-selected')) === 'true') return true;
      await keyboard.press('ArrowDown');
      return false;
    },
    WAIT_MS,
    async () => `The keys do not lead to ${String(option)}, but to: ${await active.innerText()}`,
  );
  await keyboard.press('Enter');
  await panel.locator('.composer .chip').filter({ hasText: chip }).first().waitFor({ timeout: WAIT_MS });
}

describe('what stands behind an @', () => {
  it('is chosen by keys: a folder, a symbol, lines, problems, the terminal, git changes; the model is sent what was meant', async () => {
    await using scene = await openScene([{ blocks: [text('I have looked at all of it.')] }], {
      settings: { 'git.enabled': true },
      prepare,
    });
    const { workbench, talk, model } = scene;
    const { page } = workbench;
    await talk.panel();
    await openFile(page, 'odd.ts');
    await workbench.command('Terminal: Create New Terminal');
    const terminal = page.locator('.terminal-wrapper.active .xterm').first();
    await insist(
      () => terminal.click({ timeout: 4000 }),
      () => page.locator('.terminal-wrapper.active .xterm.focus').first().isVisible(),
      { explain: async () => 'The terminal did not take the focus' },
    );
    // Later than a first moment, in which not everything is told to who listens. The clipboard stays closed: nobody answers the browser.
    await page.keyboard.type('sleep 1; echo marked-output; (exit 3)\n');
    await page.locator('.terminal-command-decoration.error').first().waitFor({ timeout: WAIT_MS });
    await page.locator('.editor-instance .squiggly-error').first().waitFor({ timeout: WAIT_MS });
    await page.locator('.statusbar-item').filter({ hasText: 'main*' }).first().waitFor({ timeout: WAIT_MS });

    await (await talk.composer()).click();
    await page.keyboard.type('Look at ');
    await mention(scene, 'tes', /^test\/$/, /test\//);
    await mention(scene, 'oddC', /^oddCount/, /oddCount/);
    await mention(scene, 'wrap.js:8-10', /^wrap\.js:8-10/, /src\/wrap\.js:8-10/);
    await workbench.screenshot(screenFile('e2e-mentions'));
    await mention(scene, 'prob', /^Problems \d/, /Problems: \d/);
    await mention(scene, 'term', /^Terminal: last command/, /\$ sleep 1; echo marked-output/);
    await mention(scene, 'git', /^Git changes/, /Git changes/);
    await page.keyboard.type('and say what is odd');
    await workbench.screenshot(screenFile('e2e-mentioned'));
    await page.keyboard.press('Enter');
    await talk.sees('I have looked at all of it.');

    const { messages } = model.requests[0]!.body as { messages: { content: { text?: string }[] }[] };
    const sent = messages[0]!.content.map((block) => block.text ?? '');
    const chip = (label: string) => sent.find((one) => one.includes(`label="${label}`)) ?? '';
    assert.match(chip('test/'), /about the folder \/.*\/test\b/);
    assert.match(chip('oddCount'), /export function oddCount[^]*three/);
    assert.match(chip('src/wrap.js:8-10'), /if \(!Number[^]*throw new RangeError[^]*\}/);
    assert.doesNotMatch(chip('src/wrap.js:8-10'), /return text/);
    assert.match(chip('Problems'), /src\/odd\.ts:2: error: Type 'string' is not assignable to type 'number'/);
    assert.match(chip('$ sleep'), /Exit code 3\.\nOutput:\nmarked-output/);
    assert.match(chip('Git changes'), /Not staged:[^]*\+A line that is not committed\./);
    assert.ok(
      sent.some((one) => one.trim() === 'Look at and say what is odd'),
      sent.join('\n'),
    );
    assert.deepEqual(model.problems, []);
  });
});

// Edits that land at once and are reviewed afterwards: by lens, by key and from the panel, across a reload; the model hears what was undone.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { until } from '../support/conversation.ts';
import { openScene, screenFile, type Scene } from '../support/e2e.ts';
import { text, toolUse, type Answer } from '../support/model/answer.ts';
import type { Script } from '../support/model/model-server.ts';

const lines = (from: string, to: string) =>
  ['// words', `export const first = '${from}';`, '', '', '', '', '', '', `export const last = '${to}';`, ''].join(
    '\n',
  );

/** Changes two places of one file and makes another, without being asked about any. */
const working: Script = ({ body }) => {
  const cwd = /Working directory: ([^\\"]+)/.exec(JSON.stringify(body.system))![1]!;
  const at = (name: string) => path.posix.join(cwd, 'src', name);
  const edits = [
    { old_string: "first = 'one'", new_string: "first = 'ONE'" },
    { old_string: "last = 'two'", new_string: "last = 'TWO'" },
  ];
  const answers: Answer[] = [
    { blocks: [toolUse('Read', { file_path: at('words.js') })], stopReason: 'tool_use' },
    {
      blocks: [
        toolUse('MultiEdit', { file_path: at('words.js'), edits }),
        toolUse('Write', { file_path: at('fresh.js'), content: 'export const fresh = true;\n' }),
      ],
      stopReason: 'tool_use',
    },
    { blocks: [text('Three changes in two files.')] },
  ];
  const turns = body.messages.filter((message) => message.role === 'assistant').length;
  return answers[turns] ?? { blocks: [text('I have heard.')] };
};

async function lens({ workbench: { page } }: Scene, words: string, index: number): Promise<void> {
  const all = page.locator('.codelens-decoration a').filter({ hasText: new RegExp(`^${words}$`) });
  await all.nth(index).waitFor({ timeout: 20_000 });
  await all.nth(index).click();
}

async function openWords({ workbench: { page } }: Scene): Promise<void> {
  await page.keyboard.press('Control+P');
  await page.locator('.quick-input-widget input.input').fill('words.js');
  await page.locator('.quick-input-widget .monaco-list-row').filter({ hasText: 'words.js' }).first().waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.tab.active').filter({ hasText: 'words.js' }).waitFor();
}

/** The pictures that stand in the margin beside the lines, from above, by name: what the browser could really load. */
async function gutterShows({ workbench: { page } }: Scene, expected: readonly string[]): Promise<void> {
  const shown = () =>
    page.locator('.editor-instance .margin .glyph-margin-widgets > *').evaluateAll(async (marks) => {
      const found: { top: number; name: string }[] = [];
      for (const mark of marks) {
        const address = /url\("(.*)"\)/.exec(getComputedStyle(mark).backgroundImage)?.[1];
        if (address === undefined) continue;
        const image = new Image();
        image.src = address;
        const name = /([\w-]+)\.svg/.exec(decodeURIComponent(address))?.[1] ?? address;
        const { top } = mark.getBoundingClientRect();
        found.push(
          await image.decode().then(
            () => ({ top, name }),
            () => ({ top, name: `no picture at ${address}` }),
          ),
        );
      }
      return found.toSorted((one, other) => one.top - other.top).map(({ name }) => name);
    });
  let seen: readonly string[] = [];
  await until(
    async () => (seen = await shown()).join() === expected.join(),
    20_000,
    async () => `The gutter shows: ${seen.join(', ') || 'nothing'}.`,
  );
}

const reads = async (scene: Scene, expected: string) =>
  until(
    async () => (await scene.read('src/words.js')) === expected,
    20_000,
    async () => `The file reads:\n${await scene.read('src/words.js')}`,
  );

describe('edits that are reviewed after they landed', () => {
  it('are undone by a lens, kept by keys and from the panel, after a reload too, and the model is told', async () => {
    await using scene = await openScene(working, { settings: { 'capstan.review': 'pending' } });
    const { talk, workbench } = scene;
    await mkdir(path.join(scene.folder, 'src'), { recursive: true });
    await writeFile(path.join(scene.folder, 'src/words.js'), lines('one', 'two'));
    await talk.send('Go');
    await talk.sees('Three changes in two files.');
    await talk.sees('2 files changed');
    assert.equal(await scene.read('src/words.js'), lines('ONE', 'TWO'), 'edits land without a question');
    assert.equal(await scene.read('src/fresh.js'), 'export const fresh = true;\n');

    await openWords(scene);
    await workbench.page.locator('.codelens-decoration a').filter({ hasText: '1 of 2' }).waitFor();
    await gutterShows(scene, ['changed-light', 'changed-light']);
    await workbench.screenshot(screenFile('e2e-edits-pending'));
    await workbench.command('Preferences: Toggle between Light/Dark Themes');
    await gutterShows(scene, ['changed-dark', 'changed-dark']);
    await workbench.screenshot(screenFile('e2e-edits-pending-dark'));
    await lens(scene, 'Undo', 1);
    await reads(scene, lines('ONE', 'two'));

    await workbench.reload();
    await workbench.page.locator('.codelens-decoration a').filter({ hasText: '1 of 1' }).waitFor({ timeout: 30_000 });
    await workbench.page.locator('.editor-instance .view-line').filter({ hasText: 'first' }).click();
    await workbench.page.keyboard.press('Control+Alt+Enter');
    await talk.sees('1 file changed');
    const panel = await talk.panel();
    await panel.getByRole('button', { name: /Keep the changes in .*fresh\.js/ }).click();
    await panel.getByRole('region', { name: 'Changes to review' }).waitFor({ state: 'detached' });
    await workbench.page.locator('.codelens-decoration a').filter({ hasText: 'Keep' }).waitFor({ state: 'detached' });
    await workbench.screenshot(screenFile('e2e-edits-kept'));

    await talk.send('Go on');
    await talk.sees('I have heard.');
    const { messages } = scene.model.requests.at(-1)!.body as { messages: unknown[] };
    const heard = JSON.stringify(messages.slice(-1));
    assert.match(heard, /went over your edits/);
    assert.match(heard, /src\/words\.js, line 9: undone/);
    assert.ok(heard.includes("-export const last = 'TWO';"), heard);
    assert.doesNotMatch(heard, /fresh\.js/);
  });
});

// Edits that land at once and are reviewed afterwards: by lens, by key and from the panel, across a reload; the model hears what was undone.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { until } from '../support/conversation.ts';
import { openScene, screenFile, type Scene } from '../support/e2e.ts';
import { openFile, pressUntil } from '../support/gestures.ts';
import { insist } from '../support/insist.ts';
import { text, toolUse, type Answer } from '../support/model/answer.ts';
import type { Script } from '../support/model/model-server.ts';

const WAIT_MS = 30_000;

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

/** In each round the same two places of one file; in the first one also a file with a mistake in it. */
const changingAgain: Script = ({ body }) => {
  const cwd = /Working directory: ([^\\"]+)/.exec(JSON.stringify(body.system))![1]!;
  const at = (name: string) => path.posix.join(cwd, 'src', name);
  const last = JSON.stringify(body.messages.at(-1));
  const round = ['Go', 'Once more', 'And again'].findIndex((words) => last.includes(`"${words}"`)) + 1;
  if (round === 0) {
    const rounds = body.messages.filter(
      ({ role, content }) => role === 'assistant' && JSON.stringify(content).includes('MultiEdit'),
    );
    if (!last.includes('src/words.js')) return { blocks: [text('I have heard.')] };
    return { blocks: [text(`Changed: round ${rounds.length}.`)] };
  }
  const from = round === 1 ? 'one' : 'ONE';
  const edits = [
    { old_string: `first = '${from}'`, new_string: round === 1 ? "first = 'ONE'" : "first = 'other'" },
    { old_string: "last = 'two'", new_string: "last = 'TWO'" },
  ];
  const mistake = { file_path: at('odd.ts'), content: "export const odd: number = 'three';\n" };
  return {
    blocks: [
      toolUse('Read', { file_path: at('words.js') }),
      toolUse('MultiEdit', { file_path: at('words.js'), edits }),
      ...(round === 1 ? [toolUse('Write', mistake)] : []),
    ],
  };
};

/** Presses a lens, again where it was drawn anew under the pointer; `done` says that it had its effect. */
async function lens(scene: Scene, words: string, index: number, done: () => Promise<boolean>): Promise<void> {
  const all = scene.workbench.page.locator('.codelens-decoration a').filter({ hasText: new RegExp(`^${words}$`) });
  await all.nth(index).waitFor({ timeout: WAIT_MS });
  await insist(
    async () => {
      if (!(await done())) await all.nth(index).click({ timeout: 4000 });
    },
    done,
    { patienceMs: 8000, explain: async () => `The file reads:\n${await scene.read('src/words.js')}` },
  );
}

const reads = async (scene: Scene, expected: string) =>
  until(
    async () => (await scene.read('src/words.js')) === expected,
    WAIT_MS,
    async () => `The file reads:\n${await scene.read('src/words.js')}`,
  );

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
    30_000,
    async () => `The gutter shows: ${seen.join(', ') || 'nothing'}.`,
  );
}

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

    await openFile(workbench.page, 'words.js');
    await workbench.page.locator('.codelens-decoration a').filter({ hasText: '1 of 2' }).waitFor();
    await gutterShows(scene, ['changed-light', 'changed-light']);
    await workbench.screenshot(screenFile('e2e-edits-pending'));
    await workbench.command('Preferences: Toggle between Light/Dark Themes');
    await gutterShows(scene, ['changed-dark', 'changed-dark']);
    await workbench.screenshot(screenFile('e2e-edits-pending-dark'));
    await lens(scene, 'Undo', 1, async () => (await scene.read('src/words.js')) === lines('ONE', 'two'));

    await workbench.reload();
    await workbench.page.locator('.codelens-decoration a').filter({ hasText: '1 of 1' }).waitFor({ timeout: 30_000 });
    await workbench.page.locator('.editor-instance .view-line').filter({ hasText: 'first' }).click();
    await pressUntil(workbench.page, 'Control+Alt+Enter', async () => (await talk.text()).includes('1 file changed'));
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

  it('are kept by a lens, undone by keys, by the file and all at once in the multi-diff; what is wrong with them is told meanwhile', async () => {
    await using scene = await openScene(changingAgain, { settings: { 'capstan.review': 'pending' } });
    const { talk, workbench, model } = scene;
    const { page } = workbench;
    const { keyboard } = page;
    await writeFile(path.join(scene.folder, 'src/words.js'), lines('one', 'two'));
    const lensIs = (words: string) => page.locator('.codelens-decoration a').filter({ hasText: words }).first();
    const lensSays = (words: string) => lensIs(words).waitFor({ timeout: WAIT_MS });
    const toLine = async (words: string) => {
      await page.locator('.editor-instance .view-line').filter({ hasText: words }).first().click();
      await page.locator('.editor-instance .monaco-editor.focused').first().waitFor({ timeout: WAIT_MS });
    };
    await openFile(page, 'words.js');
    await talk.send('Go');
    await talk.sees('Changed: round 1.');
    await lensSays('1 of 2');
    await lens(scene, 'Keep', 0, () => lensIs('1 of 1').isVisible());
    await toLine('last');
    await keyboard.press('Control+Alt+Backspace');
    await reads(scene, lines('ONE', 'two'));
    await talk.sees('1 file changed');

    await talk.send('Once more');
    await talk.sees('Changed: round 2.');
    await lensSays('1 of 2');
    await toLine('first');
    await keyboard.press('Control+Alt+Shift+Backspace');
    await reads(scene, lines('ONE', 'two'));

    await talk.send('And again');
    await talk.sees('Changed: round 3.');
    await talk.sees('2 files changed');
    const panel = await talk.panel();
    await panel.getByRole('button', { name: 'Review', exact: true }).click();
    await page.locator('.tab.active').filter({ hasText: 'Changes by Capstan' }).waitFor({ timeout: WAIT_MS });
    await page.locator('.multiDiffEntry').filter({ hasText: 'odd.ts' }).first().waitFor({ timeout: WAIT_MS });
    await workbench.screenshot(screenFile('e2e-multi-diff'));
    await page
      .locator('.editor-actions .action-item a.action-label')
      .and(page.getByLabel('Undo All Changes', { exact: true }))
      .first()
      .click({ timeout: WAIT_MS });
    await reads(scene, lines('ONE', 'two'));
    await panel.getByRole('region', { name: 'Changes to review' }).waitFor({ state: 'detached', timeout: WAIT_MS });
    await assert.rejects(scene.read('src/odd.ts'), 'what was made anew is gone');
    // The editor may take longer than one request to find it.
    const told = model.requests.some(({ body }) => JSON.stringify(body).includes("not assignable to type 'number'"));
    assert.ok(told, 'the model hears of the mistake while its edits wait');
    assert.deepEqual(model.problems, []);
  });
});

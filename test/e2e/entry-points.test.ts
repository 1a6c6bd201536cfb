// The ways in from the editor, by clicks and keys: light bulb, explorer, terminal, merge conflict, source control.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';
import type { Locator, Page } from 'playwright-core';
import { until } from '../support/conversation.ts';
import { openScene, screenFile, type Scene } from '../support/e2e.ts';
import { chooseFromMenu, notified, openFile, openMenu, pressNotification, selectAll } from '../support/gestures.ts';
import { insist } from '../support/insist.ts';
import { text } from '../support/model/answer.ts';

const exec = promisify(execFile);

/** Opens the light bulb's menu. Right after a file has opened, not everybody who offers something is there yet. */
async function openLightBulb(page: Page): Promise<Locator> {
  const menu = page.locator('.action-widget').first();
  const offer = menu.getByText('Explain with Capstan');
  await insist(
    async () => {
      if (await menu.isVisible()) await page.keyboard.press('Escape');
      await selectAll(page);
      await page.keyboard.press('Control+.');
    },
    () => offer.isVisible(),
    { timeoutMs: 60_000, explain: async () => `The light bulb offers: ${(await menu.allInnerTexts()).join()}` },
  );
  return menu;
}

/** As long as a person takes to aim: a menu may ignore a click that comes with its opening. */
async function chooseFromLightBulb(page: Page, label: string): Promise<void> {
  const entry = (await openLightBulb(page)).getByText(label);
  await page.waitForTimeout(600);
  await insist(
    () => entry.click({ timeout: 4000 }),
    async () => !(await entry.isVisible()),
    { explain: async () => `"${label}" could not be chosen` },
  );
}

function lastRequest({ model }: Scene): string {
  return JSON.stringify((model.requests.at(-1)!.body as { messages: unknown }).messages);
}

async function chips({ talk }: Scene): Promise<string> {
  return (await (await talk.panel()).locator('.composer').innerText()).replaceAll(/\s+/g, ' ');
}

describe('the light bulb on a selection', () => {
  it('offers what can be done with it, and the answer comes in the panel', async () => {
    await using scene = await openScene([
      { blocks: [text('It breaks lines.')] },
      { blocks: [text('I took the loop out.')] },
    ]);
    const { page } = scene.workbench;
    await scene.talk.panel();
    await openFile(page, 'wrap.js');
    await openLightBulb(page);
    await scene.workbench.screenshot(screenFile('e2e-light-bulb'));
    await chooseFromLightBulb(page, 'Explain with Capstan');
    await scene.talk.sees('It breaks lines.');
    assert.match(lastRequest(scene), /export function[^]*Explain this code/);
    await scene.talk.idle();

    await chooseFromLightBulb(page, 'Refactor with Capstan…');
    await scene.workbench.input('take the loop out');
    await scene.talk.sees('I took the loop out.');
    assert.match(lastRequest(scene), /Refactor this code: take the loop out/);
    assert.deepEqual(scene.model.problems, []);
  });
});

describe('a mistake in the code', () => {
  it('is fixed from the light bulb until it is stopped; code gets tests and comments, and a failed test is taken up', async () => {
    await using scene = await openScene(
      ({ body }) => {
        const last = JSON.stringify(body.messages.at(-1));
        if (last.includes('Find the cause of'))
          return { blocks: [text('I look for it.', { gate: 'never', gateAt: 7 })] };
        if (last.includes('Write tests for')) return { blocks: [text('It has tests now.')] };
        if (last.includes('Document this code')) return { blocks: [text('It has comments now.')] };
        if (last.includes('Is that all?')) return { blocks: [text('That is all.')] };
        return { blocks: [text('The test passes now.')] };
      },
      {
        beside: ['failing-test'],
        prepare: (folder) => writeFile(path.join(folder, 'src/odd.ts'), "export const odd: number = 'three';\n"),
      },
    );
    const { talk, workbench } = scene;
    const { page } = workbench;
    await talk.panel();
    await openFile(page, 'odd.ts');
    await page.locator('.editor-instance .squiggly-error').first().waitFor({ timeout: 30_000 });
    await openLightBulb(page);
    await workbench.screenshot(screenFile('e2e-light-bulb-problem'));
    await chooseFromLightBulb(page, 'Fix with Capstan');
    await talk.sees('I look');
    assert.match(lastRequest(scene), /src\/odd\.ts:1 error ts\(2322\) Type 'string' is not assignable/);
    await page.locator('.statusbar-item').filter({ hasText: 'Capstan' }).locator('.codicon-sync').waitFor();
    await (await talk.composer()).press('Escape');
    await talk.idle();
    await talk.sees('Stopped');

    await chooseFromLightBulb(page, 'Write tests with Capstan');
    await talk.sees('It has tests now.');
    assert.match(lastRequest(scene), /export const odd[^]*Write tests for this code/);
    await talk.idle();
    await chooseFromLightBulb(page, 'Document with Capstan');
    await talk.sees('It has comments now.');
    await talk.idle();

    // What is selected goes along until it is switched off.
    const panel = await talk.panel();
    await panel.getByRole('button', { name: 'Leave the selection out' }).click();
    await panel.getByRole('button', { name: 'Send the selection' }).waitFor();
    await talk.send('Is that all?');
    await talk.sees('That is all.');
    const { messages } = scene.model.requests.at(-1)!.body as { messages: unknown[] };
    assert.doesNotMatch(JSON.stringify(messages.at(-1)), /export const odd/);
    await talk.idle();

    await workbench.command('Test: Run All Tests');
    const failed = page.locator('.test-output-peek-tree .monaco-list-row').filter({ hasText: 'keeps the spaces' });
    const fix = page.locator('.part.panel').getByText('Fix This Test with Capstan', { exact: true }).first();
    await until(
      async () => {
        await failed.click({ timeout: 5000 }).catch(() => {});
        return fix.waitFor({ timeout: 5000 }).then(
          () => true,
          () => false,
        );
      },
      30_000,
      async () => `The panel below shows:\n${await page.locator('.part.panel').innerText()}`,
    );
    await workbench.screenshot(screenFile('e2e-test-failed'));
    await fix.click();
    await talk.sees('The test passes now.');
    assert.match(
      lastRequest(scene),
      /Failed test: keeps the spaces[^]*At test\/wrap\.test\.js:5[^]*A space is missing[^]*Actual:\\nonetwo/,
    );
    assert.deepEqual(scene.model.problems, []);
  });
});

describe('the explorer', () => {
  it('puts the chosen file and folder into the composer, and sends nothing by itself', async () => {
    await using scene = await openScene([{ blocks: [text('Two things.')] }]);
    const { page } = scene.workbench;
    await scene.talk.panel();
    await page.keyboard.press('Control+Shift+E');
    const row = (name: string) => page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: name });
    // The explorer selects alone what has just opened, and does so some time after the tab is there: chosen again until both stay.
    const selected = page.locator('.explorer-folders-view .monaco-list-row.selected');
    await row('README.md').click();
    await page.locator('.tab.active').filter({ hasText: 'README.md' }).waitFor();
    const isSelected = async (name: string) => (await selected.filter({ hasText: name }).count()) > 0;
    const both = async () => (await isSelected('README.md')) && (await isSelected('src'));
    await insist(
      async () => {
        if (!(await isSelected('README.md'))) await row('README.md').click();
        if (!(await isSelected('src')))
          await row('src')
            .first()
            .click({ modifiers: ['Control'] });
        await page.waitForTimeout(500);
      },
      both,
      {
        patienceMs: 100,
        explain: async () => `Selected in the explorer: ${(await selected.allInnerTexts()).join(', ')}`,
      },
    );
    await openMenu(page, row('README.md'), 'Ask Capstan About…');
    await scene.workbench.screenshot(screenFile('e2e-explorer-menu'));
    await chooseFromMenu(page, 'Ask Capstan About…');
    await until(
      async () => /README\.md.*src\/|src\/.*README\.md/.test(await chips(scene)),
      30_000,
      async () => `The composer holds: ${await chips(scene)}`,
    );
    await scene.workbench.screenshot(screenFile('e2e-explorer-chips'));
    assert.equal(scene.model.requests.length, 0);
    await scene.talk.send('What are these?');
    await scene.talk.sees('Two things.');
    assert.match(lastRequest(scene), /This is about the folder [^"]*src/);
  });
});

describe('the terminal', () => {
  it('has its selection asked about and its last command explained', async () => {
    await using scene = await openScene([{ blocks: [text('It failed on purpose.')] }]);
    const { page } = scene.workbench;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.evaluate('navigator.clipboard.writeText("kept by the person")');
    await scene.talk.panel();
    await scene.workbench.command('Terminal: Create New Terminal');
    const terminal = page.locator('.terminal-wrapper.active .xterm').first();
    await terminal.waitFor();
    await insist(
      () => terminal.click({ timeout: 4000 }),
      () => page.locator('.terminal-wrapper.active .xterm.focus').first().isVisible(),
      { explain: async () => 'The terminal did not take the focus' },
    );
    await page.keyboard.type('echo marked-output; (exit 3)\n');
    // The exit code shows once the shell tells commands apart.
    await page.locator('.terminal-command-decoration.error').first().waitFor({ timeout: 30_000 });

    await scene.workbench.command('Terminal: Select All');
    const inside = { x: 300, y: 60 };
    await openMenu(page, terminal, 'Explain the Last Command with Capstan', inside);
    await scene.workbench.screenshot(screenFile('e2e-terminal-menu'));
    await chooseFromMenu(page, 'Ask Capstan About the Terminal Selection');
    await until(
      async () => /Terminal: \d+ lines?/.test(await chips(scene)),
      30_000,
      async () => `The composer holds: ${await chips(scene)}`,
    );
    const panel = await scene.talk.panel();
    await until(
      () => panel.evaluate(() => document.hasFocus() && document.activeElement?.tagName === 'TEXTAREA'),
      30_000,
      async () => 'The composer does not have the focus.',
    );
    assert.equal(scene.model.requests.length, 0);
    assert.equal(await page.evaluate('navigator.clipboard.readText()'), 'kept by the person');

    await insist(
      async () => {
        await openMenu(page, terminal, 'Explain the Last Command with Capstan', inside);
        await chooseFromMenu(page, 'Explain the Last Command with Capstan');
      },
      async () => scene.model.requests.length > 0,
      {
        patienceMs: 15_000,
        timeoutMs: 60_000,
        explain: async () =>
          `Nothing was asked. The editor says: ${(await scene.workbench.notifications()).join('; ')}`,
      },
    );
    await scene.talk.sees('It failed on purpose.');
    await scene.workbench.screenshot(screenFile('e2e-terminal-explained'));
    const sent = lastRequest(scene);
    assert.match(sent, /From the terminal [^]*marked-output/);
    assert.match(sent, /Command: echo marked-output; \(exit 3\)\\nExit code 3\.\\nOutput:\\nmarked-output/);
  });
});

describe('a merge conflict', () => {
  it('has a lens above it that sends both sides', async () => {
    await using scene = await openScene([{ blocks: [text('Both are kept now.')] }]);
    const { page } = scene.workbench;
    const conflict = 'a\n<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> side\nz\n';
    await writeFile(path.join(scene.folder, 'merge.txt'), conflict);
    await scene.talk.panel();
    await openFile(page, 'merge.txt');
    const lens = page.locator('.codelens-decoration a').getByText('Resolve with Capstan');
    await lens.waitFor();
    await scene.workbench.screenshot(screenFile('e2e-conflict-lens'));
    // One that was drawn a moment ago may be drawn anew under the pointer.
    await insist(
      () => lens.click({ timeout: 4000 }),
      async () => (await scene.talk.text()).includes('Resolve'),
      { explain: async () => `The lens did nothing. The panel shows:\n${await scene.talk.text()}` },
    );
    await scene.talk.sees('Both are kept now.');
    assert.match(lastRequest(scene), /Current side \(HEAD\)\\nours\\n--- Incoming side \(side\)\\ntheirs/);
  });
});

describe('the source control title', () => {
  it('writes a commit message that can be stopped, and never overwrites without a yes', async () => {
    const answers = ['Add a first line', 'Never', 'Add a better line'];
    await using scene = await openScene(
      ({ body }) => {
        const asked = JSON.stringify(body).includes('one git commit');
        const gate = answers.length === 2 ? { gate: 'stopped', gateAt: 2 } : {};
        return { blocks: [text(asked ? (answers.shift() ?? '') : 'Something else', gate)] };
      },
      { settings: { 'git.enabled': true } },
    );
    const { page } = scene.workbench;
    await scene.talk.panel();
    await exec('git', ['init', '-q', '-b', 'main'], { cwd: scene.folder });
    await exec('git', ['add', 'README.md'], { cwd: scene.folder });
    await page.keyboard.press('Control+Shift+G');
    await page.locator('.scm-view .monaco-list-row').filter({ hasText: 'README.md' }).waitFor({ timeout: 30_000 });
    const title = page
      .locator('.pane-header')
      .filter({ hasText: /changes/i })
      .first();
    const button = title.getByLabel('Write a Commit Message with Capstan');
    const start = async () => {
      // A view's buttons are there for who points at it.
      await title.hover();
      await button.click();
    };
    const box = page.locator('.scm-editor .view-lines').first();
    const holds = (words: string) =>
      until(
        async () => (await box.innerText()).replaceAll('\u00A0', ' ').includes(words),
        30_000,
        async () => `The box holds: ${await box.innerText()}`,
      );
    const press = (label: string) => pressNotification(page, label);

    await start();
    await holds('Add a first line');
    await scene.workbench.screenshot(screenFile('e2e-commit-message'));

    await scene.workbench.command('Notifications: Clear All Notifications');
    await start();
    await press('Keep');
    await holds('Add a first line');
    assert.equal(answers.length, 2, 'nothing was asked for');

    await start();
    await press('Replace');
    await scene.model.waitForGate('stopped');
    await scene.workbench.screenshot(screenFile('e2e-commit-message-progress'));
    await press('Cancel');
    const progress = page.locator('.notification-list-item').filter({ hasText: 'writes a commit message' });
    await progress.first().waitFor({ state: 'hidden' });
    await holds('Add a first line');

    await start();
    await press('Replace');
    await holds('Add a better line');
    await press('Undo');
    await holds('Add a first line');
  });
});

describe('in Restricted Mode', () => {
  it('each says what is off and how to trust; nothing is sent, and what was typed stays', async () => {
    await using scene = await openScene([{ blocks: [text('Never.')] }], {
      workspaceTrust: true,
      // Its own question about the folder comes when it likes.
      settings: { 'security.workspace.trust.startupPrompt': 'never' },
    });
    const { page } = scene.workbench;
    await scene.talk.sees('Restricted Mode');
    await scene.workbench.screenshot(screenFile('e2e-restricted'));
    await scene.talk.send('Go');
    await scene.talk.sees(/trust/i);
    assert.equal(await (await scene.talk.composer()).inputValue(), 'Go');
    await openFile(page, 'wrap.js');
    await selectAll(page);
    await scene.workbench.command('Capstan: Explain with Capstan');
    await notified(scene.workbench, /Explaining code is off: this folder is restricted/);
    await scene.workbench.screenshot(screenFile('e2e-entry-restricted'));
    await pressNotification(page, 'Manage Workspace Trust');
    await page.locator('.workspace-trust-editor').waitFor();
    assert.equal(scene.model.requests.length, 0);
  });
});

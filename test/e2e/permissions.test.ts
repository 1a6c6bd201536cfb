// Questions to the person: native dialogs that show what will run, and answers that mean what they say.
import assert from 'node:assert/strict';
import { writeFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { until } from '../support/conversation.ts';
import { openScene, screenFile } from '../support/e2e.ts';
import { notified, pressUntil } from '../support/gestures.ts';
import { text, toolUse } from '../support/model/answer.ts';

const bash = (command: string) => ({
  blocks: [toolUse('Bash', { command, description: 'Do it' })],
  stopReason: 'tool_use' as const,
});
const done = { blocks: [text('Understood.')] };

/** What the model was told as the result of its last call. */
function lastResult(model: { requests: readonly { body: unknown }[] }): string {
  const { messages } = model.requests.at(-1)!.body as {
    messages: { content: { type: string; content?: unknown }[] }[];
  };
  return JSON.stringify(messages.at(-1)!.content.find((block) => block.type === 'tool_result')?.content);
}

describe('a question', () => {
  it('shows the whole command; denied with words, allowed for the session or closed, it means what was said', async () => {
    await using scene = await openScene([
      bash('echo made > made.txt && echo second'),
      { blocks: [text('I use the notes.')] },
      bash('echo one >> log.txt'),
      bash('echo one >> log.txt'),
      bash('echo two >> log.txt'),
      { blocks: [text('One it is.')] },
      bash('echo made > made.txt'),
      done,
    ]);
    await scene.talk.send('Go');
    const dialog = await scene.workbench.dialog();
    assert.ok(dialog.text.includes('echo made > made.txt && echo second'), dialog.text);
    await scene.workbench.screenshot(screenFile('e2e-permission-dialog'));
    await dialog.press('Deny and Say Why');
    await scene.workbench.input('Use the notes folder instead');
    await scene.talk.sees('I use the notes.');
    assert.ok(lastResult(scene.model).includes('Use the notes folder instead'));
    await assert.rejects(scene.read('made.txt'));
    await scene.talk.idle();

    // The same command is not asked about again, another is.
    await scene.talk.send('Log it');
    await (await scene.workbench.dialog()).press('Allow for This Session');
    const second = await scene.workbench.dialog();
    assert.ok(second.text.includes('echo two'), second.text);
    await second.press('Deny');
    await scene.talk.sees('One it is.');
    assert.equal(await scene.read('log.txt'), 'one\none\n');
    await scene.talk.idle();

    await scene.talk.send('Make it');
    const closed = await scene.workbench.dialog();
    const box = scene.workbench.page.locator('.monaco-dialog-box');
    await pressUntil(scene.workbench.page, 'Escape', async () => !(await box.isVisible()));
    await scene.talk.sees('Understood.');
    assert.ok(closed.buttons.length >= 3);
    await assert.rejects(scene.read('made.txt'));
  });

  it('answered with always shows the rule, where it goes and what it would have done, and saves it only then', async () => {
    await using scene = await openScene([bash('make one'), bash('make two'), bash('make three'), done]);
    const settings = path.join('.claude', 'settings.local.json');
    await scene.talk.send('Go');
    await (await scene.workbench.dialog()).press('Deny');
    const asked = await scene.workbench.dialog();
    await asked.press('Always Allow');
    const saving = await scene.workbench.dialog();
    await scene.workbench.screenshot(screenFile('e2e-permission-rule'));
    assert.match(saving.text, /Bash\(make two:\*\)[^]*settings\.local\.json/);
    assert.match(saving.text, /changed nothing for the last call/);
    await saving.press('Back');
    await assert.rejects(scene.read(settings));
    const again = await scene.workbench.dialog();
    assert.ok(again.text.includes('make two'), again.text);
    await again.press('Always Allow');
    await (await scene.workbench.dialog()).press('Save the Rule');
    await (await scene.workbench.dialog()).press('Deny');
    await scene.talk.sees('Understood.');
    assert.deepEqual(JSON.parse(await scene.read(settings)), { permissions: { allow: ['Bash(make two:*)'] } });
    await notified(scene.workbench, /Allowed from now on by Bash\(make two:\*\)/);
    await scene.workbench.page.keyboard.press('Escape');

    await scene.workbench.command('Capstan: Explain Permission…');
    await scene.workbench.pick('Run a Command');
    await scene.workbench.input('make two && make three');
    const page = scene.workbench.page.locator('.editor-instance .view-lines').first();
    await page.getByText('To allow it from now on').waitFor();
    await scene.workbench.screenshot(screenFile('e2e-permission-explained'));
    const text = async () => (await page.innerText()).replaceAll('\u00a0', ' ');
    for (const words of [
      /You are asked: [^]*allow +make two[^]*settings\.local\.json:\d[^]*ask +make three/,
      /Of the last 3 calls, 1 that was asked about would have run unasked: `make three`\. You said no to it\./,
    ])
      await until(async () => words.test(await text()), 30_000, text);
  });

  it('stands with others in one list, answered as a whole or one by one, and is not asked where a rule decides', async () => {
    const reads = () => ({
      blocks: ['/etc/hostname', '/etc/hosts'].map((file) => toolUse('Read', { file_path: file })),
      stopReason: 'tool_use' as const,
    });
    const listed = { blocks: [text('Both were answered.')] };
    await using scene = await openScene([reads(), reads(), listed, bash('echo allowed'), bash('rm -rf build'), done]);
    await mkdir(path.join(scene.folder, '.claude'), { recursive: true });
    await writeFile(
      path.join(scene.folder, '.claude', 'settings.json'),
      JSON.stringify({ permissions: { allow: ['Bash(echo allowed)'], deny: ['Bash(rm:*)'] } }),
    );
    await scene.talk.send('Go');
    const list = await scene.workbench.dialog();
    assert.match(list.text, /2 calls wait[^]*1\. [^]*\/etc\/host[^]*2\. [^]*\/etc\/host/);
    await scene.workbench.screenshot(screenFile('e2e-permission-list'));
    await list.press('Deny All');
    const again = await scene.workbench.dialog();
    await again.press('Review Each');
    await (await scene.workbench.dialog()).press('Allow Once');
    await (await scene.workbench.dialog()).press('Deny');
    await scene.talk.sees('Both were answered.');
    const { messages } = scene.model.requests.at(-1)!.body as { messages: { role: string; content: unknown }[] };
    const results = JSON.stringify(messages.filter(({ role }) => role === 'user').slice(-2));
    assert.equal(results.match(/"is_error":true/g)?.length, 3);
    await scene.talk.idle();

    await scene.talk.send('By the rules');
    await scene.talk.sees('Understood.');
    assert.equal(await scene.talk.openDialog(), undefined);
    assert.match(lastResult(scene.model), /rule|denied|not allowed/i);
  });
});

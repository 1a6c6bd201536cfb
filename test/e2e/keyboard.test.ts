// The whole way through a conversation by keys alone: no click anywhere.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { until } from '../support/conversation.ts';
import { openScene, screenFile, type Scene } from '../support/e2e.ts';
import { pressUntil } from '../support/gestures.ts';
import { text, toolUse, type Answer } from '../support/model/answer.ts';
import type { Script } from '../support/model/model-server.ts';

const FILE = 'src/words.js';

/** A read, a command, an edit and an answer; then an answer that waits to be stopped; then a last one. */
const script: Script = ({ body }) => {
  const cwd = /Working directory: ([^\\"]+)/.exec(JSON.stringify(body.system))![1]!;
  const file = path.posix.join(cwd, FILE);
  const turns = body.messages.filter((message) => message.role === 'assistant').length;
  const answers: Answer[] = [
    { blocks: [toolUse('Read', { file_path: file })], stopReason: 'tool_use' },
    { blocks: [toolUse('Bash', { command: 'echo by-keys > made.txt', description: 'Do it' })], stopReason: 'tool_use' },
    {
      blocks: [toolUse('Edit', { file_path: file, old_string: 'first', new_string: 'better' })],
      stopReason: 'tool_use',
    },
    { blocks: [text('All three are done.')] },
    { blocks: [text('This takes long, and is stopped'), { ...text(' before its end.'), gate: 'never' }] },
  ];
  return answers[turns] ?? { blocks: [text('The last word.')] };
};

/** What has the focus: the element of the panel where that has it, else that of the workbench. */
async function focused(scene: Scene): Promise<string> {
  const panel = await scene.talk.panel();
  const words = () => {
    const element = document.activeElement;
    return element && element !== document.body && document.hasFocus()
      ? `${element.tagName} ${element.className} ${element.getAttribute('aria-label') ?? ''} ${element.textContent?.slice(0, 80) ?? ''}`
      : '';
  };
  return (await panel.evaluate(words)) || (await scene.workbench.page.evaluate(words));
}

/** The panel's own key, and what a person waits for: the caret. */
async function toComposer(scene: Scene): Promise<void> {
  await scene.workbench.page.keyboard.press('Control+Alt+K');
  await until(
    async () => /Ask Capstan/.test(await focused(scene)),
    20_000,
    async () => `The composer has not got the focus; this has: ${await focused(scene)}`,
  );
}

async function press(scene: Scene, key: string, until_: RegExp, most = 12): Promise<void> {
  const { keyboard } = scene.workbench.page;
  const seen: string[] = [];
  let now = await focused(scene);
  for (let count = 0; count < most; count += 1) {
    const before = now;
    await keyboard.press(key);
    // A key that leads nowhere is pressed again, one that takes its time is not: it would lead past what is looked for.
    const end = Date.now() + 2000;
    do {
      await sleep(100);
      now = await focused(scene);
    } while (now === before && !until_.test(now) && Date.now() < end);
    if (until_.test(now)) return;
    seen.push(now);
  }
  throw new Error(`${key} does not lead to ${String(until_)}. It led to:\n${seen.join('\n')}`);
}

describe('by keys alone', () => {
  it('a person asks, allows, accepts an edit, reads the rows, stops, and goes on', async () => {
    await using scene = await openScene(script);
    await mkdir(path.join(scene.folder, 'src'), { recursive: true });
    await writeFile(path.join(scene.folder, FILE), '// first line\n');
    const { page } = scene.workbench;
    const { keyboard } = page;
    await scene.talk.panel();

    // The composer has the focus after the panel's key.
    await toComposer(scene);
    await keyboard.type('Do it all');
    await keyboard.press('Enter');

    // The question has the focus by itself, and says what its buttons are.
    await scene.workbench.dialog();
    await until(
      async () => /monaco-button|monaco-dialog/.test(await focused(scene)),
      20_000,
      async () => `The question does not have the focus; this has: ${await focused(scene)}`,
    );
    await press(scene, 'Tab', /Allow Once/);
    await keyboard.press('Enter');

    // The review opens in front; its key accepts.
    await until(
      () => scene.talk.isReviewing(),
      30_000,
      async () => `No review opened. The panel shows:\n${await scene.talk.text()}`,
    );
    await sleep(700);
    await pressUntil(page, 'Control+Alt+Enter', async () => !(await scene.talk.isReviewing()));
    await scene.talk.sees('All three are done.');
    await scene.talk.idle();
    assert.equal(await scene.read(FILE), '// better line\n');
    assert.equal(await scene.read('made.txt'), 'by-keys\n');

    // Back to the panel, up into the transcript, and a row opened and closed.
    await toComposer(scene);
    await press(scene, 'Shift+Tab', /transcript|Conversation/);
    await press(scene, 'ArrowUp', /echo by-keys/);
    const panel = await scene.talk.panel();
    const expanded = () =>
      panel.evaluate(() =>
        document.activeElement
          ?.closest('[data-group]')
          ?.querySelector('[aria-expanded]')
          ?.getAttribute('aria-expanded'),
      );
    const is = (state: string) =>
      until(
        async () => (await expanded()) === state,
        20_000,
        async () => `aria-expanded is ${String(await expanded())}, not ${state}`,
      );
    await is('false');
    await keyboard.press('ArrowRight');
    await is('true');
    await scene.workbench.screenshot(screenFile('e2e-keyboard-row'));
    await keyboard.press('ArrowLeft');
    await is('false');

    // A turn is stopped by Escape, and what had come is kept.
    await toComposer(scene);
    await keyboard.type('Take long');
    await keyboard.press('Enter');
    await scene.talk.sees('This takes long, and is stopped');
    await keyboard.press('Escape');
    await scene.talk.idle();
    await scene.talk.sees('This takes long, and is stopped');

    // And the conversation goes on.
    await keyboard.type('Go on');
    await keyboard.press('Enter');
    await scene.talk.sees('The last word.');
  });
});

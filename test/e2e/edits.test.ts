// Edits in the editor's own diff editor: accepted, changed by hand, rejected; on unsaved buffers too.
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'mocha';
import { until } from '../support/conversation.ts';
import { openScene, screenFile, type Scene } from '../support/e2e.ts';
import { text, toolUse, type Answer } from '../support/model/answer.ts';
import type { Script } from '../support/model/model-server.ts';

const FILE = 'src/words.js';
const OLD = 'first line';

const IN_VAIN = 'Edit what is not there';

/** Reads the file, then edits it; answers what it was told about the edit. */
const editing: Script = ({ body }) => {
  const system = JSON.stringify(body.system);
  const cwd = /Working directory: ([^\\"]+)/.exec(system)![1]!;
  const file = path.posix.join(cwd, FILE);
  const turns = body.messages.filter((message) => message.role === 'assistant').length;
  const old = JSON.stringify(body.messages).includes(IN_VAIN) ? 'not in there' : OLD;
  const answers: Answer[] = [
    { blocks: [toolUse('Read', { file_path: file })], stopReason: 'tool_use' },
    {
      blocks: [toolUse('Edit', { file_path: file, old_string: old, new_string: 'better line' })],
      stopReason: 'tool_use',
    },
    { blocks: [text('I have read the outcome.')] },
  ];
  return answers[turns] ?? { blocks: [text('Nothing more.')] };
};

function lastResult(scene: Scene): string {
  const { messages } = scene.model.requests.at(-1)!.body as {
    messages: { content: { type: string; content?: unknown }[] }[];
  };
  return JSON.stringify(messages.at(-1)!.content.find((block) => block.type === 'tool_result')?.content);
}

async function withFile(scene: Scene): Promise<void> {
  const { writeFile, mkdir } = await import('node:fs/promises');
  await mkdir(path.join(scene.folder, 'src'), { recursive: true });
  await writeFile(path.join(scene.folder, FILE), `// ${OLD}\nexport const words = 1;\n`);
}

async function reviewing(scene: Scene): Promise<void> {
  await until(
    () => scene.talk.isReviewing(),
    30_000,
    async () => `No review opened. The panel shows:\n${await scene.talk.text()}`,
  );
}

/** Another conversation, over the file as it was at first. */
async function beginAnew(scene: Scene): Promise<void> {
  await scene.talk.idle();
  await withFile(scene);
  await scene.workbench.command('Capstan: New Conversation');
  await scene.talk.sees('Ask a question');
}

describe('an edit', () => {
  it('opens in the diff editor; accepted, changed by hand, rejected or in vain, the disk and the model have what was decided', async () => {
    await using scene = await openScene(editing);
    await withFile(scene);
    const before = await scene.read(FILE);
    await scene.talk.send('Go');
    await reviewing(scene);
    assert.ok((await scene.read(FILE)).includes(OLD), 'nothing is written before the verdict');
    await scene.talk.pressTitle('Accept Edit');
    await scene.talk.sees('I have read the outcome.');
    assert.equal(await scene.read(FILE), '// better line\nexport const words = 1;\n');

    await beginAnew(scene);
    await scene.talk.send('Go, and I change it');
    await reviewing(scene);
    const { page } = scene.workbench;
    await page.locator('.editor.modified .view-line').filter({ hasText: 'export' }).first().click();
    await page.locator('.editor.modified.focused, .editor.modified .monaco-editor.focused').first().waitFor();
    await page.keyboard.press('Home');
    await page.keyboard.type('/* by hand */ ');
    await page.locator('.editor.modified .view-line').filter({ hasText: '/* by hand */ export' }).waitFor();
    await scene.workbench.screenshot(screenFile('e2e-edit-by-hand'));
    await scene.talk.pressTitle('Accept Edit');
    await scene.talk.sees('I have read the outcome.');
    assert.equal(await scene.read(FILE), '// better line\n/* by hand */ export const words = 1;\n');
    assert.match(lastResult(scene), /changed/i);
    assert.ok(lastResult(scene).includes('by hand'));

    await beginAnew(scene);
    await scene.talk.send('Go, and I reject it');
    await reviewing(scene);
    await scene.talk.pressTitle('Reject Edit');
    await scene.talk.sees('I have read the outcome.');
    assert.equal(await scene.read(FILE), before);
    assert.match(lastResult(scene), /did not allow/i);

    await beginAnew(scene);
    await scene.talk.send(IN_VAIN);
    await scene.talk.sees('I have read the outcome.');
    assert.equal(await scene.read(FILE), before);
    assert.equal(await scene.talk.isReviewing(), false);
  });
});
